"""`sidestep run`: the program runs as it would, watched; then its findings are told on standard error."""

import io
import json
import os
import runpy
import signal
import sys
import types

from sidestep import _native, _watch

LEVELS = {"error": ("error",), "warning": ("error", "warning"), "advice": ("error", "warning", "advice")}


def main(arguments):
    """Runs the program that the arguments name, and says the exit status."""
    given, status = _native.run_options(arguments)
    if given is None:
        return status
    options = json.loads(given)
    module, program = options.pop("module"), options.pop("program")
    options["extend_select"] = options["extend_select"] + (["SS903"] if options["hang_after"] else [])
    options["threshold"] = options["threshold"] / 1000
    options["colour"] = _colours(options.pop("color"))
    options["hang_signal"] = getattr(signal, "SIGUSR1", None)
    if options["prices"]:
        options["prices"] = os.path.abspath(options["prices"])
    if options["report"]:
        options["report"] = os.path.abspath(options["report"])
    try:
        started = _watch.begin(options)
    except ValueError as wrong:
        print(f"error: {wrong}", file=sys.stderr)
        return 2
    told = []

    def tell():
        if not told:
            told.append(True)
            return _tell(started, options)
        return False

    _on_termination(tell)
    status, again = _execute(module, program)
    failed = tell()
    if again is not None:
        again()
    return 1 if failed and status == 0 else status


def _execute(module, program):
    """The exit status of the program, and what is still to be done to end as it would."""
    try:
        if module:
            sys.argv = program
            sys.path[0] = os.getcwd()
            runpy.run_module(program[0], run_name="__main__", alter_sys=True)
        else:
            _run_path(program)
    except SystemExit as left:
        if left.code is None:
            return 0, None
        if isinstance(left.code, int):
            return left.code & 0xFF, None
        print(left.code, file=sys.stderr)
        return 1, None
    except KeyboardInterrupt:
        _print_trace()
        return 130, _kill_by(signal.SIGINT)
    except BaseException:
        _print_trace()
        return 1, None
    finally:
        _join_threads()
    return 0, None


def _run_path(program):
    script = os.path.abspath(program[0])
    sys.argv = program
    if os.path.isdir(script) or not script.endswith((".py", ".pyw")) and _is_archive(script):
        sys.path[0] = script
        runpy.run_path(script, run_name="__main__")
        return
    sys.path[0] = os.path.dirname(os.path.realpath(script))
    try:
        with io.open_code(script) as file:
            source = file.read()
    except OSError as failure:
        print(f"error: {program[0]}: {failure.strerror}", file=sys.stderr)
        raise SystemExit(2) from None
    main = types.ModuleType("__main__")
    main.__file__ = script
    main.__builtins__ = __builtins__
    sys.modules["__main__"] = main
    exec(compile(source, script, "exec"), vars(main))


def _is_archive(path):
    import zipfile

    return zipfile.is_zipfile(path)


def _print_trace():
    """As Python prints it, without the frames of this file."""
    kind, error, trace = sys.exc_info()
    while trace is not None and trace.tb_frame.f_code.co_filename in (__file__, runpy.__file__):
        trace = trace.tb_next
    sys.excepthook(kind, error.with_traceback(trace), trace)


def _join_threads():
    """Threads that are no daemons are part of the program: Python would wait for them."""
    import threading

    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            try:
                thread.join()
            except KeyboardInterrupt:
                return


def _kill_by(number):
    def kill():
        sys.stdout.flush()
        sys.stderr.flush()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    return kill


def _on_termination(tell):
    """A program that is told to end by a signal that it does not handle ends by it, once its findings are told."""
    if not hasattr(signal, "SIGTERM") or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        return
    owner = os.getpid()

    def terminated(number, frame):
        if os.getpid() == owner:
            tell()
        _kill_by(number)()

    signal.signal(signal.SIGTERM, terminated)


def _tell(started, options):
    """Says what was found; whether that is a failure."""
    _watch.end(started)
    _native.close()
    failed = False
    try:
        if options["report"]:
            _native.save(options["report"])
        if _native.count():
            text, many = _native.render(options["output_format"], options["colour"])
            if many:
                failed = _fails(options["fail_on"])
                if not (options["live"] and options["output_format"] in ("full", "concise")):
                    _write(text)
    except (OSError, RuntimeError, ValueError) as failure:
        _write(f"sidestep: {failure}\n")
    for remark in started.remarks:
        _write(f"sidestep: {remark}\n")
    if options["verbose"]:
        for note in _native.notes():
            _write(f"sidestep: {note}\n")
    for trouble in started.troubles:
        _write(f"sidestep: internal error, something may be missing: {trouble}\n")
    return failed


def _fails(wanted):
    if not wanted:
        return False
    found = json.loads(_native.render("json")[0])["findings"]
    levels = {level for each in wanted for level in LEVELS.get(each, ())}
    rules = [each for each in wanted if each not in LEVELS]
    if any(finding["level"] in levels for finding in found):
        return True
    if not rules:
        return False
    return len(json.loads(_native.render("json", ignore=rules)[0])["findings"]) < len(found)


def _write(text):
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass  # Nobody listens any more.


def _colours(when):
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
