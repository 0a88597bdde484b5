"""Tasks: SS801/SS802 (left at the end), SS803 (cancellation swallowed), SS703 (errors lost), SS1001 (too many at once)."""

import asyncio
import asyncio.base_events
import gc
import sys
import threading
import weakref

from sidestep import _lines, _sites

#: Tasks that were told of, that were asked to stop, and that `asyncio.wait` left pending (with the place of the call).
_told = weakref.WeakSet()
_asked = weakref.WeakSet()
left_pending = weakref.WeakKeyDictionary()
#: Where tasks were started whose coroutine a library makes, with the name of what they run.
_started = weakref.WeakKeyDictionary()

_watch = None


class _Starting(threading.local):
    """What a thread is starting now, by AnyIO's `start_soon`: the place, and the function."""

    now = None


_starting = _Starting()


class Task(asyncio.Task):
    """A task that notes when it is asked to stop. Everything else is as in asyncio."""

    def cancel(self, *args, **kwargs):
        watch = _watch
        if watch is None or not watch.on or self.done():
            return super().cancel(*args, **kwargs)
        before = None
        with watch.guarded():
            if asyncio._get_running_loop() is None and self not in _asked:
                leftover(watch, self)
            _asked.add(self)
            if watch.wants("SS803"):
                before = _position(self)
        asked = super().cancel(*args, **kwargs)
        if asked and before:
            with watch.guarded():
                loop = self.get_loop()
                loop.call_soon(_delivered, watch, weakref.ref(self), before, 0)
        return asked


Task.__name__ = Task.__qualname__ = "Task"
Task.__module__ = "_asyncio"


def install(watch):
    global _watch
    _watch = watch
    if watch.wants("SS1001"):
        watch.patches.when_imported("anyio._backends._asyncio", lambda module: _groups(watch, module))


def _groups(watch, module):
    """AnyIO makes the coroutine of a task itself: the place of its task is that of `start_soon`."""

    def make(real):
        def start_soon(self, func, *args, name=None):
            frame = sys._getframe(1)
            if watch.on and _sites.is_own(frame.f_code.co_filename):
                _starting.now = (frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name), func
                try:
                    return real(self, func, *args, name=name)
                finally:
                    _starting.now = None
            return real(self, func, *args, name=name)

        return start_soon

    watch.patches.wrap(module.TaskGroup, "start_soon", make)


def finish(watch):
    """Errors in tasks that somebody still holds: nobody will look at them any more."""
    if watch.wants("SS703") and sys.exc_info()[0] is None:
        for task in [thing for thing in gc.get_objects() if isinstance(thing, asyncio.Task)]:
            if task.done() and getattr(task, "_log_traceback", False):
                _lost(watch, task, getattr(task, "_exception", None))


def loop_class(watch, loop_class):
    """What loops tell of tasks that are gone."""

    def call_exception_handler(real):
        def call_exception_handler(self, context):
            if watch.on:
                with watch.guarded():
                    _handled(watch, context)
            return real(self, context)

        return call_exception_handler

    watch.patches.wrap(loop_class, "call_exception_handler", call_exception_handler)


#: As asyncio has it: what somebody else has put there is left alone.
_CREATE_TASK = asyncio.base_events.BaseEventLoop.create_task


def attach(watch, loop):
    """A loop starts to run: where it would make a task of asyncio's own type, it makes one of ours. Returns how to undo it."""
    if not watch.wants("SS801", "SS802", "SS803", "SS805", "SS1001"):
        return None
    from sidestep import _loops

    real = loop.create_task
    if not _loops.is_its_own(loop, real):
        return None
    is_uvloop = type(loop).__module__.partition(".")[0] == "uvloop"
    if type(loop).create_task is not _CREATE_TASK and not is_uvloop:
        return None
    factory = (lambda: loop.get_task_factory()) if is_uvloop else None
    budget = watch.options.get("tasks", 1000)
    left = budget if watch.wants("SS1001") else float("inf")
    make, starting = Task, _starting

    def create_task(coro, *, name=None, context=None, **more):
        nonlocal left
        left -= 1
        if left < 0:
            left = float("inf")  # Until it is counted.
            loop.call_soon(count)
        own_way = loop._task_factory or loop._closed if factory is None else factory() or loop.is_closed()
        if more or own_way:
            if context is not None:
                more["context"] = context
            return real(coro, name=name, **more)
        task = make(coro, loop=loop, name=name) if context is None else make(coro, loop=loop, name=name, context=context)
        if starting.now is not None:
            _started[task] = starting.now
        return task

    def count():
        nonlocal left
        with watch.guarded():
            left = max(budget, _crowds(watch, loop, budget))

    try:
        loop.create_task = create_task
    except AttributeError:  # A class of C, with room for nothing else.
        return None

    def undo():
        if loop.create_task is create_task:
            del loop.create_task

    return undo


