#!/usr/bin/env python3
"""How the cost of a run grows with the number of its hosts, and what gathering costs, beside pdsh and clush.

    bench/run-scale.py [--sizes 10,100,1000,10000] [--rounds 3] [--limit 300] [--json FILE] [--only TEXT] [--peak PATH]

Every host is a child process of this machine (-R exec). In each round every contender runs once, one after the other;
ratios are those of one round, and their medians are shown. Memory is the most that the contender itself had resident.
A contender that takes longer than the limit is ended and told as such. bench/plot-run-scale.py draws the result.
"""
import argparse, json, os, platform, shutil, signal, statistics, subprocess, sys, tempfile, time
from datetime import date

here = os.path.dirname(os.path.abspath(__file__))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", default="10,100,1000,10000")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--limit", type=float, default=300, help="seconds for one contender")
    options.add_argument("--equal", type=int, default=1000, help="hosts that print 10 MB each (0: leave it out)")
    options.add_argument("--json", help="write the figures to this file")
    options.add_argument("--only", default="", help="only work whose name has this")
    options.add_argument("--peak", default=f"{here}/../artifacts/bin/peak")
    given = options.parse_args()
    missing = [package for program, package in {"pdsh": "pdsh", "clush": "clustershell"}.items() if not shutil.which(program)]
    if missing:
        subprocess.run(["apt-get", "install", "-y", "-q", *missing], check=True, stdout=subprocess.DEVNULL)
    if given.peak == options.get_default("peak"):
        subprocess.run([f"{here}/../peak", "--version"], check=True, stdout=subprocess.DEVNULL)

    with tempfile.TemporaryDirectory(prefix="peak-bench-") as folder:
        os.environ["XDG_STATE_HOME"] = folder
        with open(f"{folder}/ten", "w") as file:
            file.writelines(f"{n:032x} a line of output\n" for n in range(10_000_000 // 50))
        work = list(works(given, folder))
        print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {date.today()}", flush=True)
        results = [measure(name, hosts, contenders, given) for name, hosts, contenders in work if given.only in name]
    if given.json:
        with open(given.json, "w") as file:
            json.dump({"machine": f"{platform.machine()}, {os.cpu_count()} cores", "date": str(date.today()), "load": round(os.getloadavg()[0], 1), "results": results}, file, indent=1)
            file.write("\n")


def works(given, folder):
    peak = given.peak
    for size in map(int, given.sizes.split(",")):
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
    if given.equal:
        nodes = f"n[1-{given.equal}]"
        yield "10 MB each, equal, gathered", given.equal, {
            "peak": [peak, "run", "-q", "-b", "-R", "exec", "-w", nodes, "cat", f"{folder}/ten"],
            "clush": ["clush", "-q", "-n", "-b", "-f", "64", "-R", "exec", "-w", nodes, f"cat {folder}/ten"],
        }


def measure(name, hosts, contenders, given):
    rounds = []
    for _ in range(given.rounds if hosts <= 1000 else max(1, given.rounds // 3)):
        rounds.append({contender: run(command, given.limit) for contender, command in contenders.items()})
    result = {"work": name, "hosts": hosts, "rounds": len(rounds), "contenders": {}}
    for contender in contenders:
        taken = [r[contender] for r in rounds]
        ended = all(t["ended"] for t in taken)
        result["contenders"][contender] = {
            "seconds": round(statistics.median(t["seconds"] for t in taken), 3),
            "ended": ended,
            "cpu": round(statistics.median(t["cpu"] for t in taken), 3),
            "megabytes": round(statistics.median(t["megabytes"] for t in taken), 1),
            "ratio": round(statistics.median(r[contender]["seconds"] / r["peak"]["seconds"] for r in rounds), 2),
        }
    print(f"{name}, {hosts} hosts:", flush=True)
    for contender, figures in result["contenders"].items():
        more = "" if figures["ended"] else "more than "
        print(f"  {contender:18} {more}{figures['seconds']:9.3f} s   {figures['megabytes']:7.1f} MB   {more}{figures['ratio']:.2f} x peak", flush=True)
    return result


def run(command, limit):
    """Time, processor time and memory of one process; its group is ended at the limit."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    ended = True
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        if time.monotonic() - begin > limit and ended:
            ended = False
            os.killpg(process.pid, signal.SIGKILL)
        time.sleep(0.002)
    process.returncode = os.waitstatus_to_exitcode(status)
    if ended and process.returncode != 0:
        sys.exit(f"{' '.join(command)} exited with {process.returncode}")
    return {"seconds": time.monotonic() - begin, "cpu": usage.ru_utime + usage.ru_stime, "megabytes": usage.ru_maxrss / 1024, "ended": ended}


main()
