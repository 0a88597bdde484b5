"""`sidestep run` as a command: exit statuses, formats, signals, forks, threads, the end of the interpreter."""

import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree

import pytest

COMMAND = [sys.executable, "-m", "sidestep", "run", "--isolated"]
STALL = """\
import asyncio, time
async def main():
    time.sleep(0.4)
asyncio.run(main())
"""


@pytest.fixture
def run(tmp_path):
    def run(source, *options, arguments=(), check=None, name="program.py"):
        (tmp_path / name).write_text(source)
        command = [*COMMAND, *options, name, *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)

    return run


def codes(path):
    return [(finding["code"], finding["start"]["line"]) for finding in json.loads(path.read_text())["findings"]]


@pytest.mark.parametrize(
    "source, status",
    [
        ("print('fine')", 0),
        ("raise SystemExit(3)", 3),
        ("raise SystemExit('told')", 1),
        ("raise ValueError('mine')", 1),
        ("import sys; sys.exit(-1)", 255),
        ("import os; os._exit(7)", 7),
    ],
)
def test_exit_status(run, source, status):
    done = run(source)
    assert done.returncode == status, done.stderr
    assert "sidestep" not in done.stderr


def test_a_traceback_is_the_programs_own(run):
    done = run("def f():\n    raise ValueError('mine')\nf()\n")
    assert done.stderr.startswith("Traceback (most recent call last):\n")
    assert "_run.py" not in done.stderr and "runpy" not in done.stderr


def test_arguments_and_main(run):
    done = run(
        "import sys, __main__\nprint(sys.argv, __name__, __main__.__file__ == __file__)",
        arguments=["-x", "--live", "--", "y"],
    )
    assert done.stdout == "['program.py', '-x', '--live', '--', 'y'] __main__ True\n"


