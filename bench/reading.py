#!/usr/bin/env python3
"""Reads a cluster file of 4 million lines and a million hosts: MB/s, and memory a host. Prints a table.

    ./peak --version && bench/reading.py [--rounds 7] [--peak artifacts/bin/peak]

"peak groups" reads the whole file and prints a thousand names; what "peak --version" takes is subtracted. The processes
of a round run one after the other; the figures are medians.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
parser = argparse.ArgumentParser()
parser.add_argument("--rounds", type=int, default=7)
parser.add_argument("--peak", default=str(here.parent / "artifacts/bin/peak"))
args = parser.parse_args()


def run(*command):
    """Wall seconds and peak memory in bytes."""
    start = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        sys.exit(f"{command}: status {status}")
    return time.perf_counter() - start, usage.ru_maxrss * 1024


with tempfile.TemporaryDirectory(prefix="peak-bench-") as folder:
    files = {}
    for order in ("random", "sequential"):
        files[order] = os.path.join(folder, order)
        with open(files[order], "wb") as out:
            subprocess.run([here / "generate-cluster.py", "--order", order], stdout=out, check=True)
    print("| order | MB/s | `wc -l`, MB/s | peak memory | of it for each host |")
    print("|---|---|---|---|---|")
    for order, path in files.items():
        size = os.path.getsize(path)
        # Counted elsewhere: a child's peak memory begins with that of the process it comes from.
        hosts = int(subprocess.run(["sh", "-c", '"$0" hosts --cluster "$1" | wc -l', args.peak, path], capture_output=True, check=True).stdout)
        rounds = [(run(args.peak, "groups", "--cluster", path), run(args.peak, "--version"), run("wc", "-l", path)) for _ in range(args.rounds)]
        seconds = statistics.median(read[0] - start[0] for read, start, _ in rounds)
        memory = statistics.median(read[1] for read, _, _ in rounds)
        each = statistics.median(read[1] - start[1] for read, start, _ in rounds) / hosts
        wc = statistics.median(count[0] for _, _, count in rounds)
        print(f"| {order} | {size / 1e6 / seconds:.0f} | {size / 1e6 / wc:.0f} | {memory / 1e6:.0f} MB | {each:.0f} bytes |")
