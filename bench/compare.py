#!/usr/bin/env python3
"""What checking a tree costs, next to the tools that look for some of the same things.

    python3 bench/compare.py TREE ... --peers FOLDER [--runs 5] [--with-slow] [--output bench/RESULTS.md]

Whole processes, in turns: each run starts every tool once, each run with another first, so that what slows the machine
slows them all. For each tool the median of: CPU time (user and system, children included), wall time, the largest
resident set of any of its processes, and CPU relative to Ruff's in the same run. A first run of each, not counted, warms
the file system and counts findings. The tree is the current directory; configuration files are ignored.

--peers is a virtual environment, made and filled when it is not there. --with-slow adds ty, hydroid, flake8 and codehound, some
of which take minutes on a large tree; they run --slow-runs times. `sidestep, warm` has its facts cached and one file changed since, in
a copy of the tree; it is left out as long as sidestep keeps no cache.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import published
from published import Trouble, environment, measure, size, table, told

PEERS = ["ruff", "flake8", "flake8-async", "hydroid-cli==0.5.0", "ty", "codehound"]


@dataclass
class Tool:
    name: str
    command: list[str]
    # Makes the machine-readable output of the same run, and how many findings are in it.
    counting: tuple[list[str], Callable[[bytes], int]]
    tree: Path
    before: Callable[[], None] = lambda: None
    slow: bool = False


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("trees", nargs="+", type=Path, metavar="TREE")
    parser.add_argument("--peers", required=True, type=Path, help="a virtual environment for the other tools; made when missing")
    parser.add_argument("--sidestep", help="the program [default: $SIDESTEP or target/release/sidestep]")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--slow-runs", type=int, default=1)
    parser.add_argument("--with-slow", action="store_true", help="ty, hydroid, flake8 and codehound too")
    parser.add_argument("--limit", type=float, default=600, help="seconds after which a tool is ended, and its row says so")
    parser.add_argument("--without", action="append", default=[], metavar="TOOL", help="leave out a tool by its name")
    parser.add_argument("--output", type=Path, default=published.HERE / "RESULTS.md")
    args = parser.parse_args()

    program = published.sidestep(args.sidestep)
    programs = {"sidestep": program} | peers(args.peers)
    sections, sizes = [], []
    for tree in args.trees:
        tree = tree.resolve()
        if not tree.is_dir():
            raise Trouble(f"{tree} is not a folder")
        files, lines = size(tree)
        sizes.append((tree.name, f"{files:,}", f"{lines:,}"))
        with tempfile.TemporaryDirectory() as scratch:
            chosen = [t for t in tools(programs, tree, Path(scratch), args.with_slow, args.limit) if t.name not in args.without]
            found, costs = compare(chosen, args.runs, args.slow_runs, args.limit)
        section = f"## {tree.name}\n\n{files:,} files, {lines:,} lines.\n\n{report(found, costs, args.limit)}\n"
        print(section, flush=True)
        sections.append(section)
    args.output.write_text(page(args, programs, sizes, sections))


def peers(folder):
    """Where each peer's program is, after installing what is missing."""
    names = [requirement.partition("==")[0] for requirement in PEERS]
    bin = folder.resolve() / "bin"
    wanted = {name: bin / name for name in ("ruff", "flake8", "hydroid", "ty", "codehound")}
    if not all(path.exists() for path in wanted.values()):
        print(f"installing {', '.join(names)} into {folder}", file=sys.stderr)
        if not (bin / "python").exists():
            venv.create(folder, with_pip=True)
        subprocess.run([bin / "python", "-m", "pip", "install", "--quiet", *PEERS], check=True)
    return {name: str(path) for name, path in wanted.items()}


def tools(programs, tree, scratch, with_slow, limit):
    sidestep = [programs["sidestep"], "check", "--isolated", "--exit-zero"]
    as_json = ["--output-format", "json"]
    cold = [*sidestep, "--no-cache", "."]
    ruff = [programs["ruff"], "check", "--isolated", "--no-cache", "--select", "ASYNC,RUF006", "."]
    yield Tool("sidestep, cold", cold, ([*cold, *as_json], lambda out: len(json.loads(out)["findings"])), tree)
    yield from warm(sidestep, tree, scratch, as_json, limit)
    yield Tool("ruff ASYNC,RUF006", ruff, ([*ruff, *as_json], lambda out: len(json.loads(out))), tree)
    if with_slow:
        hydroid = [programs["hydroid"], "--no-cache", "."]
        flake8 = [programs["flake8"], "--isolated", "--select", "ASYNC", "."]
        ty = [programs["ty"], "check", "--exit-zero", "--output-format", "gitlab", "."]
        codehound = [programs["codehound"], "scan", "--exit-zero", "--include-tests", "."]
        yield Tool("ty", ty, (ty, lambda out: len(json.loads(out))), tree, slow=True)
        yield Tool("codehound", codehound, ([*codehound, "--format", "json"], lambda out: len(json.loads(out))), tree, slow=True)
        yield Tool("hydroid", hydroid, ([*hydroid, "--format", "json"], lambda out: len(json.loads(out)["diagnostics"])), tree, slow=True)
        yield Tool("flake8-async", flake8, (flake8, lambda out: len(out.splitlines())), tree, slow=True)


