"""SS702: exceptions that `gather` returned and nobody read; SS805: what `asyncio.wait` and `as_completed` left pending."""

import asyncio
import asyncio.tasks
import sys

from sidestep import _sites, _tasks


def install(watch):
    if watch.wants("SS702"):
        _gather(watch)
    if watch.wants("SS805"):
        _wait(watch)


def _both(watch, name, make):
    """Functions that are found under two names."""
    wrapper = make(getattr(asyncio, name))
    for module in (asyncio, asyncio.tasks):
        watch.patches.wrap(module, name, lambda real: wrapper)


def _gather(watch):
    def make(real):
        def gather(*awaitables, return_exceptions=False, **kwargs):
            future = real(*awaitables, return_exceptions=return_exceptions, **kwargs)
            if return_exceptions and watch.on:
                with watch.guarded():
                    place = _sites.caller()
                    future.add_done_callback(lambda future: _gathered(watch, place, future))
            return future

        return gather

    _both(watch, "gather", make)


def _gathered(watch, place, future):
    if not watch.on or place is None or future.cancelled():
        return
    with watch.guarded():
        results = getattr(future, "_result", None)
        failed = [each for each in results or () if isinstance(each, Exception)]
        if not failed:
            return
        at = _sites.raised(failed[0])
        kinds = ", ".join(sorted({type(each).__name__ for each in failed}))
        watch.observe(
            "SS702",
            place,
            f"`gather` returned exceptions among its results ({kinds}), and nothing looks at them",
            "gather",
            labels=[at] if at else [],
            confirm=True,
            help="look at each result: `isinstance(result, BaseException)`",
        )


def _wait(watch):
    def make(real):
        async def wait(fs, **kwargs):
            place = None
            if watch.on:
                place = _sites.caller()
            done, pending = await real(fs, **kwargs)
            if pending and place is not None:
                for task in pending:
                    _tasks.left_pending[task] = place
            return done, pending

        return wait

    _both(watch, "wait", make)

    def make_completed(real):
        def as_completed(fs, **kwargs):
            place = _sites.caller() if watch.on else None
            if place is not None:
                fs = list(fs)
                tasks = [asyncio.ensure_future(each) for each in fs]
                for task in tasks:
                    _tasks.left_pending[task] = place
                fs = tasks
            return real(fs, **kwargs)

        return as_completed

    if sys.version_info >= (3, 10):  # Before, it takes a loop of its own.
        _both(watch, "as_completed", make_completed)
