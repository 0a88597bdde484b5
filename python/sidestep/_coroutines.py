"""SS101: coroutines that nobody awaited, found when they are dropped."""

import sys
import warnings

from sidestep import _sites

#: How many frames are remembered: who made it. More would cost as much as the call itself.
DEPTH = 1

_REAL = warnings._warn_unawaited_coroutine


def install(watch):
    if not watch.wants("SS101", "SS703", "SS801", "SS802", "SS805", "SS901", "SS903", "SS1001"):
        return
    ours = sys.get_coroutine_origin_tracking_depth() == 0
    track(watch)
    real = warnings._warn_unawaited_coroutine

    def _warn_unawaited_coroutine(coroutine):
        if watch.on:
            with watch.guarded():
                _unawaited(watch, coroutine)
        if ours and real is _REAL:
            # As Python says it where nobody asked it to remember places.
            message = f"coroutine '{coroutine.__qualname__}' was never awaited"
            return warnings.warn(message, category=RuntimeWarning, stacklevel=2, source=coroutine)
        return real(coroutine)

    watch.patches.set(warnings, "_warn_unawaited_coroutine", _warn_unawaited_coroutine)


def track(watch):
    """Has the calling thread remember where coroutines are made. Returns how to undo it."""
    before = sys.get_coroutine_origin_tracking_depth()
    if before >= DEPTH:
        return
    sys.set_coroutine_origin_tracking_depth(DEPTH)
    watch.undo(lambda: sys.set_coroutine_origin_tracking_depth(before))


def _unawaited(watch, coroutine):
    name = _sites.name(coroutine)
    place = _sites.origin(coroutine)
    if place is None:
        code = coroutine.cr_code
        if coroutine.cr_origin or not _sites.is_own(code.co_filename):
            return
        place = _sites.spot(code.co_filename, code.co_firstlineno, name)
    watch.observe(
        "SS101",
        place,
        f"the coroutine of `{name}` was never awaited: nothing of it ran",
        name,
        help=f"await it: `await {name}(…)`",
    )
