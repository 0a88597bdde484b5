#!/usr/bin/env python3
"""Repairs copies of real programs, and holds what comes of it to what fixes promise.

    python3 bench/fix.py --sidestep target/release/sidestep --docs docs/pitfalls --stdlib-tests . -- TREE ...

Every file that compiled before still compiles, has every comment that it had, and stays as it is when it is repaired a
second time; files without findings stay as they are. Both with safe fixes alone and with `--unsafe-fixes`. `--docs` adds
every program of the guide's pages, `--stdlib-tests` the tests of the running CPython. Prints a line for each tree, and what is wrong; ends with 1 if
anything is.
"""

import argparse
import collections
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import test
import tokenize
import warnings
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", nargs="*", type=Path, help="folders with programs; they are copied")
    parser.add_argument(
        "--stdlib-tests",
        nargs="*",
        type=lambda name: Path(test.__file__).parent / name,
        default=[],
        metavar="NAME",
        help="folders of CPython's own tests, such as test_asyncio; `.` is all of them",
    )
    parser.add_argument("--docs", type=Path, help="a folder with pages of the guide")
    parser.add_argument("--sidestep", default="target/debug/sidestep", help="the binary")
    parser.add_argument("--target-version", default="3.11", help="the Python that fixes are written for")
    parser.add_argument("--write", type=Path, help="put the numbers into this file, as Markdown")
    options = parser.parse_args()
    sidestep = str(Path(options.sidestep).resolve())
    rows, wrong = [], []
    with tempfile.TemporaryDirectory(prefix="sidestep-fix") as folder:
        for tree in options.trees + options.stdlib_tests:
            name = tree.name
            if tree in options.stdlib_tests:
                name = f"CPython {sys.version.split()[0]}, {tree.relative_to(Path(test.__file__).parent.parent)}"
            for flags in ([], ["--unsafe-fixes"]):
                copy = Path(folder) / tree.name
                shutil.copytree(tree, copy, symlinks=True)
                rows.append(hold(name, copy, sidestep, flags, options.target_version, wrong))
                shutil.rmtree(copy)
        if options.docs:
            for flags in ([], ["--unsafe-fixes"]):
                copy = Path(folder) / "guide"
                shutil.rmtree(copy, ignore_errors=True)
                for name, files in guide(options.docs):
                    for path, text in files:
                        (copy / name / path).parent.mkdir(parents=True, exist_ok=True)
                        (copy / name / path).write_text(text, encoding="utf-8")
                rows.append(hold("the guide", copy, sidestep, flags, options.target_version, wrong))
    for row in rows:
        print("{tree}, {flags}: {files} files, {changed} changed, {fixed} findings fixed, {left} left".format(**row))
    print(*wrong, sep="\n")
    print(f"{len(wrong)} faults")
    if options.write:
        write(options.write, rows, wrong)
    return 1 if wrong else 0


def hold(name, tree, sidestep, flags, version, wrong):
    """Repairs a tree, and says what is not as it should be."""
    before = contents(tree)
    report = check(sidestep, tree, ["--fix", *flags], version)
    after = contents(tree)
    changed = [path for path in before if before[path] != after.get(path)]
    where = f"{name} ({'unsafe' if flags else 'safe'})"
    if report is None:
        wrong.append(f"{where}: the run failed")
        return {"tree": name, "flags": kind(flags), "files": len(before), "changed": 0, "fixed": 0, "left": 0}
    if before.keys() != after.keys():
        wrong.append(f"{where}: files came or went: {sorted(before.keys() ^ after.keys())}")
    for path in changed:
        if path.suffix != ".py" or not compiles(before[path], path):
            continue
        if (fault := compiles(after[path], path, explain=True)) is not True:
            wrong.append(f"{where}: {path} no longer compiles: {fault}")
        elif lost := comments(before[path]) - comments(after[path]):
            wrong.append(f"{where}: {path} lost comments: {list(lost)}")
    check(sidestep, tree, ["--fix", *flags], version)
    again = contents(tree)
    for path in after:
        if again.get(path) != after[path]:
            wrong.append(f"{where}: {path} changed in a second run")
    summary = report["summary"]
    return {
        "tree": name,
        "flags": kind(flags),
        "files": len(before),
        "changed": len(changed),
        "fixed": summary["fixed"],
        "left": summary["findings"],
    }


def kind(flags):
    return "safe and unsafe" if flags else "safe"


def check(sidestep, tree, flags, version):
    command = [sidestep, "check", "--no-cache", "--isolated", "--quiet", "--preset", "strict"]
    command += ["--target-version", version, "--output-format", "json", *flags, "."]
    run = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=3600)
    if run.returncode not in (0, 1):
        print(run.stderr, file=sys.stderr)
        return None
    return json.loads(run.stdout)


def contents(tree):
    files = (path for path in tree.rglob("*") if path.is_file() and path.suffix in (".py", ".ipynb", ".md"))
    return {path.relative_to(tree): path.read_bytes() for path in files}


def compiles(source, path, explain=False):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source, str(path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return str(error) if explain else False
    return True


def comments(source):
    tokens = tokenize.tokenize(io.BytesIO(source).readline)
    return collections.Counter(token.string.rstrip() for token in tokens if token.type == tokenize.COMMENT)


def guide(pages):
    """The programs of the guide, each with its files (docs/writing.md)."""
    for page in sorted(pages.glob("p*.md")):
        files, last = [], None
        for match in re.finditer(r"^(#+ .*)$|^```(\S*) *(.*)\n((?:.*\n)*?)```$", page.read_text(encoding="utf-8"), re.M):
            heading, language, path, text = match.groups()
            if heading or language not in ("python",) or path == "fixed":
                last = None if heading else last
                continue
            if path and last is not None and path not in dict(files):
                files.append((path, text))
                continue
            if files:
                yield f"{page.stem}-{number}", files
            number = page.read_text(encoding="utf-8")[: match.start()].count("\n") + 1
            files, last = [(path or "main.py", text)], path or None
        if files:
            yield f"{page.stem}-{number}", files


def write(path, rows, wrong):
    lines = [
        "# What fixes leave behind",
        "",
        "Written by `bench/fix.py`. Each tree is a copy; after `--fix` every file that compiled still compiles, has every",
        "comment that it had, and stays as it is in a second run. Faults are cases in which one of these does not hold.",
        "",
        "| tree | fixes | files | changed | findings fixed | left |",
        "|---|---|---|---|---|---|",
    ]
    lines += ["| {tree} | {flags} | {files} | {changed} | {fixed} | {left} |".format(**row) for row in rows]
    lines += ["", f"Faults: {len(wrong)}.", ""]
    path.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
