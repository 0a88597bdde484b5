"""What watching costs: CPU time of four workloads, bare and watched, in turn, beside asyncio's debug mode and other tools.

    python3 -m venv VENV
    VENV/bin/pip install . aiocop==1.2.1 blockbuster==1.5.29 pyleak==0.2.0
    python3 bench/overhead.py VENV/bin/python

Writes bench/RUNTIME.md. CPU time is that of the whole process, all threads, from before the loop starts until it has ended; start-up and the
report are not in it. Each figure is the ratio of the least times, which other work on the machine disturbs least; behind it the range of the ratios within a round.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PROGRAM = '''\
import asyncio, sys, time

async def hops():
    for _ in range(200_000):
        await asyncio.sleep(0)

async def nothing(): pass

async def tasks():
    for _ in range(200):
        await asyncio.gather(*(nothing() for _ in range(100)))

async def echo():
    async def handle(reader, writer):
        while data := await reader.read(100):
            writer.write(data)
            await writer.drain()
        writer.close()
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    for _ in range(10_000):
        writer.write(b"x" * 50)
        await reader.read(100)
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.01)
    server.close()

async def idle():
    await asyncio.sleep(10)

def start(main):
    asyncio.run(main())

PREPARE
began = time.process_time()
start(globals()[sys.argv[1]])
print("CPU", time.process_time() - began)
'''

DEBUG = """
def start(main):
    asyncio.run(main(), debug=True)
"""
AIOCOP = """
import aiocop
aiocop.patch_audit_functions()
aiocop.start_blocking_io_detection()
aiocop.detect_slow_tasks(threshold_ms=100, on_slow_task=lambda event: None)
aiocop.activate()
"""
BLOCKBUSTER = """
import blockbuster
blockbuster.BlockBuster().activate()
"""
PYLEAK = """
import pyleak
def start(main):
    async def watched():
        async with pyleak.no_task_leaks(), pyleak.no_event_loop_blocking(threshold=0.1):
            await main()
    asyncio.run(watched())
"""

#: What each is run with: options of Python, and what comes before the loop.
TOOLS = {
    "bare": ([], ""),
    "watchdog alone": (["-m", "sidestep", "run", "--isolated", "--select", "SS2,SS401,SS402"], ""),
    "everything": (["-m", "sidestep", "run", "--isolated"], ""),
    "asyncio's debug mode": ([], DEBUG),
    "aiocop": ([], AIOCOP),
    "blockbuster": ([], BLOCKBUSTER),
    "pyleak": ([], PYLEAK),
}
WORKLOADS = {
    "hops": "200,000 `sleep(0)` hops",
    "tasks": "20,000 tasks",
    "echo": "10,000 TCP echo round trips",
    "idle": "an idle loop, 10 s",
}


def cpu(python, options, program, workload):
    done = subprocess.run([python, *options, program, workload], capture_output=True, text=True, timeout=600)
    if "CPU" not in done.stdout:
        raise SystemExit(done.stderr)
    return float(done.stdout.split("CPU")[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("python")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--out", default=Path(__file__).with_name("RUNTIME.md"), type=Path)
    given = parser.parse_args()
    version = subprocess.run([given.python, "-c", "import platform; print(platform.python_version())"], capture_output=True, text=True)
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        programs = {}
        for number, (tool, (_, prepare)) in enumerate(TOOLS.items()):
            programs[tool] = os.path.join(folder, f"program{number}.py")
            Path(programs[tool]).write_text(PROGRAM.replace("PREPARE", prepare))
        for workload in WORKLOADS:
            rounds = given.rounds if workload != "idle" else 1
            times = {tool: [] for tool in TOOLS}
            for _ in range(rounds):
                for tool, (options, _) in TOOLS.items():
                    times[tool].append(cpu(given.python, options, programs[tool], workload))
            rows[workload] = times
            print(workload, {tool: round(statistics.median(each), 3) for tool, each in times.items()}, file=sys.stderr)
    lines = [
        "# What watching costs",
        "",
        "Written by `bench/overhead.py`, which says how it measures.",
        f"CPython {version.stdout.strip()}, {platform.system()}, {os.cpu_count()} cores with a load of {os.getloadavg()[2]:.0f}; {given.rounds} rounds. CPU time as a multiple of the bare program's;",
        "for the idle loop, per cent of a core.",
        "",
        "| | " + " | ".join(WORKLOADS.values()) + " |",
        "|---|" + "---:|" * len(WORKLOADS),
    ]
    for tool in TOOLS:
        cells = []
        for workload, times in rows.items():
            if workload == "idle":
                cells.append(f"{statistics.median(times[tool]) * 10:.2f} %")
            else:
                ratios = [own / bare for own, bare in zip(times[tool], times["bare"])]
                least = min(times[tool]) / min(times["bare"])
                cells.append(f"{least:.2f} ({min(ratios):.2f}–{max(ratios):.2f})")
        lines.append(f"| {tool} | " + " | ".join(cells) + " |")
    lines += ["", "Bare, in seconds: " + ", ".join(f"{workload} {min(times['bare']):.2f}" for workload, times in rows.items()) + "."]
    given.out.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
