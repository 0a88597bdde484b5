"""SS501: clients, connections and processes that were dropped or left open; SS505: async generators left half-way."""

import asyncio
import asyncio.base_events
import asyncio.streams
import asyncio.subprocess
import weakref

from sidestep import _lines, _loops, _native, _sites

#: No more generators than this are remembered.
MANY = 10_000


def install(watch):
    if watch.wants("SS501"):
        by_module = {}
        for module, name, close in _native.resources():
            if not module.startswith("asyncio"):
                by_module.setdefault(module, []).append((name, close.split()))
        for module, classes in by_module.items():
            watch.patches.when_imported(module, lambda module, classes=classes: _classes(watch, module, classes))
        _connections(watch)
        _writers(watch)
        _loops.at_close.append(_left_open)
        watch.undo(lambda: _loops.at_close.remove(_left_open))
    if watch.wants("SS505"):
        _generators(watch)


class _Record:
    """An object that is to be closed: it is known where it was made."""

    __slots__ = ("closed", "reference")


def _classes(watch, module, classes):
    for name, closers in classes:
        found = getattr(module, name, None)
        if isinstance(found, type) and getattr(found, "_sidestep_watched", None) is not watch:
            watch.patches.set(found, "_sidestep_watched", watch)
            _resource(watch, found, f"{module.__name__.split('.')[0]}.{name}", closers)


def _resource(watch, owner, name, closers):
    records = {}

    def init(real):
        def __init__(self, *args, **kwargs):
            real(self, *args, **kwargs)
            if watch.on and id(self) not in records:
                with watch.guarded():
                    place = _sites.maker()
                    if place is not None:
                        _keep(watch, records, self, name, place, closers)

        return __init__

    def closer(real):
        def close(self, *args, **kwargs):
            record = records.get(id(self))
            if record is not None:
                record.closed = True
            return real(self, *args, **kwargs)

        return close

    watch.patches.wrap(owner, "__init__", init)
    for method in {*closers, "__aexit__", "__exit__"}:
        if hasattr(owner, method):
            watch.patches.wrap(owner, method, closer)


def _keep(watch, records, thing, name, place, closers):
    record = _Record()
    record.closed = False
    key = id(thing)

    def dropped(_):
        records.pop(key, None)
        if not record.closed and watch.on:
            with watch.guarded():
                _unclosed(watch, place, name, closers[0])

    record.reference = weakref.ref(thing, dropped)
    records[key] = record


def _unclosed(watch, place, name, close, callee=None):
    watch.observe(
        "SS501",
        place,
        f"`{name}` was dropped without having been closed: its connections stay open",
        callee or name.rsplit(".", 1)[-1],
        help=f"`async with`, or `await ….{close}()` in a `finally`",
    )


def _connections(watch):
    """Functions that open something: it is kept, with the place of the call, until its loop is closed."""

    def opening(name, keep):
        def make(real):
            async def opened(*args, **kwargs):
                place = _sites.caller() if watch.on else None
                opened = await real(*args, **kwargs)
                if place is not None:
                    with watch.guarded():
                        keep(watch, place, name, opened)
                return opened

            return opened

        return make

    for home, names, keep in (
        (asyncio.streams, ("open_connection", "open_unix_connection"), _transport),
        (asyncio.subprocess, ("create_subprocess_exec", "create_subprocess_shell"), _process),
    ):
        for name in names:
            for module in (asyncio, home):
                watch.patches.wrap(module, name, opening(name, keep))


def _process(watch, place, name, process):
    reference = weakref.ref(process)
    _loops.known(asyncio.get_running_loop()).transports.append((place, name, lambda: _runs(reference())))


def _runs(process):
    return process is not None and process.returncode is None


def _transport(watch, place, name, streams):
    _, writer = streams
    transport = writer.transport
    writer._sidestep_opened = place, name
    told = watch.dropped_writers

    def is_open():
        return id(transport) not in told and not transport.is_closing()

    _loops.known(asyncio.get_running_loop()).transports.append((place, name, is_open))


def _writers(watch):
    """A writer that is dropped closes its transport by itself, in recent versions: before that, it is looked at."""
    watch.dropped_writers = set()
    real = vars(asyncio.StreamWriter).get("__del__")

    def __del__(self, *args):
        opened = vars(self).get("_sidestep_opened")
        if opened is not None and watch.on:
            with watch.guarded():
                if not self.transport.is_closing() and not _loops.known(self._loop).failed:
                    watch.dropped_writers.add(id(self.transport))
                    place, name = opened
                    _unclosed(watch, place, "asyncio.StreamWriter", "wait_closed", name)
        if real is not None:
            real(self, *args)

    watch.patches.set(asyncio.StreamWriter, "__del__", __del__)


def _left_open(watch, loop):
    """What is open when the loop is closed."""
    if _loops.known(loop).failed:
        return
    for place, name, is_open in _loops.known(loop).transports:
        if is_open():
            what = "asyncio.StreamWriter" if name.startswith("open") else "asyncio.subprocess.Process"
            watch.observe(
                "SS501",
                place,
                f"`{what}` was still open when the loop ended",
                name,
                help="close it and wait: `writer.close()`, `await writer.wait_closed()`"
                if name.startswith("open")
                else "wait for the process: `await process.wait()`",
            )
    _loops.known(loop).transports.clear()


def _generators(watch):
    begun = {}  # By number: references to a generator are gone when it is finalised.

    def first(real):
        def _asyncgen_firstiter_hook(self, generator):
            if watch.on:
                with watch.guarded():
                    place = _sites.caller()
                    if place is not None:
                        if len(begun) > MANY:
                            begun.clear()
                        begun[id(generator)] = place
            return real(self, generator)

        return _asyncgen_firstiter_hook

    def last(real):
        def _asyncgen_finalizer_hook(self, generator):
            if watch.on and not self.is_closed():
                with watch.guarded():
                    _half_way(watch, generator, begun.pop(id(generator), None))
            return real(self, generator)

        return _asyncgen_finalizer_hook

    owner = asyncio.base_events.BaseEventLoop
    watch.patches.wrap(owner, "_asyncgen_firstiter_hook", first)
    watch.patches.wrap(owner, "_asyncgen_finalizer_hook", last)


def _half_way(watch, generator, place):
    frame = generator.ag_frame
    if frame is None or place is None:
        return
    code = frame.f_code
    if not _sites.is_own(code.co_filename):
        return
    if not _lines.must_clean_up(code.co_filename, frame.f_lineno, code.co_firstlineno):
        return
    watch.observe(
        "SS505",
        place,
        f"the async generator `{code.co_name}` was left half-way: what it holds is released at some later time",
        code.co_name,
        labels=[_sites.spot(code.co_filename, frame.f_lineno, code.co_name, "it was suspended here")],
        help="`async with contextlib.aclosing(…) as items:`",
    )
