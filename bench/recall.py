#!/usr/bin/env python3
"""Of faults that others found and repaired, which are found before the repair, and gone after it?

    python3 bench/recall.py FOLDER [--tool sidestep|ruff|flake8-async|hydroid|codehound|pyright|ty] [--misses] [--only TEXT]

recall/cases.jsonl has a line a case, facts only:

    {"package": "aiogram", "before": "3.1.0", "after": "3.1.1", "path": "aiogram/x.py", "line": 355, "pitfall": 8,
     "note": "what was wrong, in a sentence"}

`before` and `after` are published versions around the repair, `path` and `line` the place in `before`, inside the wheel.
Optional: "miss", a line that says why it is not found, and "python", the version to ask pip for. FOLDER keeps the wheels.

found  a finding of the pitfall (2 and 4, and 11 and 12, count as one) in the function of the line, or within five lines
near   not found, but a finding of another pitfall is there
gone   of those found: no such finding where the line, and the finding nearest to it, went in `after`

Peers run from --peers, the folder that compare.py makes; a finding of theirs counts for the pitfalls its rule is about.
Those that read one file at a time are asked about the file, the others about the tree. The type checkers see no
installed dependencies here, as no tool does.
"""

import argparse
import ast
import difflib
import json
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import published
from published import Trouble, environment, package, table, told

CASES = published.HERE / "recall/cases.jsonl"
# The pitfalls that a peer's rules are about, by the start of the code; the longest that fits.
RULES = {
    "ruff": {"ASYNC1": {8, 9}, "ASYNC105": {1}, "ASYNC2": {2, 4}, "RUF006": {8}, "S113": {9}, "S110": {7, 8}, "BLE001": {7, 8}},
    "flake8-async": {
        "ASYNC101": {5},
        "ASYNC102": {5, 8},
        "ASYNC103": {7, 8},
        "ASYNC104": {7, 8},
        "ASYNC105": {1},
        "ASYNC109": {9},
        "ASYNC110": {9},
        "ASYNC119": {5},
        "ASYNC120": {8},
        "ASYNC2": {2, 4},
        "ASYNC300": {8},
        "ASYNC900": {5},
    },
    "codehound": {
        "CH001": {2, 4},
        "CH004": {3},
        "CH005": {5},
        "CH006": {8},
        "CH007": {1},
        "CH008": {3},
        "CH013": {7},
        "CH014": {6},
        "CH015": {1},
        "CH016": {5},
        "CH020": {7, 8},
        "CH027": {5},
        "CH029": {7},
        "CH030": {1},
        "CH031": {5},
        "CH039": {6},
        "CH047": {5},
        "CH051": {6},
        "CH064": {8},
        "CH093": {1},
    },
    "hydroid": {"": {2, 4}},
    # A type error that speaks of a coroutine is about one that was not awaited.
    "pyright": {"reportUnusedCoroutine": {1}, "coroutine": {1}},
    "ty": {"unused-awaitable": {1}, "coroutine": {1}},
}


# Tools whose answer about a file is the same whether or not they are asked about others.
FILE_BY_FILE = {"ruff", "flake8-async", "codehound", "pyright", "ty"}


@dataclass(frozen=True)
class Case:
    package: str
    before: str
    after: str
    path: str
    line: int
    pitfall: int
    note: str
    miss: str = ""
    python: str | None = None

    def __str__(self):
        return f"{self.package} {self.before} {self.path}:{self.line}"

    @property
    def kin(self):
        return next((kin for kin in ({2, 4}, {11, 12}) if self.pitfall in kin), {self.pitfall})


