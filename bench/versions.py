"""The tests of the Python package on every CPython from 3.9 on that is found here: on the path, and pyenv's.

    python3 bench/versions.py

Builds the wheel and runs `python/tests` with it, in a fresh environment of each (`.ci/wheel`, which says how to give it a wheel, or other tests).
Writes bench/VERSIONS.md. Fails where a test fails.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: A wheel of the stable interface serves these; builds without Python's lock need another one.
ASK = "import platform, sys, sysconfig; print(platform.python_implementation(), *sys.version_info[:3], sysconfig.get_config_var('Py_GIL_DISABLED') or 0)"


def found():
    """The newest of each minor version."""
    pyenv = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
    paths = [shutil.which(f"python3.{minor}") for minor in range(9, 20)] + glob.glob(f"{pyenv}/versions/*/bin/python3")
    newest = {}
    for path in filter(None, [sys.executable, *paths]):
        asked = subprocess.run([path, "-c", ASK], capture_output=True, text=True)
        kind, *version, unlocked = asked.stdout.split() or ("", 0)
        version = tuple(map(int, version))
        if asked.returncode == 0 and kind == "CPython" and version >= (3, 9) and unlocked == "0":
            newest[version[:2]] = max(newest.get(version[:2], (version, path)), (version, path))
    return [newest[minor] for minor in sorted(newest)]


def main():
    pythons = found()
    ran = subprocess.run([str(ROOT / ".ci/wheel"), *(path for _, path in pythons)], stdout=subprocess.PIPE, text=True)
    sys.stdout.write(ran.stdout)
    told = dict(re.findall(r"^Python (\S+)\n(.*?)(?=^Python |\Z)", ran.stdout, flags=re.M | re.S))
    programs = len(re.findall("^=== ", (ROOT / "python/tests/programs.txt").read_text(), flags=re.M))
    lines = [
        "# The tests of the Python package, by version",
        "",
        f"Written by `bench/versions.py`: `{os.environ.get('SIDESTEP_TESTS', 'python/tests')}`, with the wheel in a fresh environment of each CPython that was found.",
        f"{programs} of the tests are the programs of the grid, each fault on its line and each correct twin silent. What is skipped needs syntax or",
        "modules of a later version, or one of the libraries that are tested with CPython 3.11 and later.",
        "",
        "| CPython | passed | skipped | failed |",
        "|---|---:|---:|---:|",
    ]
    for version in (".".join(map(str, version)) for version, _ in pythons):
        summary = told.get(version, "").strip().rpartition("\n")[2]
        many = {name: int(number) for number, name in re.findall(r"(\d+) (passed|skipped|failed|error)", summary)}
        failed = many.get("failed", 0) + many.get("error", 0) if many else "did not run"
        lines.append(f"| {version} | {many.get('passed', 0)} | {many.get('skipped', 0)} | {failed} |")
    Path(__file__).with_name("VERSIONS.md").write_text("\n".join(lines) + "\n")
    return ran.returncode


if __name__ == "__main__":
    sys.exit(main())
