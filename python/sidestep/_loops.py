"""Loops: the watchdog's beat, SS301 (a loop in a loop), SS306 (waiting for one's own loop), SS307 (touched from a thread)."""

import asyncio
import asyncio.base_events
import asyncio.runners
import faulthandler
import functools
import gc
import os
import selectors
import signal
import sys
import threading
import time
import weakref

from sidestep import _coroutines, _native, _sites, _tasks

STALLS = ("SS201", "SS202", "SS203", "SS204", "SS205", "SS206", "SS207", "SS208", "SS209", "SS210", "SS401", "SS402")

#: The loops that run now, by thread; and what is known of each loop.
running = {}
loops = weakref.WeakKeyDictionary()
#: As asyncio has it.
_CALL_SOON = asyncio.base_events.BaseEventLoop.call_soon
_EPOLL = hasattr(selectors, "EpollSelector")
_SELECT = selectors.EpollSelector.select if _EPOLL else None
#: How many runs of loops there were.
runs = 0


class Known:
    """What is known of a loop."""

    def __init__(self):
        self.started = None
        self.failed = False
        self.transports = []


def known(loop):
    """What is known of a loop."""
    if loop not in loops:
        loops[loop] = Known()
    return loops[loop]


def install(watch):
    watch.signal = None
    if watch.wants(*STALLS):
        _watchdog(watch)
        _collector(watch)
    _loop_class(watch, asyncio.base_events.BaseEventLoop)
    watch.patches.when_imported("uvloop", lambda module: _loop_class(watch, module.Loop))
    if watch.wants("SS301"):
        _nested(watch)
    if watch.wants("SS306"):
        _own_loop(watch)
    if watch.wants("SS307"):
        _threads(watch)
    here = asyncio._get_running_loop()
    if here is not None:  # Watched from inside: the loop already runs.
        attached = _Attached(watch, here, _sites.caller())
        watch.undo(attached.close)


def _watchdog(watch):
    """Finds a signal that nobody uses, for which `faulthandler` writes the stack of the loop's thread into a pipe."""
    if not hasattr(faulthandler, "register") or not os.path.isdir("/proc/self/task"):
        watch.remarks.append("how long the event loop stands still can be seen on Linux alone: SS201 to SS210, SS401 and SS402 are not told here")
        return
    candidates = range(getattr(signal, "SIGRTMAX", 0) - 4, getattr(signal, "SIGRTMIN", 1) + 8, -1)
    watch.signal = next((number for number in candidates if signal.getsignal(number) == signal.SIG_DFL), None)
    if watch.signal is None:
        watch.remarks.append("every real-time signal is in use: how long the event loop stands still is not told (SS201 to SS210, SS401, SS402)")
        return
    _connect(watch)
    watch.undo(lambda: faulthandler.unregister(watch.signal))


def _connect(watch):
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    _native.disarm(watch.signal)
    watch.pipe = os.fdopen(writing, "wb", buffering=0)
    faulthandler.register(watch.signal, file=watch.pipe, all_threads=False, chain=False)
    _native.watchdog(watch.options.get("threshold", 0.1), watch.signal, reading)


def restart(watch):
    """In a fork: the watchdog's thread and pipe are the parent's."""
    running.clear()
    if watch.signal is not None:
        faulthandler.unregister(watch.signal)
        _connect(watch)


def _collector(watch):
    started = 0.0
    clock = time.perf_counter

    def collecting(phase, info):
        nonlocal started
        if phase == "start":
            started = clock()
        else:
            took = clock() - started
            if took > 0.005:
                _native.collected(took)

    gc.callbacks.append(collecting)
    watch.undo(lambda: gc.callbacks.remove(collecting))