def test_a_module(run, tmp_path):
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__main__.py").write_text("import sys\nprint(sys.argv[1:], __package__)")
    done = subprocess.run([*COMMAND, "-m", "package", "-a"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.stdout == "['-a'] package\n", done.stderr


def test_what_is_not_there(run, tmp_path):
    done = subprocess.run([*COMMAND, "nothing.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr == "error: nothing.py: No such file or directory\n"


@pytest.mark.parametrize("format", ["full", "concise", "json", "sarif", "github", "gitlab", "junit", "html"])
def test_formats(run, format):
    done = run(STALL, "--output-format", format)
    assert done.returncode == 0 and done.stdout == ""
    assert "SS201" in done.stderr and "program.py" in done.stderr
    if format in ("json", "sarif", "gitlab"):
        json.loads(done.stderr)
    if format == "junit":
        xml.etree.ElementTree.fromstring(done.stderr)


def test_a_correct_program_prints_nothing(run):
    done = run("import asyncio\nasyncio.run(asyncio.sleep(0.01))")
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


@pytest.mark.parametrize(
    "fail_on, status", [("error", 1), ("warning", 1), ("SS201", 1), ("SS2", 1), ("SS1,SS301", 0), ("blocking-sleep", 1)]
)
def test_fail_on(run, fail_on, status):
    assert run(STALL, "--fail-on", fail_on).returncode == status


def test_ignored_and_selected(run):
    assert run(STALL, "--ignore", "SS2").stderr == ""
    assert run(STALL, "--select", "SS1").stderr == ""
    assert "unknown rule" in run(STALL, "--select", "SS299").stderr


def test_a_report_that_check_reads(run, tmp_path):
    done = run(STALL, "--report", "seen.json")
    assert done.returncode == 0
    assert codes(tmp_path / "seen.json") == [("SS201", 3)]
    finding = json.loads((tmp_path / "seen.json").read_text())["findings"][0]
    assert finding["seen"]["times"] == 1 and 0.1 < finding["seen"]["longest"] < 5
    check = [sys.executable, "-m", "sidestep", "check", "--isolated", "--no-cache", "--seen", "seen.json", "program.py"]
    checked = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert "SS201" in checked.stdout and "seen: once, for 0." in checked.stdout


def wait_for(path, what, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if path.exists() and what in path.read_text():
            return path.read_text()
        time.sleep(0.05)
    raise AssertionError(path.read_text() if path.exists() else "nothing written")


def begin(tmp_path, source, *options):
    (tmp_path / "program.py").write_text(source)
    errors = open(tmp_path / "errors", "w")
    # A shell's background job ignores SIGINT, and its children inherit that: these tests send it, whoever started them.
    return subprocess.Popen(
        [*COMMAND, *options, "program.py"],
        cwd=tmp_path,
        stderr=errors,
        stdout=errors,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


FOREVER = """\
import asyncio, time
async def main():
    time.sleep(0.4)
    print("ready", flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


def test_killed_with_a_report(tmp_path):
    process = begin(tmp_path, FOREVER, "--report", "seen.json")
    wait_for(tmp_path / "seen.json", "SS201")
    process.kill()
    process.wait()
    assert codes(tmp_path / "seen.json") == [("SS201", 3)]


def test_live(tmp_path):
    process = begin(tmp_path, FOREVER, "--live", "--output-format", "concise")
    wait_for(tmp_path / "errors", "SS201")
    assert process.poll() is None
    process.kill()
    process.wait()


def test_live_while_the_lock_is_held(tmp_path):
    source = "import asyncio, re\nasync def main():\n    re.match(r'(a+)+$', 'a' * 60 + 'b')\nasyncio.run(main())\n"
    process = begin(tmp_path, source, "--live")
    told = wait_for(tmp_path / "errors", "SS210")
    assert process.poll() is None and "program.py:3:5" in told
    process.kill()
    process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ended_by_a_signal(tmp_path, number):
    process = begin(tmp_path, FOREVER)
    wait_for(tmp_path / "errors", "ready")
    process.send_signal(number)
    assert process.wait(20) == -number
    assert "SS201" in (tmp_path / "errors").read_text()


def test_a_signal_asks_who_waits(tmp_path):
    process = begin(tmp_path, FOREVER)
    wait_for(tmp_path / "errors", "ready")
    process.send_signal(signal.SIGUSR1)
    told = wait_for(tmp_path / "errors", "tasks, and what they wait for")
    assert "main at program.py:5" in told
    process.kill()
    process.wait()


def test_forks_tell_their_parent(run, tmp_path):
    source = """\
import asyncio, os, time
async def child():
    time.sleep(0.4)
async def parent():
    await asyncio.sleep(0.01)
asyncio.run(parent())
if os.fork() == 0:
    asyncio.run(child())
    os._exit(0)
os.wait()
"""
    done = run(source, "--report", "seen.json")
    assert done.returncode == 0, done.stderr
    assert codes(tmp_path / "seen.json") == [("SS201", 3)]


def test_multiprocessing(run, tmp_path):
    source = """\
import asyncio, multiprocessing, time
async def child():
    time.sleep(0.4)
def work():
    asyncio.run(child())
if __name__ == "__main__":
    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join()
    print(process.exitcode)
"""
    done = run(source, "--report", "seen.json")
    assert done.stdout == "0\n", done.stderr
    assert codes(tmp_path / "seen.json") == [("SS201", 3)]


def test_loops_in_threads(run, tmp_path):
    source = """\
import asyncio, threading, time
async def quick():
    for _ in range(20):
        await asyncio.sleep(0.01)
async def slow():
    time.sleep(0.4)
threads = [threading.Thread(target=lambda: asyncio.run(quick())) for _ in range(4)]
threads.append(threading.Thread(target=lambda: asyncio.run(slow())))
for thread in threads: thread.start()
"""
    done = run(source, "--report", "seen.json")
    assert done.returncode == 0, done.stderr
    assert codes(tmp_path / "seen.json") == [("SS201", 6)]


def test_a_daemon_thread_with_a_loop_at_the_end(run):
    source = """\
import asyncio, threading, time
async def forever():
    while True:
        await asyncio.sleep(0.001)
threading.Thread(target=lambda: asyncio.run(forever()), daemon=True).start()
time.sleep(0.2)
"""
    for _ in range(3):
        done = run(source)
        assert (done.returncode, done.stderr) == (0, "")


def test_an_error_in_a_hook_is_told_and_harms_nothing(run):
    source = """\
import asyncio, time
import sidestep._tasks
def broken(*args):
    raise RuntimeError("of the hook")
sidestep._tasks.leftover = broken
async def main():
    asyncio.create_task(asyncio.sleep(9))
    time.sleep(0.4)
asyncio.run(main())
print("done")
"""
    done = run(source)
    assert done.returncode == 0 and done.stdout == "done\n"
    assert "SS201" in done.stderr
    assert "internal error" in done.stderr and "of the hook" in done.stderr


def test_a_system_without_stacks_says_so(tmp_path):
    source = """\
import os, runpy, sys
real = os.path.isdir
os.path.isdir = lambda path: path != "/proc/self/task" and real(path)
sys.argv[1:] = ["run", "--isolated", "program.py"]
open("program.py", "w").write("import asyncio; asyncio.run(asyncio.sleep(0))")
runpy.run_module("sidestep", run_name="__main__")
"""
    done = subprocess.run([sys.executable, "-c", source], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("\n") <= 1 and "on Linux alone" in done.stderr, done.stderr


def test_everything_is_undone(run):
    source = """\
import asyncio, gc, sys, warnings
def state():
    loop = asyncio.base_events.BaseEventLoop
    names = ("run_forever", "run_until_complete", "close", "call_exception_handler", "create_task", "call_soon")
    functions = [getattr(loop, name) for name in names]
    functions += [asyncio.run, asyncio.gather, asyncio.wait, asyncio.open_connection, asyncio.Lock.acquire]
    functions += [warnings._warn_unawaited_coroutine, asyncio.StreamWriter.__dict__.get("__del__")]
    return functions, list(gc.callbacks), sys.get_coroutine_origin_tracking_depth(), list(sys.meta_path)
import sidestep
before = state()
with sidestep.watch(isolated=True) as seen:
    assert state() != before
    asyncio.run(asyncio.sleep(0))
assert state() == before
assert seen.findings == []
"""
    path = os.path.join(os.getcwd(), "never")
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr + path


def test_watching_inside_watching():
    import asyncio

    import sidestep

    with sidestep.watch(isolated=True) as outer:
        with sidestep.watch(isolated=True) as inner:
            asyncio.run(asyncio.sleep(0))
        assert inner.findings == []
    assert outer.findings == []
    with pytest.raises(TypeError):
        sidestep.watch(treshold=1)
