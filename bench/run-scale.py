#!/usr/bin/env python3
"""How the cost of a run grows with the number of its hosts, beside pdsh and clush.

    bench/run-scale.py [--sizes 10,100,1000,10000] [--rounds 3] [--limit 180] [--json FILE] [--only TEXT] [--peak PATH]

Every host is a child process of this machine (-R exec), 64 at once. In each round every contender runs once, one after the
other; ratios are those of one round, and their medians are shown. Memory is the most that the contender (or a child) had
resident. More than 1,000 hosts are one round only; a contender that takes longer than the limit is ended and told as such.
bench/plot-run-scale.py draws the result. With the defaults it ends within 10 minutes; bench/exec.py has the other work.
"""
import argparse, json, os, statistics, tempfile
from datetime import date
from measured import built, heading, machine, once, prepare


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", default="10,100,1000,10000")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--limit", type=float, default=180, help="seconds for one run of a contender")
    options.add_argument("--json", help="write the figures to this file")
    options.add_argument("--only", default="", help="only work whose name has this")
    options.add_argument("--peak", default=built)
    given = options.parse_args()
    peak = prepare(given.peak, {"pdsh": "pdsh", "clush": "clustershell"})
    load = round(os.getloadavg()[0], 1)
    print(heading(), flush=True)
    with tempfile.TemporaryDirectory(prefix="peak-bench-") as folder:
        results = [measure(name, hosts, contenders, given, folder) for name, hosts, contenders in works(peak, given.sizes) if given.only in name]
    if given.json:
        with open(given.json, "w") as file:
            json.dump({"machine": machine(), "date": str(date.today()), "load": load, "results": results}, file, indent=1)
            file.write("\n")


def works(peak, sizes):
    for size in map(int, sizes.split(",")):
        nodes = f"n[1-{size}]"
        yield "true on each", size, {
            "peak": [peak, "run", "-q", "-R", "exec", "-w", nodes, "true"],
            "pdsh": ["pdsh", "-f", "64", "-R", "exec", "-w", nodes, "true"],
            "clush": ["clush", "-q", "-n", "-f", "64", "-R", "exec", "-w", nodes, "true"],
        }
        line = "echo $((%n%%100))"
        yield "100 outputs, gathered", size, {
            "peak": [peak, "run", "-q", "-b", "-R", "exec", "-w", nodes, "sh", "-c", line],
            "pdsh | dshbak -c": ["sh", "-c", f"pdsh -f 64 -R exec -w '{nodes}' sh -c '{line}' | dshbak -c"],
            "clush": ["clush", "-q", "-n", "-b", "-f", "64", "-R", "exec", "-w", nodes, line],
        }


def measure(name, hosts, contenders, given, folder):
    rounds = [
        {contender: once(command, folder, given.limit) for contender, command in contenders.items()}
        for _ in range(given.rounds if hosts <= 1000 else 1)]
    result = {"work": name, "hosts": hosts, "rounds": len(rounds), "contenders": {}}
    print(f"{name}, {hosts} hosts:", flush=True)
    for contender in contenders:
        taken = [figures[contender] for figures in rounds]
        ended = all(run.ended for run in taken)
        figures = result["contenders"][contender] = {
            "seconds": round(statistics.median(run.wall for run in taken), 3),
            "ended": ended,
            "cpu": round(statistics.median(run.cpu for run in taken), 3),
            "megabytes": round(statistics.median(run.megabytes for run in taken), 1),
            "ratio": round(statistics.median(figures[contender].wall / figures["peak"].wall for figures in rounds), 2),
        }
        more = "" if ended else "more than "
        print(f"  {contender:18} {more}{figures['seconds']:9.3f} s   {figures['megabytes']:7.1f} MB   {more}{figures['ratio']:.2f} x peak", flush=True)
    return result


if __name__ == "__main__":
    main()