def _crowds(watch, loop, budget):
    """Places that made more tasks than the budget which are alive and wait for something else than their turn."""
    places = {}
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        started = _started.get(task)
        made = getattr(task.get_coro(), "cr_origin", None)
        if started is not None:
            places.setdefault((started[0], "start_soon", _sites.name(started[1])), []).append(task)
        elif made:
            name = _sites.name(task.get_coro())
            places.setdefault((made[0], name, name), []).append(task)
    for (made, callee, name), group in places.items():
        if len(group) <= budget:
            continue
        sample = group[:: max(1, len(group) // 100)]
        waiting = sum(1 for task in sample if _waits_its_turn(task))
        many = len(group) * (len(sample) - waiting) // len(sample)
        if many > budget and _sites.is_own(made[0]):
            watch.observe(
                "SS1001",
                _sites.spot(*made),
                f"more than {budget} tasks of `{name}` were alive and at work at once, and nothing bounds them",
                callee,
                help="bound them: `asyncio.Semaphore(n)` inside the coroutine, or a queue with n workers",
            )
    return len(tasks)


def _waits_its_turn(task):
    """Whether a task waits at a lock, a semaphore or a limiter."""
    for frame in _sites.frames(task.get_coro()):
        code = frame.f_code
        if code.co_name in ("acquire", "acquire_on_behalf_of", "__aenter__") and not _sites.is_own(code.co_filename):
            return True
        if code.co_name == "acquire":
            return True
    return False


def _tell_of(task):
    """Where own code made the coroutine of a task, and what it is called. From now on the task has been told of."""
    coroutine = task.get_coro()
    made = _sites.origin(coroutine)
    if made is not None:
        _told.add(task)
    return made, _sites.name(coroutine)


def leftover(watch, task):
    """A task is still there when its loop has ended."""
    from sidestep import _loops

    if task in _told or task in _asked or _loops.known(task.get_loop()).failed:
        return
    made, name = _tell_of(task)
    if made is None:
        return
    at = _sites.suspended(task.get_coro())
    labels = [dict(at, text=f"`{name}` was suspended here")] if at else []
    called = left_pending.get(task)
    if called is not None:
        watch.observe(
            "SS805",
            called,
            f"the task of `{name}` was left pending here, and neither awaited nor cancelled: it was still there when the loop ended",
            None,
            labels=[dict(made, text="the task was made here"), *labels],
            help="cancel what is pending and await it",
        )
        return
    watch.observe(
        "SS802",
        made,
        f"the task of `{name}` was still pending when the loop ended: nobody awaited or cancelled it",
        name,
        labels=labels,
        help="await it, cancel it and await it, or make it in a `TaskGroup`",
    )


def closing(watch, loop):
    """A loop is closed."""
    if loop.is_running() or loop.is_closed():
        return
    for task in asyncio.all_tasks(loop):
        leftover(watch, task)


def _handled(watch, context):
    message = context.get("message") or ""
    task = context.get("task") or context.get("future")
    if not isinstance(task, asyncio.Task):
        return
    if message.startswith("Task was destroyed but it is pending"):
        leftover(watch, task)
    elif "exception was never retrieved" in message:
        _lost(watch, task, context.get("exception"))


def _lost(watch, task, exception):
    if task in _told or exception is None:
        return
    made, name = _tell_of(task)
    if made is None:
        return
    at = _sites.raised(exception)
    watch.observe(
        "SS703",
        made,
        f"the task of `{name}` failed with {type(exception).__name__} and nobody ever looked",
        name,
        labels=[at] if at else [],
        help="await the task, or add a callback that reads `task.exception()`",
    )


def _position(task):
    return [(frame, frame.f_lineno, frame.f_lasti) for frame in _sites.frames(task.get_coro())]


def _delivered(watch, reference, before, turn):
    """Some turns of the loop after a task was asked to stop: did it go on instead?"""
    task = reference()
    if task is None or task.done() or not watch.on:
        return
    with watch.guarded():
        cancelling = getattr(task, "cancelling", None)
        if cancelling is not None and cancelling() == 0:
            return  # It was a timeout's business, and is settled.
        now = _position(task)
        same = 0
        while same < min(len(now), len(before)) and now[same][0] is before[same][0]:
            same += 1
        moved = next((nth for nth in range(same) if now[nth][2] != before[nth][2]), None)
        if moved is None and same == len(before) and len(now) == len(before):
            return _again(watch, task, reference, before, turn)
        nth = same - 1 if moved is None else moved
        if nth < 0:
            return
        frame, line, _ = before[nth]
        code = frame.f_code
        if not _sites.is_own(code.co_filename):
            return
        handler = _lines.catches_cancellation(code.co_filename, line, code.co_firstlineno)
        if handler is None:
            return
        if _lines.cleans_up(code.co_filename, now[nth][1], line, code.co_firstlineno):
            return _again(watch, task, reference, before, turn)
        watch.observe(
            "SS803",
            _sites.spot(code.co_filename, handler, code.co_name),
            f"`{code.co_name}` was asked to stop, caught the cancellation here and went on working",
            None,
            labels=[_sites.spot(code.co_filename, now[nth][1], code.co_name, "it went on to here")],
            help="clean up and `raise`",
        )


def _again(watch, task, reference, before, turn):
    loop = task.get_loop()
    if turn < 20:
        loop.call_soon(_delivered, watch, reference, before, turn + 1)
    elif turn < 25:
        loop.call_later(0.05 * 2 ** (turn - 20), _delivered, watch, reference, before, turn + 1)
