"""`pytest --sidestep`: the very test at fault fails."""

import re
import subprocess
import sys

import pytest

TESTS = '''\
import asyncio, time, unittest
import pytest

async def coroutine(): pass

@pytest.mark.asyncio
async def test_fine():
    await asyncio.sleep(0.01)

@pytest.mark.asyncio
async def test_SS201():
    time.sleep(0.4)

@pytest.mark.asyncio
async def test_SS101():
    coroutine()

def test_cycle_SS101():
    async def go():
        circle = []
        circle += [circle, coroutine()]
    asyncio.run(go())

def test_after_the_cycle():
    pass

@pytest.mark.asyncio
async def test_SS801():
    asyncio.create_task(asyncio.sleep(10))
    await asyncio.sleep(0)

@pytest.mark.sidestep(ignore=["SS801"])
@pytest.mark.asyncio
async def test_ignored():
    asyncio.create_task(asyncio.sleep(10))
    await asyncio.sleep(0)

@pytest.fixture
async def background():
    task = asyncio.create_task(asyncio.sleep(10))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

@pytest.mark.asyncio
async def test_with_a_fixture(background):
    await asyncio.sleep(0.01)

class TestCase(unittest.IsolatedAsyncioTestCase):
    async def test_SS802(self):
        self.task = asyncio.create_task(asyncio.sleep(10))
        await asyncio.sleep(0)

    async def test_fine(self):
        await asyncio.sleep(0.01)

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.anyio
async def test_anyio_fine():
    import anyio
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.sleep, 0.01)

@pytest.mark.anyio
async def test_anyio_SS801():
    asyncio.create_task(asyncio.sleep(10))
    await asyncio.sleep(0)

@pytest.mark.xfail
@pytest.mark.asyncio
async def test_expected_to_fail():
    assert False
'''


@pytest.fixture
def outcomes(tmp_path):
    def outcomes(*options, source=TESTS):
        (tmp_path / "test_it.py").write_text(source)
        (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n")
        plugin = () if _installed() else ("-p", "sidestep.pytest_plugin")
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA", *plugin, *options]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
        found = re.findall(r"^(PASSED|FAILED|ERROR|XFAIL) test_it.py::(\S+)", done.stdout, flags=re.M)
        return {name: outcome for outcome, name in found}, done.stdout + done.stderr

    return outcomes


def _installed():
    """Whether the plugin comes by its entry point: the package is installed, not only on the path."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        return any(entry.group == "pytest11" for entry in distribution("sidestep").entry_points)
    except PackageNotFoundError:
        return False


def test_the_test_at_fault_fails(outcomes):
    found, text = outcomes("--sidestep")
    for name, outcome in found.items():
        code = re.search(r"SS\d+", name)
        assert outcome == ("FAILED" if code else "XFAIL" if "expected" in name else "PASSED"), text
        if code:
            assert f"[{code[0]}]" in text
    assert len(found) == 13, text


def test_without_the_option_nothing_is_watched(outcomes):
    found, text = outcomes()
    assert set(found.values()) == {"PASSED", "XFAIL"}, text


def test_rules_and_report(outcomes, tmp_path):
    found, text = outcomes("--sidestep", "--sidestep-select=SS8", "--sidestep-report=seen.json")
    failed = {name for name, outcome in found.items() if outcome == "FAILED"}
    assert failed == {"test_SS801", "TestCase::test_SS802", "test_anyio_SS801"}, text
    assert '"SS801"' in (tmp_path / "seen.json").read_text()


def test_a_hang_is_told(outcomes):
    source = """\
import asyncio
async def test_hang():
    lock = asyncio.Lock()
    await lock.acquire()
    try:
        await asyncio.wait_for(lock.acquire(), 3)
    except asyncio.TimeoutError:
        pass
"""
    found, text = outcomes("--sidestep", "--sidestep-hang-after=0.5", source=source)
    assert found == {"test_hang": "FAILED"}, text
    assert "SS903" in text and "waits for a Lock held by" in text


HANGS = """\
import asyncio
import pytest
async def hold(lock):
    async with lock:
        await asyncio.get_running_loop().create_future()
@pytest.mark.timeout(1.5)
async def test_hang():
    lock = asyncio.Lock()
    task = asyncio.create_task(hold(lock))
    await asyncio.sleep(0)
    async with lock:
        pass
"""


@pytest.mark.parametrize("method", ["signal", "thread"])
def test_who_waits_for_whom_when_time_is_up(outcomes, method):
    pytest.importorskip("pytest_timeout")
    found, text = outcomes("--sidestep", f"--timeout-method={method}", source=HANGS)
    assert found == ({"test_hang": "FAILED"} if method == "signal" else {}), text
    assert re.search(r"test_hang at test_it.py:11 waits for a Lock held by Task-\d+, taken at test_it.py:4", text), text
    assert re.search(r"hold at test_it.py:5", text), text