class _Attached:
    """A loop that runs now, on this thread."""

    def __init__(self, watch, loop, place):
        global runs
        runs += 1
        self.loop = loop
        self.place = place
        self.thread = threading.get_ident()
        self.before = running.get(self.thread)
        running[self.thread] = self
        self.beat = self.id = self.selector = self.timer = self.call_soon = None
        _coroutines.track(watch) if watch.wants("SS101") else None
        if watch.signal is not None:
            selector = getattr(loop, "_selector", None)
            interval = 0 if selector is not None else watch.options.get("threshold", 0.1) / 2
            self.id, self.beat = _native.watch_loop(interval)
            if selector is not None:
                self._select(selector)
            else:
                self._tick(interval)
        if watch.wants("SS307"):
            self._check_thread(watch)
        self.undo = None
        with watch.guarded():
            self.undo = _tasks.attach(watch, loop)

    def _select(self, selector):
        beat, real = self.beat, selector.select

        def select(timeout=None):
            if timeout == 0:  # There is work: the loop only looks.
                beat[0] = 1
                return real(0)
            beat[0] = 0
            events = real(timeout)
            beat[0] = 1
            return events

        selector.select = _straight(selector, beat) or select
        self.selector = selector, selector.select

    def _tick(self, interval):
        beat, loop = self.beat, self.loop

        def tick():
            beat[0] = 1
            self.timer = loop.call_later(interval, tick)

        tick()

    def _check_thread(self, watch):
        """The loop's own `call_soon`, which every wake-up of a task passes: whose thread is it?"""
        loop, owner, thread = self.loop, self.thread, threading.get_ident
        real = loop.call_soon
        if not is_its_own(loop, real):
            return
        schedule = getattr(loop, "_call_soon", None)
        if type(loop).call_soon is not _CALL_SOON:
            schedule = None  # Somebody else has changed it.

        def call_soon(callback, *args, context=None):
            if thread() != owner:
                with watch.guarded():
                    _touched(watch, loop, "call_soon", _sites.caller())
            if schedule is None or loop._debug or loop._closed:
                return real(callback, *args, context=context)
            return schedule(callback, args, context)  # What `call_soon` comes to.

        loop.call_soon = call_soon
        self.call_soon = call_soon

    def close(self):
        if self.id is not None:
            _native.unwatch_loop(self.id)
            self.id = None
        if self.timer is not None:
            self.timer.cancel()
        if self.undo is not None:
            self.undo()
        if self.selector is not None:
            selector, ours = self.selector
            if selector.select is ours:
                del selector.select
            self.selector = None
        if self.call_soon is not None and self.loop.call_soon is self.call_soon:
            del self.loop.call_soon
        if running.get(self.thread) is self:
            if self.before is None:
                del running[self.thread]
            else:
                running[self.thread] = self.before


def is_its_own(loop, method):
    """Whether a method of a loop is what its class has, and nobody has put another one there.

    Whoever asks for the loop's `__dict__` instead makes CPython 3.11 and 3.12 keep one, and every attribute of the loop slower: a hop by a fifth.
    """
    return getattr(method, "__self__", None) is loop


def _straight(selector, beat):
    """A `select` for epoll that does what the selector's own does, without a call in between where nothing is ready.

    A loop with work at hand asks at each turn, with no time to wait, and is mostly told that there is nothing.
    """
    if not _EPOLL or type(selector) is not selectors.EpollSelector or type(selector).select is not _SELECT:
        return None
    real, poll = selector.select, selector._selector.poll

    def select(timeout=None):
        if timeout == 0:
            beat[0] = 1
            return real(0) if poll(0, 1) else []
        beat[0] = 0
        events = real(timeout)
        beat[0] = 1
        return events

    return select


def _loop_class(watch, loop_class):
    def run_forever(real):
        def run_forever(self):
            if not watch.on:
                return real(self)
            attached = None
            with watch.guarded():
                place = known(self).started or _sites.caller()
                if asyncio._get_running_loop() is None:
                    attached = _Attached(watch, self, place)
            try:
                return real(self)
            finally:
                if attached is not None:
                    with watch.guarded():
                        attached.close()

        return run_forever

    def run_until_complete(real):
        def run_until_complete(self, future):
            if not watch.on:
                return real(self, future)
            with watch.guarded():
                _check_nested(watch, "run_until_complete")
                known(self).started = _sites.caller()
            try:
                result = real(self, future)
            except BaseException:
                known(self).failed = True
                raise
            finally:
                known(self).started = None
            if not _is_clearing(future):
                known(self).failed = False
            return result

        return run_until_complete

    def close(real):
        def close(self):
            if watch.on:
                with watch.guarded():
                    _tasks.closing(watch, self)
                    for look in at_close:
                        look(watch, self)
            return real(self)

        return close

    patches = watch.patches
    patches.wrap(loop_class, "run_forever", run_forever)
    patches.wrap(loop_class, "run_until_complete", run_until_complete)
    patches.wrap(loop_class, "close", close)
    _tasks.loop_class(watch, loop_class)


