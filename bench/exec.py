#!/usr/bin/env python3
"""Compares `peak run -R exec` with pdsh, clush and the loop of bench/posix-spawn-loop.c.

    bench/exec.py [--rounds 3] [--scale 1.0] [--only WORD] [--peak FILE] [--markdown FILE]

In each round every contender runs once, one after the other; ratios are those of one round, and their medians are shown.
CPU is that of the contender with its children; memory is its own peak (and its largest child's). --scale makes the work
smaller: 0.1 is a tenth of the targets.
"""
import argparse, os, platform, shutil, statistics, subprocess, sys, tempfile, time
from datetime import date

here = os.path.dirname(os.path.abspath(__file__))
IDEAL = "ideal"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--scale", type=float, default=1.0)
    options.add_argument("--only", default="", help="works whose titles have this word")
    options.add_argument("--peak", default=f"{here}/../artifacts/bin/peak", help="the command; the built one of this checkout where not given")
    options.add_argument("--markdown", help="write the tables to this file, too")
    given = options.parse_args()

    install({"pdsh": "pdsh", "clush": "clustershell", "gcc": "gcc", "/usr/bin/time": "time"})
    if given.peak == options.get_default("peak"):
        subprocess.run([f"{here}/../peak", "--version"], check=True, stdout=subprocess.DEVNULL)
    folder = tempfile.mkdtemp(prefix="peak-bench-")
    try:
        loop = f"{folder}/posix-spawn-loop"
        subprocess.run(["gcc", "-O2", "-o", loop, f"{here}/posix-spawn-loop.c"], check=True)
        output = [f"{date.today()}; {processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}; "
                  f"load {os.getloadavg()[0]:.1f} at the beginning. Medians of {given.rounds} rounds."]
        for title, contenders, ideal in works(os.path.abspath(given.peak), loop, folder, given.scale):
            if given.only in title:
                output += table(title, contenders, ideal, given.rounds, folder)
        if given.markdown:
            with open(given.markdown, "w") as file:
                file.write("\n".join(output) + "\n")
    finally:
        shutil.rmtree(folder)


def works(peak, loop, folder, scale):
    """Title, command of each contender (peak first), seconds that a perfect one would take."""
    count = max(int(10_000 * scale), 10)
    nodes = f"n[1-{count}]"
    for fan_out in (64, 256):
        yield f"{count:,} times `true`, {fan_out} at once", {
            "peak run": [peak, "run", "-q", "-R", "exec", "-f", str(fan_out), "-w", nodes, "true"],
            "posix_spawn loop in C": [loop, str(fan_out), str(count), "true"],
            "pdsh": ["pdsh", "-R", "exec", "-f", str(fan_out), "-w", nodes, "true"],
            "clush": ["clush", "-q", "-R", "exec", "-f", str(fan_out), "-w", nodes, "true"],
        }, None

    ten = f"{folder}/ten"
    with open(ten, "w") as file:
        file.writelines(f"this is line {i} of a long output\n" for i in range(10_000_000 // 35))
    some = max(int(1_000 * scale), 10)
    yield f"{some:,} targets that print 10 MB each, gathered", {
        "peak run -b": [peak, "run", "-q", "-b", "-R", "exec", "-w", f"n[1-{some}]", "cat", ten],
        "clush -b": ["clush", "-q", "-b", "-R", "exec", "-w", f"n[1-{some}]", "cat", ten],
    }, None

    yield f"{count:,} targets with 100 different outputs, gathered", {
        "peak run -b": [peak, "run", "-q", "-b", "-R", "exec", "-w", nodes, "expr", "%n", "%%", "100"],
        "clush -b": ["clush", "-q", "-b", "-R", "exec", "-w", nodes, "expr", "%rank", "%%", "100"],
    }, None

    sleepers = max(int(5_000 * scale), 1_000)
    yield f"{sleepers:,} targets of 1 s, 1,000 at once", {
        "peak run": [peak, "run", "-q", "-R", "exec", "-f", "1000", "-w", f"n[1-{sleepers}]", "sleep", "1"],
        "posix_spawn loop in C": [loop, "1000", str(sleepers), "sleep", "1"],
    }, sleepers / 1000

    for targets in (10, 100, 1_000, 10_000):
        if targets <= count:
            yield f"growth: {targets:,} targets", {
                "peak run": [peak, "run", "-q", "-R", "exec", "-w", f"n[1-{targets}]", "true"],
                "pdsh": ["pdsh", "-R", "exec", "-f", "64", "-w", f"n[1-{targets}]", "true"],
                "clush": ["clush", "-q", "-R", "exec", "-w", f"n[1-{targets}]", "true"],
            }, None


def table(title, contenders, ideal, rounds, folder):
    figures = {name: [] for name in contenders}
    for number in range(rounds):
        order = list(contenders) if number % 2 == 0 else list(reversed(contenders))
        for name in order:
            figures[name].append(once(contenders[name], folder))
    first = next(iter(contenders))
    lines = ["", f"## {title}", "", "| | wall | CPU | peak memory | peak's wall is |", "|---|---|---|---|---|"]
    for name, runs in figures.items():
        wall, cpu, memory = (statistics.median(run[i] for run in runs) for i in range(3))
        ratio = statistics.median(mine[0] / its[0] for mine, its in zip(figures[first], runs))
        lines.append(f"| {name} | {wall:.2f} s | {cpu:.2f} s | {memory / 1024:.1f} MB | {'' if name == first else f'{ratio:.2f} of it'} |")
    if ideal:
        ratio = statistics.median(run[0] for run in figures[first]) / ideal
        lines.append(f"| {IDEAL} | {ideal:.2f} s | | | {ratio:.2f} of it |")
    print("\n".join(lines), flush=True)
    return lines


def once(command, folder):
    """Seconds by the clock, seconds of the processor, kilobytes."""
    report = f"{folder}/time"
    environment = dict(os.environ, XDG_STATE_HOME=f"{folder}/state", PATH=os.environ["PATH"])
    began = time.perf_counter()
    done = subprocess.run(
        ["/usr/bin/time", "-q", "-o", report, "-f", "%e %U %S %M", *command],
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wall = time.perf_counter() - began
    with open(report) as file:
        _, user, system, memory = file.read().split()[-4:]
    # `expr` exits with 1 where it prints 0.
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)}: status {done.returncode}\n{done.stderr[-2000:]}")
    return wall, float(user) + float(system), int(memory)


def install(programs):
    missing = [package for program, package in programs.items() if not shutil.which(program)]
    if missing:
        subprocess.run(["apt-get", "install", "-y", "-q", *missing], check=True, stdout=subprocess.DEVNULL)


def processor():
    with open("/proc/cpuinfo") as file:
        return next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "?")


if __name__ == "__main__":
    main()
