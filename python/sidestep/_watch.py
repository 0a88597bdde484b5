"""Watching: what is installed while a program is watched, and what comes of it."""

import gc
import json
import os
import sys
import tempfile
import threading
import time

from sidestep import _ai, _coroutines, _gather, _hang, _loops, _native, _resources, _sites, _tasks
from sidestep._patch import Patches

#: The hooks, by what they look for.
HOOKS = (_loops, _coroutines, _tasks, _gather, _resources, _hang, _ai)


class Watch:
    """The watch of this process. There is one at a time; nested ones are parts of it."""

    def __init__(self, options):
        self.options = options
        self.on = False
        self.patches = Patches()
        self.troubles = []
        self.remarks = []  # What is not watched here, and why.
        self.codes = frozenset()
        self.journal = None
        self._undo = []

    def wants(self, *codes):
        """Whether one of some rules may be reported."""
        return not self.codes.isdisjoint(codes)

    def start(self):
        options = dict(self.options, libraries=_sites.LIBRARIES)
        self.codes = frozenset(_native.configure(json.dumps(options)))
        self.on = True
        for hook in HOOKS:
            with self.guarded():
                hook.install(self)
        _forks.add(self)

    def stop(self):
        """Undoes everything. What was seen stays."""
        if not self.on:
            return
        gc.collect()  # Coroutines and clients in cycles are lost as well.
        for hook in HOOKS:
            with self.guarded():
                getattr(hook, "finish", lambda watch: None)(self)
        self.on = False
        _native.flush()
        _native.stop()
        for undo in reversed(self._undo):
            with self.guarded():
                undo()
        self.patches.undo()
        _forks.discard(self)
        self._adopt()

    def undo(self, do):
        """Has something done when the watch ends."""
        self._undo.append(do)

    def observe(self, code, spot, message, callee="", **more):
        """Keeps what was seen. Without a place of the user's own there is nobody to tell."""
        if spot is None or not self.on or code not in self.codes:
            return
        _native.observe(json.dumps({**spot, "code": code, "message": message, "callee": callee, **more}, default=str))

    def guarded(self):
        """A `with` in which nothing of ours gets into the program: what goes wrong is told at the end."""
        return _Guard(self)

    def _adopt(self):
        if self.journal and os.path.exists(self.journal):
            with open(self.journal, encoding="utf-8", errors="replace") as journal:
                _native.adopt(journal.read())
            os.unlink(self.journal)
        self.journal = None

    def before_fork(self):
        if self.journal is None:
            handle, self.journal = tempfile.mkstemp(prefix="sidestep-", suffix=".jsonl")
            os.close(handle)

    def after_fork(self):
        options = dict(self.options, libraries=_sites.LIBRARIES, live=False, report=None)
        _native.forked(self.journal)
        _native.configure(json.dumps(options))
        self.journal = None  # The parent's to read.
        _loops.restart(self)


class _Guard:
    def __init__(self, watch):
        self.watch = watch

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None or not issubclass(kind, Exception):
            return False
        if len(self.watch.troubles) < 20:
            while trace.tb_next is not None:
                trace = trace.tb_next
            where = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"
            self.watch.troubles.append(f"{kind.__name__} at {where}: {error}")
        return True


class _Forks:
    """Forks of a watched process are watched: what they see goes to the parent's report."""

    def __init__(self):
        self.watches = set()
        self.registered = False

    def add(self, watch):
        self.watches.add(watch)
        if not self.registered and hasattr(os, "register_at_fork"):
            self.registered = True
            os.register_at_fork(before=self._before, after_in_child=self._after)

    def discard(self, watch):
        self.watches.discard(watch)

    def _before(self):
        for watch in self.watches:
            with watch.guarded():
                watch.before_fork()

    def _after(self):
        for watch in self.watches:
            with watch.guarded():
                watch.after_fork()


_forks = _Forks()
_lock = threading.RLock()
_current = None
_scopes = iter(range(1, 2**32))


class Watched:
    """What was seen inside a `with sidestep.watch()`."""

    def __init__(self, scope):
        self._scope = scope
        self._before = 0

    @property
    def findings(self):
        """The findings so far, as the JSON report has them."""
        return json.loads(self.report("json"))["findings"]

    @property
    def notes(self):
        """What is not watched on this system, and when the loop stood still and nobody is to blame."""
        watch = current()
        return [*(watch.remarks if watch else ()), *_native.notes()]

    def report(self, format="full", colour=False, ignore=()):
        """The report in one of the formats of `sidestep check`."""
        return _native.render(format, colour, self._scope, list(ignore))[0]


class watch:
    """Watches the loops that run inside the `with`.

    `threshold`: how many seconds a loop may stand still. `select`, `extend_select`, `ignore`: rules, by code, pitfall or name.
    `preset`: "recommended" or "strict". `hang_after`: seconds of waiting after which it is told who waits for whom. `tasks`:
    how many tasks of one place may be alive. `prices`: a file with what tokens cost. Nothing is printed: the findings are those of the result.
    """

    def __init__(self, *, threshold=0.1, hang_after=None, tasks=1000, prices=None, **options):
        unknown = set(options) - {"select", "extend_select", "ignore", "preset", "config", "isolated"}
        if unknown:
            raise TypeError(f"watch() has no option {', '.join(sorted(unknown))}")
        self._options = {key: value for key, value in options.items() if value is not None}
        for key in ("select", "extend_select", "ignore"):
            if isinstance(self._options.get(key), str):
                self._options[key] = [self._options[key]]
        self._options.update(threshold=threshold, hang_after=hang_after, tasks=tasks, prices=prices)
        self._own = None

    def __enter__(self):
        global _current
        with _lock:
            if _current is None:
                started = Watch(self._options)
                started.start()
                self._own = _current = started
            self._watched = Watched(next(_scopes))
            self._watched._before = _native.scope(self._watched._scope)
            return self._watched

    def __exit__(self, *failure):
        global _current
        with _lock:
            if self._own is not None:
                self._own.stop()
                _current = None
            else:
                gc.collect()
                _native.flush()
            _native.scope(self._watched._before)
        return False


def current():
    """The watch of this process, if it is watched."""
    return _current


def begin(options):
    """Starts the watch of the process, for `sidestep run` and pytest."""
    global _current
    with _lock:
        if _current is None:
            _current = Watch(options)
            _current.start()
            return _current
    return None


def end(started):
    """Ends it."""
    global _current
    with _lock:
        if started is not None and _current is started:
            started.stop()
            _current = None
