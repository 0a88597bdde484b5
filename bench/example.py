#!/usr/bin/env python3
"""What each tool says of one small program with eight faults, bench/example: the table of docs/comparison.md.

    python3 bench/example.py --peers FOLDER

A line of the program that ends with a number is a fault. Peers run with the settings that recall.py gives them.
"""

import argparse
import re
from pathlib import Path

import published
import recall
from published import told

PROGRAM = published.HERE / "example"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peers", type=Path, required=True, help="the virtual environment that compare.py makes")
    parser.add_argument("--sidestep", help="the program [default: $SIDESTEP or target/release/sidestep]")
    args = parser.parse_args()

    faults = {}
    for path in published.python_files(PROGRAM):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if found := re.search(r"# (\d)$", line):
                faults[path.relative_to(PROGRAM).as_posix(), number] = found[1]
    said, beside = {}, {}
    for tool in ("sidestep", *recall.PEERS):
        args.tool, args.strict, args.limit = tool, False, 60
        run = recall.runner(args)
        paths = sorted({path for path, _ in faults}) if tool in recall.FILE_BY_FILE else ["."]
        for found in (found for path in paths for found in run(PROGRAM, path)):
            fault = faults.get((found.path, found.line))
            if fault and found.pitfalls:
                said[fault, tool] = found.code
            else:
                beside[tool] = beside.get(tool, 0) + 1
    tools = ["sidestep", *recall.PEERS]
    rows = [(fault, *(said.get((fault, tool), "") for tool in tools)) for fault in sorted(faults.values())]
    rows.append(("elsewhere", *(beside.get(tool, "") for tool in tools)))
    print(published.table(("", *tools), rows))


if __name__ == "__main__":
    with told():
        main()