@dataclass
class Found:
    path: str
    line: int
    end: int
    pitfalls: set[int]
    code: str


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tool", default="sidestep", choices=["sidestep", *RULES])
    parser.add_argument("--sidestep", help="the program [default: $SIDESTEP or target/release/sidestep]")
    parser.add_argument("--strict", action="store_true", help="sidestep with everything, not the default preset")
    parser.add_argument("--peers", type=Path, help="the virtual environment of the other tools")
    parser.add_argument("--only", metavar="TEXT", help="cases whose package or path has this in it")
    parser.add_argument("--misses", action="store_true", help="list what was not found, and what is not gone")
    parser.add_argument("--limit", type=float, default=600, help="seconds that sidestep may take for a tree")
    parser.add_argument("--download", action="store_true", help="only fetch the wheels and check that the cases fit them")
    args = parser.parse_args()

    cases = [case for case in read() if not args.only or args.only in f"{case.package} {case.path}"]
    run = runner(args)
    answers, failed = {}, []

    # The others are not asked about what none of their rules is about.
    spoken = set().union(*RULES[args.tool].values()) if args.tool in RULES else set(range(13))

    def answer(tree, path):
        asked = (tree, path) if args.tool in FILE_BY_FILE else (tree, ".")
        if asked not in answers:
            try:
                answers[asked] = run(*asked) if (tree / asked[1]).exists() else []
            except Trouble as trouble:
                # A tool that cannot read a tree finds nothing there; said, and counted as such.
                failed.append(str(trouble))
                answers[asked] = []
        return answers[asked]

    counts = defaultdict(Counter)
    missed, left = [], []
    for case in cases:
        before, after = (package(case.package, version, args.folder, case.python) for version in (case.before, case.after))
        texts = sources(case, before, after)
        if args.download:
            continue
        count = counts[case.pitfall]
        count["cases"] += 1
        low, high = span(texts[0], case.line)
        asked = answer(before, case.path) if case.kin & spoken else []
        close = [f for f in asked if f.path == case.path and (low <= f.line <= high or abs(f.line - case.line) <= 5)]
        own = [f for f in close if f.pitfalls & case.kin]
        if not own:
            count["near"] += bool(close)
            beside = f" [{', '.join(sorted({f.code for f in close}))}]" if close else ""
            missed.append(f"pitfall {case.pitfall:>2} {case}{beside}: {case.miss or case.note}")
            continue
        count["found"] += 1
        nearest = min(own, key=lambda f: abs(f.line - case.line))
        places = moved(texts, case.line) | moved(texts, nearest.line)
        still = [f for f in answer(after, case.path) if f.path == case.path and f.pitfalls & case.kin and places & set(range(f.line, f.end + 1))]
        count["gone"] += not still
        if still:
            left.append(f"pitfall {case.pitfall:>2} {case}: {still[0].code} at line {still[0].line} of {case.after}")
    if args.download:
        print(f"{len(cases)} cases fit their wheels")
        return

    rows = [(p, c["cases"], c["found"], c["near"], f"{c['gone']}/{c['found']}") for p, c in sorted(counts.items())]
    total = sum(counts.values(), Counter())
    rows.append(("all", total["cases"], total["found"], total["near"], f"{total['gone']}/{total['found']}"))
    print(table(("pitfall", "cases", "found", "near", "gone"), rows))
    if args.misses:
        print("\nNot found:", *missed, "\nNot gone:", *left, sep="\n")
    if failed:
        print("\nFailed:", *failed, sep="\n")
    found, every = total["found"], max(1, total["cases"])
    print(f"\n{args.tool}: found {found / every:.2f} of {total['cases']}, gone after the repair {total['gone'] / max(1, found):.2f}")


def read():
    cases = []
    for number, line in enumerate(CASES.read_text().splitlines(), 1):
        try:
            cases.append(Case(**json.loads(line)))
        except (ValueError, TypeError) as why:
            raise Trouble(f"{CASES.name}, line {number}: {why}") from None
    return cases


def sources(case, before, after):
    """The lines of the file in both versions, if the case fits them."""
    if not (before / case.path).is_file():
        raise Trouble(f"{case}: no such file in the wheel")
    there = after / case.path
    texts = [(before / case.path).read_text().splitlines(), there.read_text().splitlines() if there.is_file() else []]
    if case.line > len(texts[0]):
        raise Trouble(f"{case}: the file has {len(texts[0])} lines")
    return texts


