"""Runs `sidestep check` over code that was written to be odd: CPython's own tests, and installed packages.

    python3 bench/robustness.py [--binary target/release/sidestep] [PATH ...]

Each tree is checked in one process, then each of its files alone. A panic, an abort, another exit status than 0 or 1, or
a file that takes longer than `--limit` seconds is a failure. Without a PATH: CPython's `test` and the standard library.
"""

import argparse
import concurrent.futures
import pathlib
import subprocess
import sys
import sysconfig
import time


def default_trees() -> list[pathlib.Path]:
    import test

    library = pathlib.Path(sysconfig.get_paths()["stdlib"])
    return [pathlib.Path(next(iter(test.__path__))), library]


def check(binary: pathlib.Path, path: pathlib.Path, limit: float) -> tuple[str | None, float]:
    """What is wrong with a run over a path, and how long it took."""
    command = [binary, "check", "--isolated", "--no-cache", "--quiet", "--preset", "strict", "--output-format", "json"]
    start = time.monotonic()
    try:
        run = subprocess.run([*command, path], capture_output=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return f"longer than {limit:.0f} s", limit
    took = time.monotonic() - start
    if run.returncode not in (0, 1) or b"internal error" in run.stderr:
        return f"exit {run.returncode}: {run.stderr.decode(errors='replace').strip()[:300]}", took
    return None, took


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, default=pathlib.Path("target/release/sidestep"))
    parser.add_argument("--limit", type=float, default=20.0, help="seconds a file may take")
    parser.add_argument("--tree-limit", type=float, default=300.0, help="seconds a tree may take")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--trees-only", action="store_true", help="do not check each file alone")
    parser.add_argument("paths", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()

    failures = 0
    for tree in arguments.paths or default_trees():
        wrong, took = check(arguments.binary, tree, arguments.tree_limit)
        print(f"{tree}: {wrong or 'fine'} ({took:.1f} s)", flush=True)
        failures += wrong is not None
        if arguments.trees_only:
            continue
        files = sorted(tree.rglob("*.py")) if tree.is_dir() else []
        slowest = (0.0, tree)
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            results = pool.map(lambda file: check(arguments.binary, file, arguments.limit), files)
            for file, (wrong, took) in zip(files, results, strict=True):
                slowest = max(slowest, (took, file))
                if wrong:
                    failures += 1
                    print(f"  {file}: {wrong}", flush=True)
        print(f"  {len(files)} files alone; slowest {slowest[1].name}, {slowest[0]:.2f} s", flush=True)
    print("no failures" if not failures else f"{failures} failures")
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
