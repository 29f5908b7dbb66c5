#!/usr/bin/env python3
"""Whole processes side by side: start-up, and one group of a large cluster.

    bench/startup.py [RUNS]        prints a table; needs ./peak, nodeset (clustershell), nodeattr (genders), pdsh

Each round runs every command once, in turn, so that noise of the machine falls on all of them; what is compared are the
medians of the rounds and the median of the rounds' ratios.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PEAK = os.path.join(ROOT, "artifacts/bin/peak")
SAMPLE = os.path.join(ROOT, "samples/numbers.cluster")
HOSTS, GROUPS = 100_000, 1_000
NEEDS = {"nodeset": "clustershell", "nodeattr": "genders", "pdsh": "pdsh"}


def install():
    missing = [p for c, p in NEEDS.items() if subprocess.run(["which", c], capture_output=True).returncode]
    if missing:
        subprocess.run(["apt-get", "install", "-qq", "-y", "--no-install-recommends", *missing], check=True)
    subprocess.run([os.path.join(ROOT, "peak"), "--version"], check=True, stdout=subprocess.DEVNULL)


def write_data(folder):
    """The same groups for all: 1,000 of 100 hosts each, as cluster file, ClusterShell's YAML, and genders."""
    groups = [[f"node{g * 100 + i}" for i in range(HOSTS // GROUPS)] for g in range(GROUPS)]
    with open(f"{folder}/cluster", "w") as f:
        f.writelines(f"GROUP:g{g}\n" + "".join(h + "\n" for h in hosts) for g, hosts in enumerate(groups))
    with open(f"{folder}/cluster.yaml", "w") as f:
        f.write("all:\n")
        f.writelines(f"  g{g}: {','.join(hosts)}\n" for g, hosts in enumerate(groups))
    with open(f"{folder}/groups.conf", "w") as f:
        f.write(f"[Main]\ndefault: all\nautodir: {folder}\n")
    with open(f"{folder}/genders", "w") as f:
        f.writelines(f"{h} g{g}\n" for g, hosts in enumerate(groups) for h in hosts)


def once(command, environment):
    """Milliseconds of a run: by the clock, and of the processor."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - start
    if status:
        sys.exit(f"{command}: status {status}")
    process.returncode = 0
    return elapsed * 1000, (usage.ru_utime + usage.ru_stime) * 1000


def compare(title, commands, runs):
    times = {name: [] for name in commands}
    for round in range(runs + 1):
        for name, (command, environment) in commands.items():
            measured = once(command, environment)
            if round > 0:  # the first warms the page cache
                times[name].append(measured)
    first = next(iter(times))
    print(f"\n{title} ({runs} rounds)\n\n| command | median | times {first} | processor |\n|---|---|---|---|")
    for name, all in times.items():
        ratio = statistics.median(t[0] / p[0] for t, p in zip(all, times[first]))
        wall, cpu = (statistics.median(t[i] for t in all) for i in (0, 1))
        print(f"| {name} | {wall:.1f} ms | {ratio:.1f} | {cpu:.1f} ms |")


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    install()
    with open("/proc/cpuinfo") as f:
        model = next((line.split(":")[1].strip() for line in f if line.startswith("model name")), "?")
    print(f"{time.strftime('%Y-%m-%d')}, {model}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        write_data(folder)
        env = dict(os.environ, CLUSTER=SAMPLE)
        compare("Start-up", {
            "peak hosts": ([PEAK, "hosts"], env),
            "peak --version": ([PEAK, "--version"], env),
            "pdsh -V": (["pdsh", "-V"], env),
            "nodeset -f": (["nodeset", "-f", "foo.baz.com"], env),
            "true": (["/bin/true"], env),
        }, runs)
        env = dict(os.environ, CLUSTER=f"{folder}/cluster", CLUSTERSHELL_CFGDIR=folder)
        group = f"g{GROUPS // 2}"
        compare(f"One group of {HOSTS:,} hosts in {GROUPS:,} groups", {
            f"peak hosts @{group}": ([PEAK, "hosts", f"@{group}"], env),
            f"nodeset -e @{group}": (["nodeset", "-e", f"@{group}"], env),
            f"nodeattr -n {group}": (["nodeattr", "-f", f"{folder}/genders", "-n", group], env),
        }, max(3, runs // 5))


if __name__ == "__main__":
    main()