def span(lines, line):
    """The first and last line of the innermost function around a line, at most 40 lines away."""
    low = high = line
    try:
        tree = ast.parse("\n".join(lines))
    except (SyntaxError, ValueError):
        return low, high
    size = len(lines)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.lineno <= line <= node.end_lineno:
            if node.end_lineno - node.lineno < size:
                size = node.end_lineno - node.lineno
                low, high = max(node.lineno, line - 40), min(node.end_lineno, line + 40)
    return low, high


def moved(texts, line):
    """Where a line of the old text is in the new one: its own line, or those that replace it."""
    for kind, a, b, c, d in difflib.SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if a < line <= b:
            return {line - a + c} if kind == "equal" else set(range(c + 1, d + 1))
    return set()


def runner(args):
    """What runs the tool in a tree, on a path in it, and gives what it found."""
    if args.tool == "sidestep":
        program = published.sidestep(args.sidestep)
        options = ["--preset", "strict"] if args.strict else []
        return lambda tree, path: [
            Found(f["path"], f["start"]["line"], f["end"]["line"], {f["pitfall"]}, f["code"])
            for f in published.findings(program, tree, *options, timeout=args.limit)
        ]
    if not args.peers:
        raise Trouble("--peers FOLDER says where the other tools are")
    bin = args.peers.resolve() / "bin"
    tool = PEERS[args.tool]
    return lambda tree, path: list(tool(bin, tree, path))


def output(command, tree):
    done = subprocess.run(command, cwd=tree, env=environment(), capture_output=True)
    if done.returncode not in (0, 1):
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise Trouble(f"{Path(command[0]).name} in {tree}: status {done.returncode}: {' / '.join(said[:3])}")
    return done.stdout


def about(tool, code):
    fitting = [start for start in RULES[tool] if code.startswith(start)]
    return RULES[tool][max(fitting, key=len)] if fitting else set()


def ruff(bin, tree, path):
    select = "ASYNC,RUF006,S110,S113,BLE001"
    command = [bin / "ruff", "check", "--isolated", "--no-cache", "--preview", "--select", select, "--output-format", "json", path]
    for f in json.loads(output(command, tree)):
        code = f["code"] or ""
        yield Found(path, f["location"]["row"], f["end_location"]["row"], about("ruff", code), code)


def flake8(bin, tree, path):
    command = [bin / "flake8", "--isolated", "--select", "ASYNC", "--format", "%(row)d %(code)s %(path)s", path]
    for text in output(command, tree).decode(errors="replace").splitlines():
        row, code, _ = text.split(" ", 2)
        yield Found(path, int(row), int(row), about("flake8-async", code), code)


def hydroid(bin, tree, path):
    for f in json.loads(output([bin / "hydroid", "--no-cache", "--format", "json", path], tree))["diagnostics"]:
        place = f["location"]
        yield Found(place["path"], place["line"], place["line"], about("hydroid", ""), f["sink"]["qualname"])


def codehound(bin, tree, path):
    for f in json.loads(output([bin / "codehound", "scan", "--include-tests", "--format", "json", path], tree)):
        yield Found(path, f["line"], f["line"], about("codehound", f["code"]), f["code"])


def pyright(bin, tree, path):
    for f in json.loads(output([bin / "pyright", "--outputjson", path], tree))["generalDiagnostics"]:
        rule = f.get("rule", "")
        kind = "coroutine" if "Coroutine" in f["message"] else rule
        yield Found(path, f["range"]["start"]["line"] + 1, f["range"]["end"]["line"] + 1, about("pyright", kind), rule)


def ty(bin, tree, path):
    for f in json.loads(output([bin / "ty", "check", "--output-format", "gitlab", path], tree)):
        rule, lines = f["check_name"], f["location"]["positions"]
        kind = "coroutine" if "Coroutine" in f["description"] else rule
        yield Found(path, lines["begin"]["line"], lines["end"]["line"], about("ty", kind), rule)


PEERS = {"ruff": ruff, "flake8-async": flake8, "hydroid": hydroid, "codehound": codehound, "pyright": pyright, "ty": ty}


if __name__ == "__main__":
    with told():
        sys.exit(main())
