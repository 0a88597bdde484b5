"""Test suites of others under `pytest --sidestep`: what passes without it passes with it, but for the tests in which something was seen.

    python3 bench/watched_suites.py VENV/bin/python FOLDER

The Python has sidestep installed. Into FOLDER come the sources of the packages below, as PyPI has them, and an environment's packages are installed.
Prints, for each suite, the outcomes without and with, and each finding once.
"""

import re
import subprocess
import sys
import tarfile
from pathlib import Path

#: Package, version, and its tests. Benchmarks of janus need a plugin of their own.
SUITES = [("async-lru", "2.0.5", ["tests"]), ("janus", "2.0.0", ["tests/test_async.py", "tests/test_sync.py", "tests/test_mixed.py"])]
TOOLS = ["pytest==8.4.2", "pytest-asyncio==1.2.0"]


def main():
    python, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([python, "-m", "pip", "install", "-q", *TOOLS], check=True)
    for name, version, tests in SUITES:
        pinned = f"{name}=={version}"
        subprocess.run([python, "-m", "pip", "install", "-q", pinned], check=True)
        subprocess.run([python, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", folder, pinned], check=True)
        source = f"{name.replace('-', '_')}-{version}"
        with tarfile.open(folder / f"{source}.tar.gz") as archive:
            archive.extractall(folder)
        command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts=", "-o", "filterwarnings=", "-o", "asyncio_mode=auto"]
        for option in ([], ["--sidestep"]):
            done = subprocess.run([*command, *option, *tests], cwd=folder / source, capture_output=True, text=True)
            print(pinned, *option, "-", done.stdout.strip().splitlines()[-1])
            for finding in sorted(set(re.findall(r"^(?:error|warning)\[SS.*\n *--> .*", done.stdout, flags=re.M))):
                print("   ", re.sub(r"\n *--> ", " at ", finding))


if __name__ == "__main__":
    main()
