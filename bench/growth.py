#!/usr/bin/env python3
"""How the cost of a check grows with the program: a straight line?

    python3 bench/growth.py TREE [--lines 10000,30000,...] [--runs 3] [--output bench/GROWTH.md]

Makes programs of about so many lines from the Python files of TREE: copies of its packages under new names (absolute
imports renamed with them, so that each copy is a program of its own and the links lead where they should), the last copy
cut to size; below one copy, as many of its files as fit, whole packages first. Reports CPU seconds per 100,000 lines, wall
time and memory for each size, medians of interleaved runs, and how far the largest is from the line through the smaller
ones. Exit status 1 if CPU per line grows by more than half from 100,000 lines to the largest size.
"""

import argparse
import re
import shutil
import statistics
import tempfile
from pathlib import Path

import published
from published import Trouble, measure, python_files, size, table, told

LINES = "10000,30000,100000,300000,1000000,3000000,5000000"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tree", type=Path, metavar="TREE")
    parser.add_argument("--sidestep", help="the program [default: $SIDESTEP or target/release/sidestep]")
    parser.add_argument("--lines", default=LINES)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--scratch", type=Path, help="where the programs are made [default: the system's temporary folder]")
    parser.add_argument("--output", type=Path, help="a Markdown file for the table")
    args = parser.parse_args()

    program = published.sidestep(args.sidestep)
    sizes = sorted(int(number.replace("_", "")) for number in args.lines.split(","))
    source = Source(args.tree.resolve())
    with tempfile.TemporaryDirectory(dir=args.scratch) as scratch:
        programs = []
        for wanted in sizes:
            folder = Path(scratch) / str(wanted)
            source.lay_out(folder, wanted)
            programs.append((folder, *size(folder)))
        costs = [[] for _ in programs]
        for run in range(args.runs + 1):
            for (folder, *_), runs in zip(programs, costs):
                cost = measure([program, "check", "--isolated", "--no-cache", "--exit-zero", "."], folder)
                if cost.status != 0:
                    raise Trouble(f"status {cost.status} on {folder.name} lines")
                if run:  # The first warms the file system.
                    runs.append(cost)

    points, rows = [], []
    for (_, files, lines), runs in zip(programs, costs):
        cpu = statistics.median(cost.cpu for cost in runs)
        wall = statistics.median(cost.wall for cost in runs)
        memory = statistics.median(cost.memory for cost in runs)
        points.append((lines, cpu))
        per = 100_000 / lines
        rows.append((f"{lines:,}", f"{files:,}", f"{cpu:.2f}", f"{cpu * per:.3f}", f"{wall:.2f}", f"{memory:.0f}"))
    text = table(("lines", "files", "CPU s", "CPU s per 100,000", "wall s", "MB"), rows)

    said, bent = verdict(points)
    print(f"{text}\n\n{said}")
    if args.output:
        args.output.write_text(
            f"# How cost grows\n\nWritten by `bench/growth.py` from copies of {args.tree.resolve().name}; medians of "
            f"{args.runs} runs, nothing cached.\n\n{text}\n\n{said}\n"
        )
    return 1 if bent else 0


def verdict(points):
    """What the measured points say, and whether the line bends upwards."""
    *smaller, (lines, cpu) = points
    if len(smaller) < 2:
        return "Too few sizes to say more.", False
    line = statistics.linear_regression(*zip(*smaller))
    expected = line.intercept + line.slope * lines
    said = f"A straight line through the smaller sizes gives {expected:.2f} s at {lines:,} lines; measured: {cpu:.2f} s."
    first = next((point for point in points if point[0] >= 90_000), None)
    if first is None or first[0] == lines:
        return said, False
    growth = (cpu / lines) / (first[1] / first[0])
    said += f"\nCPU per line from {first[0]:,} to {lines:,} lines: times {growth:.2f}."
    return said, growth > 1.5


class Source:
    """The packages of a tree, to be copied under new names."""

    def __init__(self, tree):
        self.files = []
        for path in python_files(tree):
            try:
                text = path.read_bytes().decode()
            except UnicodeDecodeError:
                continue
            self.files.append((path.relative_to(tree), text, text.count("\n")))
        if not self.files:
            raise Trouble(f"{tree} has no Python files")
        self.lines = sum(lines for *_, lines in self.files)
        tops = sorted({path.parts[0].removesuffix(".py") for path, *_ in self.files}, key=len, reverse=True)
        names = "|".join(map(re.escape, tops))
        # `import top.x`, `from top import y`, and where the full name is used after `import top`.
        self.imports = re.compile(rf"^(\s*(?:from|import)\s+)({names})\b", re.MULTILINE)
        self.uses = re.compile(rf"(?<![\w.'\"])({names})(?=\.\w)")

    def lay_out(self, folder, wanted):
        shutil.rmtree(folder, ignore_errors=True)
        done = copy = 0
        while done < wanted:
            for path, text, lines in self.files:
                if done + lines > wanted * 1.02 and done:
                    continue
                suffix = f"_{copy}"
                top, *rest = path.parts
                top = top.removesuffix(".py") + suffix + (".py" if not rest else "")
                text = self.imports.sub(rf"\1\2{suffix}", text)
                target = folder.joinpath(top, *rest)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(self.uses.sub(rf"\1{suffix}", text))
                done += lines
                if done >= wanted:
                    break
            copy += 1
            if wanted - done < min((lines for *_, lines in self.files if lines), default=1):
                break


if __name__ == "__main__":
    with told():
        raise SystemExit(main())