def warm(sidestep, tree, scratch, as_json, limit):
    copy = scratch / tree.name
    shutil.copytree(tree, copy)
    command = [*sidestep, "."]
    if measure(command, copy, limit=limit).wall >= limit:
        print(f"{tree.name}: sidestep took longer than {limit:.0f} s: no warm run", file=sys.stderr)
        return
    if not (copy / ".sidestep_cache").exists():
        print("sidestep keeps no cache: no warm run", file=sys.stderr)
        return
    # The file in the middle, by size: neither an empty __init__.py nor the largest table.
    files = sorted(published.python_files(copy), key=lambda path: (path.stat().st_size, path))
    changed = files[len(files) // 2]

    def change():
        with changed.open("a") as file:
            file.write("\n# changed\n")

    counting = ([*command, *as_json], lambda out: len(json.loads(out)["findings"]))
    yield Tool("sidestep, warm", command, counting, copy, before=change)


def compare(all_tools, runs, slow_runs, limit):
    """What each tool found, and its cost in each run (none where a slow tool sat the run out)."""
    found, costs = {}, {tool.name: [] for tool in all_tools}
    for tool in all_tools:
        if not tool.slow or slow_runs > 1:
            found[tool.name], _ = counted(tool, limit)
    # Who ran into the limit once would do so in every run.
    all_tools = [tool for tool in all_tools if found.get(tool.name, 0) is not None]
    for run in range(runs):
        present = [tool for tool in all_tools if not tool.slow or run < slow_runs]
        first = run % len(present)
        for tool in present[first:] + present[:first]:
            tool.before()
            if tool.slow and tool.name not in found:
                # One run is long enough: it is counted and measured at once.
                found[tool.name], cost = counted(tool, limit)
                if found[tool.name] is None:
                    continue
            else:
                cost = measure(tool.command, tool.tree)
                ended_well(tool, cost)
            costs[tool.name].append(cost)
        for name in costs:
            if len(costs[name]) <= run:
                costs[name].append(None)
    return found, costs


def counted(tool, limit):
    """How many findings, none where it takes longer than the limit; and what the run cost."""
    with tempfile.TemporaryFile() as out:
        cost = measure(tool.counting[0], tool.tree, out, limit)
        if cost.wall >= limit:
            return None, cost
        ended_well(tool, cost)
        out.seek(0)
        try:
            return tool.counting[1](out.read()), cost
        except (ValueError, KeyError, TypeError) as why:
            raise Trouble(f"{tool.name}: cannot read its output: {why}") from None


def ended_well(tool, cost):
    if cost.status not in (0, 1):
        raise Trouble(f"{tool.name} ended with status {cost.status} in {tool.tree}")


def report(found, costs, limit):
    ruff = costs["ruff ASYNC,RUF006"]
    rows = []
    for name, every in costs.items():
        runs = [cost for cost in every if cost]
        if not runs:
            rows.append((name, "-", "-", "-", f"> {limit:.0f}", "-", "-", 0))
            continue
        ratio = statistics.median(cost.cpu / other.cpu for cost, other in zip(every, ruff) if cost)
        cpu = [cost.cpu for cost in runs]
        rows.append(
            (
                name,
                f"{statistics.median(cpu):.2f}",
                f"{min(cpu):.2f}–{max(cpu):.2f}",
                f"{ratio:.2f}",
                f"{statistics.median(cost.wall for cost in runs):.2f}",
                f"{statistics.median(cost.memory for cost in runs):.0f}",
                f"{found[name]:,}",
                len(runs),
            )
        )
    return table(("", "CPU s", "range", "of Ruff's", "wall s", "MB", "findings", "runs"), rows)


def page(args, programs, sizes, sections):
    def version(command):
        return subprocess.run(command, capture_output=True, text=True).stdout.partition("\n")[0].strip()

    versions = [version([programs[name], "--version"]) for name in ("sidestep", "ruff")]
    if args.with_slow:
        listed = subprocess.run(
            [str(Path(programs["flake8"]).with_name("python")), "-m", "pip", "list", "--format", "json"],
            capture_output=True,
            text=True,
        )
        ours = {"flake8", "flake8-async", "hydroid-cli", "ty", "codehound"} - set(args.without) - {f"{name}-cli" for name in args.without}
        versions += [f"{row['name']} {row['version']}" for row in json.loads(listed.stdout) if row["name"].lower() in ours]
    versions.append(f"CPython {platform.python_version()}")
    names = " ".join(f"TREES/{tree.name}" for tree in map(Path.resolve, args.trees))
    options = f" --runs {args.runs} --limit {args.limit:.0f}" + " --with-slow" * args.with_slow + "".join(f" --without {name}" for name in args.without)
    return f"""\
# What a check costs

Written by `bench/compare.py`, never by hand; it says there how it measures. To repeat it:

    cargo build --release
    python3 bench/trees.py TREES
    python3 bench/compare.py {names} --peers PEERS{options}

{", ".join(versions)}; {os.cpu_count()} cores. CPU time is the user's and the system's, of all processes of the tool; "of
Ruff's" is the median of the ratios within a run; MB is the largest resident set of one process. Findings are not comparable
from tool to tool: they look for different things. A tool that took longer than the limit has only a wall time.

{chr(10).join(sections)}"""


if __name__ == "__main__":
    with told():
        main()
