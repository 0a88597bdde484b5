"""Places in the program: which frame is somebody's own code, and not a library's."""

import gc
import os
import sys
import sysconfig

#: Folders whose code is nobody's own: the standard library, installed packages, this package.
LIBRARIES = tuple(
    sorted(
        {
            os.path.join(path, "")
            for name in ("stdlib", "platstdlib", "purelib", "platlib")
            for path in (sysconfig.get_path(name), os.path.realpath(sysconfig.get_path(name)))
        }
        | {os.path.join(os.path.dirname(os.path.abspath(__file__)), "")}
    )
)

_own = {}


def is_own(path):
    """Whether a file is the user's code."""
    known = _own.get(path)
    if known is None:
        known = not (
            path.startswith("<") and path != "<string>"
            or "/site-packages/" in path
            or "/dist-packages/" in path
            or path.startswith(LIBRARIES)
        )
        _own[path] = known
    return known


def spot(path, line, function="", text=""):
    """A place, as observations have it."""
    return {"path": path, "line": line, "function": function, "text": text}


def _is_loop(code):
    return code.co_name == "_run" and code.co_filename.endswith("events.py")


def caller(frame=None):
    """The innermost own frame, from a frame outwards, up to the loop that runs it; none if there is none."""
    frame = frame or sys._getframe(2)
    while frame is not None:
        code = frame.f_code
        if is_own(code.co_filename):
            return spot(code.co_filename, frame.f_lineno, code.co_name)
        if _is_loop(code):
            return None
        frame = frame.f_back
    return None


def maker():
    """The own frame that makes an object, seen from a wrapper of its constructor; none if a library makes it."""
    frame = sys._getframe(2)
    while frame is not None and frame.f_code.co_name in ("__init__", "__new__", "__call__"):
        frame = frame.f_back
    if frame is None or not is_own(frame.f_code.co_filename):
        return None
    return spot(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)


def origin(coroutine):
    """Where a coroutine was made, if own code made it."""
    for path, line, function in getattr(coroutine, "cr_origin", None) or ():
        if is_own(path):
            return spot(path, line, function)
        if function == "_run" and path.endswith("events.py"):
            return None
    return None


def name(coroutine):
    """What a coroutine is called."""
    return getattr(coroutine, "__name__", type(coroutine).__name__)


def frames(coroutine, limit=64):
    """The frames in which a coroutine is suspended, outermost first."""
    found = []
    while coroutine is not None and len(found) < limit:
        for frame, inner in (("cr_frame", "cr_await"), ("gi_frame", "gi_yieldfrom"), ("ag_frame", "ag_await")):
            if hasattr(coroutine, frame):
                break
        else:
            # What `coroutine.__await__()` returns does not tell its coroutine by any attribute.
            wrapped = type(coroutine).__name__ == "coroutine_wrapper" and gc.get_referents(coroutine)
            if not wrapped:
                break
            coroutine = wrapped[0]
            continue
        at = getattr(coroutine, frame)
        if at is not None:
            found.append(at)
        coroutine = getattr(coroutine, inner)
    return found


def suspended(coroutine):
    """The innermost own line at which a coroutine is suspended."""
    for frame in reversed(frames(coroutine)):
        if is_own(frame.f_code.co_filename):
            return spot(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name, "suspended here")
    return None


def raised(exception):
    """The innermost own line of an exception's traceback."""
    found, trace = None, exception.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if is_own(code.co_filename):
            found = spot(code.co_filename, trace.tb_lineno, code.co_name, f"{type(exception).__name__} raised here")
        trace = trace.tb_next
    return found
