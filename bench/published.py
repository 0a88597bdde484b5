"""What the scripts here share: published packages as folders, processes with their cost, sidestep's findings.

Standard library only; packages come through pip, as wheels, and are unpacked, never installed or imported.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = HERE / "packages.txt"
# Wheels are asked for these Pythons in turn, until one fits.
PYTHONS = ["3.13", "3.12", "3.11", "3.14", "3.10", "3.9", "3.8"]


class Trouble(Exception):
    """Something a script cannot go on without; its text is the whole message."""


def package(name, version, folder, python=None):
    """The tree of a published version, FOLDER/name-version, downloaded unless it is there."""
    folder = Path(folder)
    tree = folder / f"{name}-{version}"
    if tree.is_dir():
        return tree
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".download-") as place:
        said = ""
        for wanted in [python] if python else PYTHONS:
            done = subprocess.run(
                [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
                + ["--disable-pip-version-check", "--python-version", wanted, "--dest", place, f"{name}=={version}"],
                capture_output=True,
                text=True,
            )
            wheels = list(Path(place).glob("*.whl"))
            if done.returncode == 0 and wheels:
                break
            said = done.stderr.strip().rpartition("\n")[2]
        else:
            raise Trouble(f"{name} {version}: pip has no wheel of it: {said}")
        unpacked = Path(place) / "tree"
        with zipfile.ZipFile(wheels[0]) as wheel:
            wheel.extractall(unpacked)
        # A rename, so that a run that was stopped leaves no half a tree.
        unpacked.rename(tree)
    return tree


def pinned(path=PACKAGES):
    """The rows of packages.txt: (name, version, python to ask for, what it requires)."""
    rows = []
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, version, python, requires = line.split(None, 3)
            rows.append((name, version, None if python == "any" else python, requires.strip()))
    return rows


def python_files(tree):
    for path, folders, names in os.walk(tree):
        folders.sort()
        for name in sorted(names):
            if name.endswith(".py"):
                yield Path(path) / name


def size(tree):
    """How many Python files, and how many lines in them."""
    files = lines = 0
    for path in python_files(tree):
        files += 1
        lines += path.read_bytes().count(b"\n")
    return files, lines


@dataclass
class Cost:
    """What a process and its children took: CPU and wall in seconds, the largest resident set of any of them in MB."""

    cpu: float
    wall: float
    memory: float
    status: int


# Starts a command from a process that is small itself: a child's largest resident set is never less than its parent's was when it
# was made. Ends the command with all its children once it has taken too long.
LAUNCHER = """
import json, os, signal, sys, threading, time
report, limit, command = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
os.set_inheritable(report, False)
start = time.perf_counter()
child = os.posix_spawnp(command[0], command, os.environ, setsid=True)
alarm = threading.Timer(limit, os.killpg, (child, signal.SIGKILL))
alarm.daemon = True
alarm.start()
_, status, usage = os.wait4(child, 0)
alarm.cancel()
told = usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)
with open(report, "w") as out:
    json.dump(told, out)
"""


def measure(command, cwd, stdout=None, limit=None):
    """Runs a command to its end, or to a limit in seconds of wall time. Its own output goes nowhere, or to `stdout`."""
    with open(os.devnull, "r+b") as nowhere, tempfile.TemporaryFile() as report:
        done = subprocess.run(
            [sys.executable, "-I", "-c", LAUNCHER, str(report.fileno()), str(limit or threading.TIMEOUT_MAX), *map(str, command)],
            cwd=cwd,
            env=environment(),
            stdin=nowhere,
            stdout=stdout or nowhere,
            stderr=nowhere,
            pass_fds=[report.fileno()],
        )
        if done.returncode != 0:
            raise Trouble(f"{command[0]} cannot be run in {cwd}")
        report.seek(0)
        return Cost(*json.load(report))


def environment():
    """Ours, without what would show a tool another project's packages or change its output."""
    hidden = {"VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "FORCE_COLOR", "CLICOLOR_FORCE"}
    return {key: value for key, value in os.environ.items() if key not in hidden} | {"NO_COLOR": "1"}


def sidestep(given=None):
    """The program: as given, from SIDESTEP, or the release build of this repository."""
    path = Path(given or os.environ.get("SIDESTEP") or HERE.parent / "target/release/sidestep")
    found = shutil.which(path) or shutil.which(path.resolve())
    if not found:
        raise Trouble(f"{path} is not there: cargo build --release, or --sidestep PATH")
    return str(Path(found).resolve())


def findings(program, tree, *options, timeout=600):
    """What `sidestep check` finds in a tree, as in its JSON; paths are relative to the tree."""
    try:
        done = subprocess.run(
            [program, "check", "--isolated", "--no-cache", "--exit-zero", "--output-format", "json", *options, "."],
            cwd=tree,
            env=environment(),
            capture_output=True,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired:
        raise Trouble(f"{tree}: no answer within {timeout} s") from None
    try:
        return json.loads(done.stdout)["findings"]
    except (ValueError, KeyError):
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise Trouble(f"{tree}: status {done.returncode}: {' / '.join(said[:3])}") from None


@contextlib.contextmanager
def told():
    """Turns trouble into a message and exit status 2."""
    try:
        yield
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def table(head, rows):
    """A Markdown table that is also readable as it stands; the first column is text, the others are figures."""
    cells = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]

    def line(row):
        first, *others = (f"{cell:<{w}}" if i == 0 else f"{cell:>{w}}" for i, (cell, w) in enumerate(zip(row, widths)))
        return "| " + " | ".join([first, *others]) + " |"

    rule = "|" + "|".join("-" * (w + 2) if i == 0 else "-" * (w + 1) + ":" for i, w in enumerate(widths)) + "|"
    return "\n".join([line(cells[0]), rule, *map(line, cells[1:])])
