#!/usr/bin/env python3
"""Which packages do programs import, and what is known of them?

    python3 bench/imported.py TREES [TREES ...] [--most 200] [--sidestep PROGRAM]

TREES is a folder of trees as bench/trees.py lays them out. Counts the trees that import each package (none of the standard
library's, nor of the tree itself), takes the most used, and says of each whether `knowledge/` has an entry and how many calls in
async functions stay unknown for want of it (`sidestep check --statistics`). Writes bench/PACKAGES.md: what to add next.
"""

import argparse
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

from published import HERE, Trouble, environment, python_files, sidestep, table, told

IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+([A-Za-z_]\w*)[\w.]*[ \t]+import|import[ \t]+([A-Za-z_]\w*))", re.MULTILINE)
HEAD = """# Packages that programs import, and what is known of them

Written by `bench/imported.py`, never by hand. Of the {most} packages that most of {trees} trees import, {known} have an entry in
[knowledge/](../knowledge/README.md). {calls:,} calls stand in async functions; the callee of {resolved:.1f} % is known without any package installed; {listed:,}
of the others need one of these packages. With an environment (`--python`) the packages' own source is read as well.

"""


def imports(tree):
    """How many files of a tree import each package that is neither the standard library's nor its own."""
    own = {path.stem for path in tree.iterdir()} | {path.stem for folder in (tree / "src",) if folder.is_dir() for path in folder.iterdir()}
    found = Counter()
    for path in python_files(tree):
        found.update({(a or b).decode() for a, b in IMPORT.findall(path.read_bytes())})
    return {name: count for name, count in found.items() if name not in own and name not in sys.stdlib_module_names}


def calls(program, tree):
    """What `--statistics` says of a tree's calls in async functions."""
    done = subprocess.run(
        [program, "check", "--isolated", "--exit-zero", "--no-cache", "--statistics", "--output-format", "json", "."],
        cwd=tree,
        env=environment(),
        capture_output=True,
    )
    try:
        return json.loads(done.stdout)["calls"]
    except (ValueError, KeyError):
        raise Trouble(f"{tree}: no statistics: {done.stderr.decode(errors='replace').strip()}") from None


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="TREES")
    parser.add_argument("--most", type=int, default=200)
    parser.add_argument("--sidestep", help="the program [default: $SIDESTEP or target/release/sidestep]")
    args = parser.parse_args()

    program = sidestep(args.sidestep)
    trees = [tree for folder in args.folders for tree in sorted(folder.iterdir()) if tree.is_dir()]
    users, files, unknown = Counter(), Counter(), Counter()
    names = defaultdict(Counter)
    total = resolved = 0
    for tree in trees:
        for name, count in imports(tree).items():
            users[name] += 1
            files[name] += count
        told_of = calls(program, tree)
        total += told_of["all"]
        resolved += told_of["known"]
        for row in told_of["packages"]:
            unknown[row["package"]] += row["calls"]
            names[row["package"]].update(dict(row["names"]))

    entries = {path.stem.partition(".")[0] for path in (HERE.parent / "knowledge").glob("*.pyi")}
    most = sorted(users, key=lambda name: (-users[name], -files[name], name))[: args.most]
    rows = []
    for name in most:
        first = ", ".join(f"`{called}` {count}" for called, count in names[name].most_common(3))
        rows.append((name, users[name], "yes" if name in entries else "", f"{unknown[name]:,}" if unknown[name] else "", first))
    head = HEAD.format(
        most=len(most),
        trees=len(trees),
        known=sum(name in entries for name in most),
        calls=total,
        resolved=100 * resolved / total if total else 0,
        listed=sum(unknown[name] for name in most),
    )
    text = head + table(("package", "trees", "entry", "unknown calls", "most frequent"), rows) + "\n"
    (HERE / "PACKAGES.md").write_text(text)
    print(head.partition("\n\n")[2].strip())


if __name__ == "__main__":
    with told():
        main()
