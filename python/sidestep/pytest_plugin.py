"""`pytest --sidestep`: a test in which a pitfall was seen fails, with the finding as its message.

    @pytest.mark.sidestep(ignore=["SS802"])
    async def test_that_leaves_a_task(): ...
"""

import asyncio
import gc
import os
import threading

import pytest


def pytest_addoption(parser):
    group = parser.getgroup("sidestep", "pitfalls of sync and async code, seen while tests run")
    group.addoption("--sidestep", action="store_true", help="fail tests in which a pitfall of asyncio was seen")
    group.addoption("--sidestep-select", default="", metavar="RULES", help="only these rules")
    group.addoption("--sidestep-ignore", default="", metavar="RULES", help="all but these rules")
    group.addoption("--sidestep-threshold", type=float, default=100, metavar="MS", help="how long the loop may stand still")
    group.addoption("--sidestep-hang-after", type=float, metavar="SECONDS", help="tell who waits for whom for so long")
    group.addoption("--sidestep-report", metavar="FILE", help="also write the findings to a file, as `sidestep run` does")


def pytest_configure(config):
    config.addinivalue_line("markers", "sidestep(ignore): rules that the test may break, by code, pitfall or name")
    if not config.getoption("--sidestep"):
        return
    from sidestep import _watch

    after = config.getoption("--sidestep-hang-after")
    report = config.getoption("--sidestep-report")
    select, ignore = (_rules(config.getoption(f"--sidestep-{name}")) for name in ("select", "ignore"))
    started = _watch.begin(
        {
            "threshold": config.getoption("--sidestep-threshold") / 1000,
            "hang_after": after,
            "select": select,
            "ignore": ignore,
            "extend_select": ["SS903"] if after else [],
            "report": os.path.abspath(report) if report else None,
        }
    )
    config.pluginmanager.register(_Plugin(config, started, report), "sidestep-watch")


def _rules(text):
    return [rule for rule in text.split(",") if rule]


class _Plugin:
    def __init__(self, config, started, report):
        from sidestep import _native, _watch

        self.native, self.watch = _native, _watch
        self.config = config
        self.started = started
        self.report = report
        self.colour = config.getoption("color", "auto") == "yes"
        self.trees = {}

    def pytest_report_header(self):
        return [f"sidestep: {remark}" for remark in (self.started.remarks if self.started else ())]

    def pytest_unconfigure(self):
        self.watch.end(self.started)
        self.native.close()
        if self.report:
            self.native.save(os.path.abspath(self.report))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item, nextitem):
        """Runs the test and looks at what was seen before its outcome is told."""
        if any(map(self.config.pluginmanager.hasplugin, ("rerunfailures", "flaky"))):
            return None  # They run tests their own way.
        from _pytest.runner import runtestprotocol

        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        scope = next(self.watch._scopes)
        before = self.native.scope(scope)
        try:
            reports = runtestprotocol(item, log=False, nextitem=nextitem)
            self._settle(item)
        finally:
            self.native.scope(before)
        self._judge(item, scope, reports)
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item):
        from sidestep import _loops

        item._sidestep_tasks = {
            id(task) for loop in list(_loops.loops) if not loop.is_closed() for task in asyncio.all_tasks(loop)
        }
        item._sidestep_runs = _loops.runs

    def _settle(self, item):
        """What is only in cycles goes; tasks of the test that still wait are left over."""
        from sidestep import _loops, _tasks

        watch = self.watch.current()
        if watch is None or getattr(item, "_sidestep_runs", _loops.runs) == _loops.runs:
            return
        gc.collect()
        self.native.flush()
        with watch.guarded():
            for loop in list(_loops.loops):
                if loop.is_closed() or loop.is_running():
                    continue
                for task in asyncio.all_tasks(loop):
                    if id(task) not in item._sidestep_tasks:
                        _tasks.leftover(watch, task)

    def _judge(self, item, scope, reports):
        if not self.native.count(scope):
            return
        ignore = []
        for mark in item.iter_markers("sidestep"):
            given = mark.kwargs.get("ignore", mark.args)
            ignore += [given] if isinstance(given, str) else list(given)
        try:
            text, many = self.native.render("full", self.colour, scope, ignore)
        except ValueError as wrong:
            text, many = f"@pytest.mark.sidestep: {wrong}", 1
        if not many:
            return
        call = next((report for report in reports if report.when == "call"), reports[-1])
        if call.outcome == "passed" and not hasattr(call, "wasxfail"):
            call.outcome = "failed"
            call.longrepr = text
        else:
            call.sections.append(("sidestep", text))
        tree = self.trees.pop(item.nodeid, None)
        if tree:
            call.sections.append(("sidestep: who waits for whom", tree))

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_timeout_set_timer(self, item, settings):
        """Shortly before pytest-timeout ends a test: who waits for whom."""
        if not settings.timeout:
            return None
        from sidestep import _hang

        def look():
            self.trees[item.nodeid] = tree = _hang.tree()
            if settings.method == "thread":  # It ends the process, and no report is made.
                self._print(tree)
            _hang.tell(self.watch.current(), [task for task in _hang._all() if not task.done()], settings.timeout)

        timer = threading.Timer(max(settings.timeout - 0.2, settings.timeout * 0.8), look)
        timer.daemon = True
        timer.start()
        item._sidestep_timer = timer
        return None

    def _print(self, text):
        capture = self.config.pluginmanager.getplugin("capturemanager")
        if capture:
            capture.suspend_global_capture()
        self.config.get_terminal_writer().line("\n" + text)
        if capture:
            capture.resume_global_capture()

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item):
        timer = getattr(item, "_sidestep_timer", None)
        if timer is not None:
            timer.cancel()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        outcome = yield
        report = outcome.get_result()
        if report.when == "call" and report.outcome == "failed" and item.nodeid in self.trees:
            report.sections.append(("sidestep: who waits for whom", self.trees.pop(item.nodeid)))
