"""Hangs: who waits for whom, as a tree, with the owners of locks and the cycles; SS901 and SS903."""

import asyncio
import asyncio.locks
import os
import signal
import socket
import sys
import threading
import time
import weakref

from sidestep import _loops, _sites

#: Who holds a lock, and where it was taken.
_owners = weakref.WeakKeyDictionary()


def install(watch):
    if watch.wants("SS903", "SS901") or watch.options.get("hang_after"):
        _locks(watch)
    after = watch.options.get("hang_after")
    if after:
        _Sentry(watch, float(after)).start()
    on = watch.options.get("hang_signal")
    if on and threading.current_thread() is threading.main_thread() and signal.getsignal(on) == signal.SIG_DFL:
        signal.signal(on, lambda *_: print(tree(), file=sys.stderr, flush=True))
        watch.undo(lambda: signal.signal(on, signal.SIG_DFL))


def _locks(watch):
    def acquire(real):
        async def acquire(self):
            taken = await real(self)
            if watch.on:
                with watch.guarded():
                    _owners[self] = (weakref.ref(asyncio.current_task()), _sites.caller())
            return taken

        return acquire

    watch.patches.wrap(asyncio.Lock, "acquire", acquire)


class _Sentry(threading.Thread):
    """Looks from time to time whether tasks still wait for what they waited for before."""

    def __init__(self, watch, after):
        super().__init__(name="sidestep-hang", daemon=True)
        self.watch = watch
        self.after = after
        self.over = threading.Event()
        watch.undo(self.over.set)

    def run(self):
        since = {}
        while not self.over.wait(min(self.after / 5, 1.0)):
            with self.watch.guarded():
                now = time.monotonic()
                waits = {}
                for task in _all():
                    waiter = getattr(task, "_fut_waiter", None)
                    if waiter is not None:
                        key = (id(task), id(waiter))
                        waits[key] = since.get(key, (now, task))
                since = waits
                hung = [task for began, task in waits.values() if now - began >= self.after and not _rests(task)]
                if hung:
                    tell(self.watch, hung, self.after)
                    print(tree(), file=sys.stderr, flush=True)
                    return


def _all():
    """The tasks of all loops that run."""
    found = []
    for attached in list(_loops.running.values()):
        for _ in range(10):
            try:
                found.extend(asyncio.all_tasks(attached.loop))
                break
            except RuntimeError:  # Changed while it was read.
                continue
    return sorted(found, key=lambda task: task.get_name())


def _rests(task):
    """Whether a task waits on purpose: for a time to pass, or for clients of its server."""
    chain = _sites.frames(task.get_coro())
    return bool(chain) and (chain[-1].f_code in _RESTS or chain[-1].f_code.co_name == "serve_forever")


_RESTS = {getattr(asyncio.sleep, "__code__", None)}


def _waiter(task):
    """What a task waits for: a task, several, a lock, or something else."""
    future = getattr(task, "_fut_waiter", None)
    if isinstance(future, asyncio.Task):
        return "tasks", [future]
    children = getattr(future, "_children", None)
    if children:
        return "tasks", [child for child in children if isinstance(child, asyncio.Task)]
    chain = _sites.frames(task.get_coro())
    for nth, frame in reversed(list(enumerate(chain))):
        code = frame.f_code
        if code.co_filename.endswith("locks.py") and "self" in frame.f_locals:
            owner = frame.f_locals["self"]
            # A library that waits for the network may do so by an event.
            peer = _peer(chain[nth - 1]) if nth and isinstance(owner, (asyncio.Event, asyncio.Condition)) else ""
            if peer:
                return "network", peer
            if isinstance(owner, (asyncio.Lock, asyncio.Event, asyncio.Condition, asyncio.Semaphore)):
                return "lock", owner
        if code.co_filename.endswith("queues.py") and "self" in frame.f_locals:
            return "queue", frame.f_locals["self"]
        if code.co_filename.endswith("tasks.py") and code.co_name in ("_wait", "wait"):
            waits = frame.f_locals.get("fs") or ()
            return "tasks", [each for each in waits if isinstance(each, asyncio.Task)]
        if code.co_filename.endswith("taskgroups.py") and "self" in frame.f_locals:
            return "tasks", list(getattr(frame.f_locals["self"], "_tasks", ()))
        peer = _peer(frame)
        if peer or code.co_filename.endswith(("asyncio/streams.py", "asyncio/selector_events.py")):
            return "network", peer
    return "other", future


#: Ways from an object that waits for the network to what knows whom it is connected to.
_WAYS = (
    ("_transport",), ("transport",), ("_protocol", "transport"), ("protocol", "transport"), ("_connection", "transport"),
)  # fmt: skip


