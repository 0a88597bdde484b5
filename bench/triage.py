#!/usr/bin/env python3
"""Are the findings right? Draws some at random to be read, and counts the verdicts.

    python3 bench/triage.py TREE ... [--count 50] [--seed 1] [--rows bench/triage/NAME.jsonl]
    python3 bench/triage.py --score [--still FOLDER] [--rows bench/triage/NAME.jsonl [TREE ...]]
    python3 bench/triage.py --audit FOLDER

The first draws from what `sidestep check` finds by default in the trees (folders name-version, as trees.py makes them) and
prints each finding with the source around it; the same seed, trees and program draw the same. --rows also appends a row for
each, its verdict left open. The second counts the rows of triage/*.jsonl by rule; with --still only those that sidestep
still reports, in the trees of FOLDER; with --rows only those of one file. TREEs then say how often each rule speaks in all of
what the file was drawn from, so that a draw with --each says what share of all findings is right. The third compares `sidestep audit` with triage/audit/rows.jsonl, cell by cell. triage/README.md
describes the rows.
"""

import argparse
import json
import random
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import published
from published import Trouble, table, told

ROWS = published.HERE / "triage"
FIELDS = ("package", "version", "path", "line", "code", "verdict", "reason")
VERDICTS = ("right", "wrong", "unsure")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("trees", nargs="*", type=Path, metavar="TREE")
    parser.add_argument("--sidestep", help="the program [default: $SIDESTEP or target/release/sidestep]")
    parser.add_argument("--count", type=int, default=50, help="how many to draw [default: 50]")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--code", action="append", default=[], help="only this rule; may be given again")
    parser.add_argument("--at-most", type=int, metavar="N", help="no more than N of one package")
    parser.add_argument("--same", type=int, metavar="N", help="no more than N of one rule in one package")
    parser.add_argument("--each", type=int, default=0, metavar="N", help="first N of each rule, or what there is of it")
    parser.add_argument("--unread", action="store_true", help="leave out what triage/*.jsonl has already")
    parser.add_argument("--context", type=int, default=6, help="lines of source on each side [default: 6]")
    parser.add_argument("--rows", type=Path, help="append a row for each, to be completed")
    parser.add_argument("--score", action="store_true", help="count the verdicts instead")
    parser.add_argument("--still", type=Path, metavar="FOLDER", help="only rows that are still reported in these trees")
    parser.add_argument("--audit", type=Path, metavar="FOLDER", help="score the audit of the trees in this folder instead")
    args = parser.parse_args()
    if args.audit:
        return audit(args)
    if args.score:
        return score(args)
    if not args.trees:
        parser.error("which trees?")
    draw(args)


def draw(args):
    program = published.sidestep(args.sidestep)
    known = {key(row) for row in rows()} if args.unread else set()
    everything = []
    for tree in args.trees:
        tree = tree.resolve()
        name, dash, version = tree.name.rpartition("-")
        if not tree.is_dir() or not dash:
            raise Trouble(f"{tree} is not a folder called name-version")
        found = published.findings(program, tree)
        print(f"{tree.name}: {len(found)} findings", file=sys.stderr)
        for finding in found:
            row = dict(zip(FIELDS, (name, version, finding["path"], finding["start"]["line"], finding["code"], "", "")))
            if key(row) not in known and (not args.code or finding["code"] in args.code):
                everything.append((tree, row, finding))
    # Sorted first, so that the order of the arguments does not matter; then shuffled by the seed alone.
    everything.sort(key=lambda entry: (*key(entry[1]), entry[2]["start"]["column"]))
    random.Random(args.seed).shuffle(everything)
    drawn, taken, spoken = [], Counter(), Counter()
    for rare in (True, False):
        for entry in everything:
            package, code = entry[1]["package"], entry[1]["code"]
            room = len(drawn) < args.count and (not args.at_most or taken[package] < args.at_most)
            room = room and (not args.same or taken[package, code] < args.same)
            if room and entry not in drawn and (not rare or spoken[code] < args.each):
                taken[package] += 1
                taken[package, code] += 1
                spoken[code] += 1
                drawn.append(entry)
    print(f"{len(drawn)} of {len(everything)}, seed {args.seed}", file=sys.stderr)
    for number, (tree, row, finding) in enumerate(drawn, 1):
        show(number, tree, row, finding, args.context)
    if args.rows:
        with args.rows.open("a") as file:
            file.writelines(json.dumps(row) + "\n" for _, row, _ in drawn)


