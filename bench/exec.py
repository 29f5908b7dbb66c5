#!/usr/bin/env python3
"""Compares `peak run -R exec` with pdsh, clush and the loop of bench/posix-spawn-loop.c.

    bench/exec.py [--rounds 3] [--scale 1.0] [--limit 180] [--only WORD] [--peak FILE] [--markdown FILE]

In each round every contender runs once, one after the other; ratios are those of one round, and their medians are shown.
CPU is that of the contender with its children; memory is its own peak (or its largest child's). --scale makes the work
smaller: 0.1 is a tenth of the targets. A contender that takes a minute runs once only; one that takes longer than the
limit is ended, and what it had read by then is told. With the defaults all of it ends within 25 minutes.
"""
import argparse, os, statistics, subprocess, tempfile
from collections import namedtuple
from measured import built, heading, here, once, prepare

SLOW = 60
TEN = 10_000_000

Work = namedtuple("Work", "title contenders ideal bytes", defaults=(None, None))
Work.__doc__ = "Command of each contender, peak first; seconds that a perfect one would take; bytes that all targets print."


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--scale", type=float, default=1.0)
    options.add_argument("--limit", type=float, default=180, help="seconds for one run of a contender")
    options.add_argument("--only", default="", help="works whose titles have this word")
    options.add_argument("--peak", default=built, help="the command; the built one of this checkout where not given")
    options.add_argument("--markdown", help="write the tables to this file, too")
    given = options.parse_args()

    peak = prepare(given.peak, {"pdsh": "pdsh", "clush": "clustershell", "gcc": "gcc"})
    with tempfile.TemporaryDirectory(prefix="peak-bench-") as folder:
        subprocess.run(["gcc", "-O2", "-o", f"{folder}/loop", f"{here}/posix-spawn-loop.c"], check=True)
        subprocess.run(["gcc", "-O2", "-static", "-nostdlib", "-o", f"{folder}/one-second", f"{here}/one-second.c"], check=True)
        subprocess.run(["gcc", "-O2", "-static", "-o", f"{folder}/remainder", f"{here}/remainder.c"], check=True)
        output = ["# Many local programs: `peak run -R exec` and its peers", "",
                  f"{heading()} By `bench/exec.py`: medians of {given.rounds} rounds, and medians of the ratios of a round."]
        print(output[-1], flush=True)
        for work in works(peak, folder, given.scale):
            if given.only in work.title:
                output += table(work, given, folder)
            if given.markdown:
                with open(given.markdown, "w") as file:
                    file.write("\n".join(output) + "\n")


def works(peak, folder, scale):
    count = max(int(10_000 * scale), 10)
    nodes = f"n[1-{count}]"
    for fan_out in (64, 256):
        yield Work(f"{count:,} times `true`, {fan_out} at once", {
            "peak run": [peak, "run", "-q", "-R", "exec", "-f", str(fan_out), "-w", nodes, "true"],
            "posix_spawn loop in C": [f"{folder}/loop", str(fan_out), str(count), "true"],
            "pdsh": ["pdsh", "-R", "exec", "-f", str(fan_out), "-w", nodes, "true"],
            "clush": ["clush", "-q", "-n", "-R", "exec", "-f", str(fan_out), "-w", nodes, "true"],
        })

    # What `expr` has to load takes longer than what any of the tools does.
    for words in (["expr", "{}", "%%", "100"], [f"{folder}/remainder", "{}", "100"]):
        yield Work(f"{count:,} targets with 100 different outputs (`{os.path.basename(words[0])}`), gathered", {
            "peak run -b": [peak, "run", "-q", "-b", "-R", "exec", "-f", "64", "-w", nodes, *(word.format("%n") for word in words)],
            "clush -b": ["clush", "-q", "-n", "-b", "-R", "exec", "-f", "64", "-w", nodes, *(word.format("%rank") for word in words)],
        })

    with open(f"{folder}/ten", "w") as file:
        file.writelines(f"{n:032x} a line of output\n" for n in range(TEN // 50))
    some = max(int(1_000 * scale), 10)
    yield Work(f"{some:,} targets that print the same 10 MB, gathered", {
        "peak run -b": [peak, "run", "-q", "-b", "-R", "exec", "-f", "64", "-w", f"n[1-{some}]", "cat", f"{folder}/ten"],
        "clush -b": ["clush", "-q", "-n", "-b", "-R", "exec", "-f", "64", "-w", f"n[1-{some}]", "cat", f"{folder}/ten"],
    }, bytes=some * os.path.getsize(f"{folder}/ten"))

    # Starting `sleep` a thousand times takes the machine longer than starting what bench/one-second.c is.
    sleepers = max(int(5_000 * scale), 1_000)
    for program in ([f"{folder}/one-second"], ["sleep", "1"]):
        yield Work(f"{sleepers:,} targets of 1 s (`{os.path.basename(program[0])}`), 1,000 at once", {
            "peak run": [peak, "run", "-q", "-R", "exec", "-f", "1000", "-w", f"n[1-{sleepers}]", *program],
            "posix_spawn loop in C": [f"{folder}/loop", "1000", str(sleepers), *program],
        }, ideal=sleepers / 1000)


def table(work, given, folder):
    rounds, slow = [], set()
    for number in range(given.rounds):
        taken = {}
        for name in list(work.contenders)[::1 if number % 2 == 0 else -1]:
            if name not in slow:
                # `expr` exits with 1 where it prints 0.
                taken[name] = once(work.contenders[name], folder, given.limit, good=(0, 1))
                if taken[name].wall > SLOW:
                    slow.add(name)
        rounds.append(taken)

    first = next(iter(work.contenders))
    lines = ["", f"## {work.title}", "", f"| | wall | CPU | peak memory |{' throughput |' if work.bytes else ''} peak's wall is |", f"|---|---|---|---|---|{'---|' if work.bytes else ''}"]
    for name in work.contenders:
        runs = [taken[name] for taken in rounds if name in taken]
        both = [(taken[first], taken[name]) for taken in rounds if name in taken and first in taken]
        wall, cpu, memory = (statistics.median(run[i] for run in runs) for i in range(3))
        more = "" if all(run.ended for run in runs) else "more than "
        less = "less than " if more else ""
        cells = [name if len(runs) == given.rounds else f"{name} (once)", f"{more}{wall:.2f} s", f"{more}{cpu:.2f} s", f"{memory:.1f} MB"]
        if work.bytes:
            rate = statistics.median((work.bytes if run.ended else run.read) / run.wall for run in runs) / 1e6
            cells.append(f"at most {rate:.1f} MB/s" if more else f"{rate:.1f} MB/s")
        cells.append("" if name == first else f"{less}{statistics.median(mine.wall / its.wall for mine, its in both):.2f} of it" if both else "?")
        lines.append(f"| {' | '.join(cells)} |")
    if work.ideal:
        ratio = statistics.median(taken[first].wall for taken in rounds if first in taken) / work.ideal
        lines.append(f"| ideal | {work.ideal:.2f} s | | | {ratio:.2f} of it |")
    print("\n".join(lines), flush=True)
    return lines


if __name__ == "__main__":
    main()
