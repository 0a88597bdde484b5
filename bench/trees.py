#!/usr/bin/env python3
"""Lays out the real trees that the other scripts measure: the packages of packages.txt, at their pinned versions.

    python3 bench/trees.py FOLDER [NAME ...]
    python3 bench/trees.py FOLDER --list bench/fresh1.txt

Each becomes FOLDER/name-version, an unpacked wheel: nothing is installed and no code of theirs runs. What is there
already is kept. Without names: all of them (some 150 MB). Prints name, version, files and lines. --list takes another list of the same form: fresh1.txt to fresh8.txt are packages
that no rule was narrowed on when their findings were drawn.
"""

import argparse
from pathlib import Path

from published import PACKAGES, Trouble, package, pinned, size, table, told


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", type=Path, default=PACKAGES, help="the list to lay out [default: packages.txt]")
    args = parser.parse_args()

    rows = pinned(args.list)
    if unknown := set(args.names) - {name for name, *_ in rows}:
        raise Trouble(f"not in {args.list.name}: {', '.join(sorted(unknown))}")
    sizes, missing = [], []
    for name, version, python, _ in rows:
        if args.names and name not in args.names:
            continue
        try:
            files, lines = size(package(name, version, args.folder, python))
            sizes.append((name, version, f"{files:,}", f"{lines:,}"))
        except Trouble as trouble:
            missing.append(str(trouble))
    print(table(("package", "version", "files", "lines"), sizes))
    if missing:
        raise Trouble("\n".join(missing))


if __name__ == "__main__":
    with told():
        main()
