#!/usr/bin/env python3
"""Runs the test suites of packages before and after safe fixes, and compares test by test.

    python3 bench/suites.py --sidestep target/release/sidestep FOLDER [NAME ...]

The packages, at pinned versions, are unpacked into FOLDER and tested in a virtual environment there, with the pinned tools
below. Then copies are repaired with `check --fix --preset strict`, and tested again. A test that passed and does not pass any
more is a fault. What comes of it is written to bench/SUITES.md. Needs a package index.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import xml.etree.ElementTree as xml
from pathlib import Path

# What is tested, and how: version, environment, arguments of pytest. Suites that need servers are left out.
SUITES = {
    "aiocache": (
        "0.12.3",
        {},
        ["-o", "asyncio_mode=auto", *(f"tests/ut/test_{name}.py" for name in ("base", "decorators", "lock"))],
    ),
    "aiosmtpd": ("1.4.6", {}, ["aiosmtpd/tests/test_server.py", "aiosmtpd/tests/test_handlers.py"]),
    "hypercorn": ("0.18.0", {"PYTHONPATH": "src"}, ["-o", "asyncio_mode=strict", "tests"]),
}

TOOLS = """
aiohttp==3.14.5 aiomcache==0.8.2 atpublic==9.0.0 attrs==26.1.0 h11==0.16.0 h2==4.4.1 marshmallow==4.4.0 msgpack==1.2.4
priority==2.0.0 pytest==9.2.0 pytest-asyncio==1.5.0 pytest-mock==3.17.0 pytest-trio==0.8.0 redis==8.1.0 trio==0.35.0
wsproto==1.3.2
""".split()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these packages")
    parser.add_argument("--sidestep", default="target/debug/sidestep", help="the binary")
    options = parser.parse_args()
    sidestep = str(Path(options.sidestep).resolve())
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    python = environment(folder / "environment")
    rows, faults = [], []
    for name in options.names or SUITES:
        version, variables, arguments = SUITES[name]
        original = unpacked(folder, name, version)
        copy = folder / f"{name}-fixed"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(original, copy)
        before = tested(python, original, variables, arguments)
        command = [sidestep, "check", "--no-cache", "--isolated", "--quiet", "--preset", "strict", "--fix", "--exit-zero"]
        command += ["--target-version", "3.11", "."]
        subprocess.run(command, cwd=copy, check=True, stdout=subprocess.DEVNULL)
        diff = subprocess.run(["diff", "-rq", str(original), str(copy)], capture_output=True, text=True).stdout
        changed = sum("differ" in line and ".py and" in line for line in diff.splitlines())
        after = tested(python, copy, variables, arguments)
        lost = sorted(before - after)
        faults += [f"{name}: {test}" for test in lost]
        rows.append(f"| {name} {version} | {changed} | {len(before)} | {len(after & before)} | {len(lost)} |")
        print(rows[-1], flush=True)
    print(*faults, sep="\n")
    if not options.names:
        write(rows)
    return 1 if faults else 0


def environment(folder: Path) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *TOOLS], check=True)
    return python


def unpacked(folder: Path, name: str, version: str) -> Path:
    tree = folder / f"{name}-{version}"
    if not tree.exists():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", name]
        subprocess.run([*command, "-d", str(folder), f"{name}=={version}"], check=True)
        with tarfile.open(folder / f"{name}-{version}.tar.gz") as archive:
            archive.extractall(folder, filter="data")
    return tree


def tested(python: Path, tree: Path, variables: dict[str, str], arguments: list[str]) -> set[str]:
    """The tests that pass."""
    report = tree / "report.xml"
    report.unlink(missing_ok=True)
    command = [str(python), "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", ".", "-p", "no:cacheprovider"]
    command += ["--junit-xml", "report.xml", *arguments]
    subprocess.run(command, cwd=tree, env=os.environ | variables, stdout=subprocess.DEVNULL, timeout=900)
    cases = xml.parse(report).getroot().iter("testcase")
    report.unlink()
    outcomes = {"failure", "error", "skipped"}
    passed = (case for case in cases if outcomes.isdisjoint(child.tag for child in case))
    return {f"{case.get('classname')}.{case.get('name')}" for case in passed}


def write(rows: list[str]) -> None:
    lines = [
        "# Test suites after safe fixes",
        "",
        "Written by `bench/suites.py`: the tests of packages that pass as published, and of these, how many still pass when",
        "`check --fix --preset strict` has repaired a copy of the package, its tests included.",
        "",
        "| package | files changed | passed | still pass | lost |",
        "|---|---|---|---|---|",
        *rows,
        "",
    ]
    (Path(__file__).parent / "SUITES.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