def show(number, tree, row, finding, context):
    print(f"━━ {number}  {row['code']} {finding['name']} ({finding['level']}, {finding['confidence']})")
    print(f"   {row['package']} {row['version']}  {row['path']}:{row['line']}:{finding['start']['column']}")
    print(f"   {finding['message']}")
    if finding["help"]:
        print(f"   help: {finding['help']}")
    if finding["cell"] is None:
        window(tree / row["path"], row["line"], finding["end"]["line"], context)
    places = [("also", row["path"], label["line"], label["text"]) for label in finding["labels"]]
    places += [("via", hop["path"], hop["line"], hop["text"]) for hop in finding["chain"]]
    for how, path, line, text in places:
        print(f"   {how} {path}:{line}: {text}")
        window(tree / path, line, line, 2)
    print()


def window(path, first, last, context):
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return
    for at in range(max(1, first - context), min(len(lines), last + context) + 1):
        print(f"   {at:>6} {'>' if first <= at <= last else ' '} {lines[at - 1]}")


def rows(paths=None):
    every = []
    for path in paths or sorted(ROWS.glob("*.jsonl")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            where = f"{path.name}, line {number}"
            try:
                row = json.loads(line)
            except ValueError as why:
                raise Trouble(f"{where}: {why}") from None
            if set(row) != set(FIELDS):
                raise Trouble(f"{where}: a row has {', '.join(FIELDS)}")
            if row["verdict"] not in (*VERDICTS, ""):
                raise Trouble(f"{where}: the verdict is {', '.join(VERDICTS)}")
            if row["verdict"] in ("wrong", "unsure") and not row["reason"]:
                raise Trouble(f"{where}: {row['verdict']}, and why?")
            every.append(row)
    return every


def key(row):
    return row["package"], row["version"], row["path"], row["line"], row["code"]


def score(args):
    every = rows([args.rows] if args.rows else None)
    if twice := [k for k, n in Counter(map(key, every)).items() if n > 1]:
        raise Trouble(f"there twice: {twice[0]}")
    unread = sum(not row["verdict"] for row in every)
    every = [row for row in every if row["verdict"]]
    if args.still:
        program = published.sidestep(args.sidestep)
        reported = set()
        for name, version in sorted({(row["package"], row["version"]) for row in every}):
            for f in published.findings(program, published.package(name, version, args.still)):
                reported.add((name, version, f["path"], f["start"]["line"], f["code"]))
        every = [row for row in every if key(row) in reported]
    rules = defaultdict(Counter)
    for row in every:
        rules[row["code"]][row["verdict"]] += 1

    def line(name, count):
        judged = count["right"] + count["wrong"]
        share = f"{100 * count['right'] / judged:.0f} %" if judged else "-"
        return name, *(count[verdict] for verdict in VERDICTS), share

    lines = [line(code, rules[code]) for code in sorted(rules, key=lambda code: (len(code), code))]
    lines.append(line("all", sum(rules.values(), Counter())))
    print(table(("rule", *VERDICTS, "right of judged"), lines))
    if args.trees:
        program = published.sidestep(args.sidestep)
        spoken = Counter(f["code"] for tree in args.trees for f in published.findings(program, tree))
        share = {code: c["right"] / (c["right"] + c["wrong"]) for code, c in rules.items() if c["right"] + c["wrong"]}
        known = sum(spoken[code] for code in share)
        right = sum(spoken[code] * share[code] for code in share)
        print(f"\nof all {sum(spoken.values())} findings, by each rule's share: {100 * right / known:.0f} % right")
    print(f"\n{len({row['package'] for row in every})} packages{f'; {unread} rows unread' if unread else ''}")
    return 0


def audit(args):
    """How many cells of the checklist are what reading the source said."""
    program = published.sidestep(args.sidestep)
    truth = defaultdict(list)
    for line in (ROWS / "audit" / "rows.jsonl").read_text().splitlines():
        row = json.loads(line)
        truth[row["package"], row["version"]].append(row)
    lines, wrong, total, good = [], [], 0, 0
    for (name, version), expected in sorted(truth.items()):
        tree = published.package(name, version, args.audit)
        command = [program, "audit", "--isolated", "--output-format", "json", "."]
        said = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=True)
        found = {}
        for row in json.loads(said.stdout)["rows"]:
            found[row["path"], row["line"], row["callee"]] = {column: cell["verdict"] for column, cell in row["cells"].items()}
        cells = right = 0
        for row in expected:
            own = found.pop((row["path"], row["line"], row["callee"]), {})
            for column, verdict in row["cells"].items():
                cells += 1
                right += own.get(column) == verdict
                if own.get(column) != verdict:
                    wrong.append(f"{name} {row['path']}:{row['line']} {column}: {own.get(column)}, is {verdict}")
        lines.append((name, len(expected), len(found), cells, right, f"{100 * right / cells:.1f} %"))
        total, good = total + cells, good + right
    lines.append(("all", "", "", total, good, f"{100 * good / total:.1f} %"))
    print(table(("package", "rows", "unread", "cells", "right", "share"), lines))
    print(*wrong, sep="\n")
    return 0


if __name__ == "__main__":
    with told():
        sys.exit(main())