#: What is looked at when a loop is closed.
at_close = []


def _is_clearing(future):
    """What `asyncio.run` runs after the program's own coroutine."""
    name = getattr(future, "__name__", "")
    return name in ("shutdown_asyncgens", "shutdown_default_executor") or hasattr(future, "_children")


def _check_nested(watch, function):
    outer = running.get(threading.get_ident())
    if asyncio._get_running_loop() is None or "nest_asyncio" in sys.modules:
        return
    labels = []
    if outer is not None and outer.place is not None:
        labels.append(dict(outer.place, text="the loop that already runs was started here"))
    watch.observe(
        "SS301",
        _sites.caller(sys._getframe(2)),
        f"`{function}` was called on a thread whose event loop was running: it raises RuntimeError",
        function,
        labels=labels,
        help="await the coroutine instead",
    )


def _nested(watch):
    def run(real):
        def run(*args, **kwargs):
            if watch.on:
                with watch.guarded():
                    _check_nested(watch, "run")
            return real(*args, **kwargs)

        return run

    wrapper = run(asyncio.run)
    watch.patches.set(asyncio, "run", functools.update_wrapper(wrapper, asyncio.run))
    watch.patches.set(asyncio.runners, "run", wrapper)
    if hasattr(asyncio, "Runner"):
        watch.patches.wrap(asyncio.Runner, "run", run)
    watch.patches.when_imported("anyio", lambda module: watch.patches.wrap(module, "run", run))


def _own_loop(watch):
    def make(real):
        def run_coroutine_threadsafe(coroutine, loop):
            future = real(coroutine, loop)
            if watch.on and asyncio._get_running_loop() is loop:
                with watch.guarded():
                    _watch_result(watch, future, loop)
            return future

        return run_coroutine_threadsafe

    wrapper = make(asyncio.run_coroutine_threadsafe)
    watch.patches.wrap(asyncio, "run_coroutine_threadsafe", lambda real: wrapper)
    watch.patches.wrap(asyncio.tasks, "run_coroutine_threadsafe", lambda real: wrapper)


def _watch_result(watch, future, loop):
    """Who asks this future for its result on the loop's own thread waits for himself."""

    def asks(name):
        real = getattr(future, name)

        def ask(timeout=None):
            if watch.on and not future.done() and asyncio._get_running_loop() is loop:
                with watch.guarded():
                    watch.observe(
                        "SS306",
                        _sites.caller(),
                        "waits on the loop's own thread for a coroutine that only this loop can run: a deadlock",
                        name,
                        help="await the coroutine, or `await asyncio.wrap_future(…)`",
                    )
            return real(timeout)

        setattr(future, name, ask)

    asks("result")
    asks("exception")


def _touched(watch, loop, what, place):
    outer = next((attached for attached in list(running.values()) if attached.loop is loop), None)
    if outer is None or outer.thread == threading.get_ident():
        return
    labels = [dict(outer.place, text="the loop was started here")] if outer.place else []
    watch.observe(
        "SS307",
        place,
        f"`{what}` was called from the thread `{threading.current_thread().name}`, which is not the loop's: it may be noticed late or corrupt the loop's state",
        labels=labels,
        help="`loop.call_soon_threadsafe(…)`, or `asyncio.run_coroutine_threadsafe(…)` for a coroutine",
    )


def _threads(watch):
    """Queues and events that have waiters belong to their loop."""

    def check(name):
        def make(real):
            def method(self, *args, **kwargs):
                loop = getattr(self, "_loop", None)
                if watch.on and loop is not None and asyncio._get_running_loop() is not loop:
                    with watch.guarded():
                        _touched(watch, loop, name, _sites.caller())
                return real(self, *args, **kwargs)

            return method

        return make

    for owner, name in ((asyncio.Queue, "put_nowait"), (asyncio.Queue, "get_nowait"), (asyncio.Event, "set")):
        watch.patches.wrap(owner, name, check(name))