def _peer(frame):
    """Whom a frame waits for, as `host:port` or a path, if it waits for the network and says so."""
    held = frame.f_locals
    for name in ("self", "transport", "protocol"):
        for way in ((), *_WAYS):
            at = held.get(name)
            for step in way:
                at = getattr(at, step, None)
            ask = getattr(at, "get_extra_info", None)
            if callable(ask):
                found = _address(ask("peername"))
                if found:
                    return found
    if frame.f_code.co_name in ("create_connection", "open_connection") and held.get("host"):
        return f"{held['host']}:{held.get('port')}"
    if not frame.f_code.co_filename.endswith("selector_events.py"):
        return ""
    return _address(held.get("address")) or _remote(held.get("sock"))


def _remote(sock):
    """Whom a socket is connected to."""
    if not isinstance(sock, socket.socket):
        return ""
    try:
        return _address(sock.getpeername())
    except OSError:
        return ""


def _address(address):
    if isinstance(address, tuple) and len(address) >= 2:
        return f"{address[0]}:{address[1]}"
    return os.fsdecode(address) if isinstance(address, (str, bytes)) else ""


def _holder(lock):
    """The task that holds a lock, and where it took it."""
    held = _owners.get(lock)
    if held is None or not getattr(lock, "locked", lambda: False)():
        return None, None
    return held[0](), held[1]


def _edges(task):
    """The tasks that a task waits for."""
    kind, what = _waiter(task)
    if kind == "tasks":
        return what
    if kind == "lock":
        holder, _ = _holder(what)
        return [holder] if holder is not None and not holder.done() else []
    return []


def _shown(place):
    if place is None:
        return "?"
    path = os.path.relpath(place["path"]) if os.path.isabs(place["path"]) else place["path"]
    return f"{path if not path.startswith('..') else place['path']}:{place['line']}"


def _says(task):
    coroutine = task.get_coro()
    kind, what = _waiter(task)
    line = f"{task.get_name()} {_sites.name(coroutine)} at {_shown(_sites.suspended(coroutine))}"
    if kind == "lock":
        holder, where = _holder(what)
        line += f" waits for a {type(what).__name__}"
        if holder is not None:
            line += f" held by {holder.get_name()}, taken at {_shown(where)}"
    elif kind == "queue":
        line += f" waits at a {type(what).__name__} of {what.qsize()}"
    elif kind == "tasks" and what:
        line += " waits for"
    elif kind == "network":
        line += f" waits for {what}" if what else " waits for the network"
    return line


def cycle(task):
    """The tasks that wait for each other in a circle that goes through a task."""
    path, seen = [task], {task}
    while True:
        step = _edges(path[-1])
        if len(step) != 1:
            return []
        if step[0] in seen:
            return path[path.index(step[0]) :]
        seen.add(step[0])
        path.append(step[0])


def tree():
    """Who waits for whom, in lines to read."""
    lines = ["tasks, and what they wait for:"]
    tasks = _all()
    awaited = {id(each) for task in tasks for each in _edges(task)}
    roots = [task for task in tasks if id(task) not in awaited] or tasks
    shown = set()

    def show(task, depth, path):
        mark = ""
        if task in path:
            mark = "  (a cycle)"
        lines.append("  " * depth + "- " + _says(task) + mark)
        if mark or task in shown:
            return
        shown.add(task)
        for each in _edges(task):
            show(each, depth + 1, (*path, task))

    for task in roots:
        show(task, 1, ())
    for task in tasks:
        if task not in shown:
            show(task, 1, ())
    return "\n".join(lines)


def tell(watch, tasks, after):
    """Reports the tasks that wait for nobody else: what the others wait for in the end."""
    told = set()
    for task in tasks:
        circle = cycle(task)
        if not circle and _edges(task):
            continue
        key = frozenset(map(id, circle)) or id(task)
        if key in told:
            continue
        told.add(key)
        coroutine = task.get_coro()
        kind, what = _waiter(task)
        place = _sites.suspended(coroutine)
        chain = [dict(_sites.suspended(each.get_coro()) or {}, text=_says(each)) for each in circle]
        if circle:
            message = "tasks wait for each other in a circle: none of them can go on"
        else:
            message = f"`{_sites.name(coroutine)}` has waited here for {after:g} s"
            if kind == "network" and what:
                message += f", for an answer of {what}"
        if kind == "lock":
            holder, where = _holder(what)
            if where is not None and not circle:
                chain.append(dict(where, text=f"the {type(what).__name__} was taken here"))
        watch.observe(
            "SS901" if kind == "network" else "SS903",
            place,
            message,
            chain=[spot for spot in chain if "path" in spot],
            help="set a limit: `async with asyncio.timeout(…)`",
        )
