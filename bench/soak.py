#!/usr/bin/env python3
"""Whether memory or descriptors grow: 20,000 local programs in one `peak run`, then many runs over kept ssh connections.

    bench/soak.py [--children 20000] [--runs 200] [--targets 20] [--write]

The first part samples resident memory, descriptors and zombies of one `peak run -R exec` while it runs, ten times
within its children. The second part runs a command again and again on hosts of the loopback network, whose connections
(masters) are kept, and looks at those and at the runtime folder after the first run and after the last. It fails where
the second half of a series is above the first by more than a page cache could explain. --write keeps the table in
results/soak.md.
"""
import argparse, os, platform, shutil, statistics, subprocess, sys, tempfile, time
from datetime import date

import ssh

here = os.path.dirname(os.path.abspath(__file__))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--children", type=int, default=20_000)
    options.add_argument("--runs", type=int, default=200)
    options.add_argument("--targets", type=int, default=20)
    options.add_argument("--write", action="store_true")
    options.add_argument("--peak", default=f"{here}/../artifacts/bin/peak", help="the command; the built one of this checkout where not given")
    given = options.parse_args()

    ssh.install({"/usr/sbin/sshd": "openssh-server"})
    if given.peak == options.get_default("peak"):
        subprocess.run([f"{here}/../peak", "--version"], check=True, stdout=subprocess.DEVNULL)
    folder = tempfile.mkdtemp(prefix="peak-soak-")
    try:
        lines = [*children(folder, given), "", *connections(folder, given)]
    finally:
        shutil.rmtree(folder)
    print("\n".join(lines))
    if given.write:
        with open(f"{here}/results/soak.md", "w") as file:
            file.write(f"# Nothing grows\n\n{date.today()}; {processor()}, {os.cpu_count()} cores, {system()}. By `bench/soak.py --write`.\n\n```\n" + "\n".join(lines) + "\n```\n")


def children(folder, given):
    """One run of many local programs."""
    command = [given.peak, "run", "-q", "-R", "exec", "-f", "64", "-w", f"n[1-{given.children}]", "sh", "-c", "echo %n"]
    output = f"{folder}/output"
    with open(output, "wb") as file:
        process = subprocess.Popen(command, stdout=file, stdin=subprocess.DEVNULL, env={**os.environ, "XDG_STATE_HOME": f"{folder}/state"})
    # Lines that were printed tell how far it is; so samples lie evenly in the work, however fast it goes.
    samples, step, due = [], given.children // 10, given.children // 10
    while process.poll() is None:
        done = count_lines(output)
        if done >= due and (sample := look(process.pid)):
            samples.append((done, *sample))
            due = done - done % step + step
        time.sleep(0.02)
    if process.returncode != 0 or (printed := count_lines(output)) != given.children:
        sys.exit(f"peak exited with {process.returncode} after {printed} of {given.children} lines")
    lines = [f"one run of {given.children:,} local programs, 64 at once", f"{'ended':>8}  {'RSS':>9}  descriptors  zombies"]
    lines += [f"{done:8,}  {rss / 1024:6.1f} MB  {descriptors:11}  {zombies:7}" for done, rss, descriptors, zombies in samples]
    half = len(samples) // 2
    judge("memory of the run", [s[1] for s in samples[1:half + 1]], [s[1] for s in samples[half + 1:]], 4096)
    judge("descriptors of the run", [s[2] for s in samples[1:half + 1]], [s[2] for s in samples[half + 1:]], 32)
    return lines


def connections(folder, given):
    """Many runs over the same connections."""
    server, config = ssh.start_server(folder, "curve25519-sha256")
    runtime = f"{folder}/r"
    os.makedirs(runtime, mode=0o700)
    environment = {**os.environ, "XDG_RUNTIME_DIR": runtime, "XDG_STATE_HOME": f"{folder}/state"}
    command = [given.peak, "run", "--persist", "10m", "-w", ",".join(f"127.0.9.{i + 1}" for i in range(given.targets))]
    for option in config:
        command += ["-o", option]
    lines = [f"{given.runs} runs on {given.targets} hosts over the same connections", f"{'runs':>8}  masters  {'RSS of all':>10}  descriptors  sshd processes  files in the runtime folder"]
    figures = []
    try:
        for run in range(1, given.runs + 1):
            done = subprocess.run([*command, "--", "echo out; echo err >&2"], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
            if done.returncode != 0 or len(done.stdout.splitlines()) != given.targets:
                sys.exit(f"run {run} exited with {done.returncode}: {done.stdout}{done.stderr}")
            if run in (1, 2) or run % max(1, given.runs // 10) == 0:
                masters = [look(pid) for pid in pids(runtime)]
                files = sum(len(names) for _, _, names in os.walk(runtime))
                figures.append((run, len(masters), sum(m[0] for m in masters), sum(m[1] for m in masters), len(descendants(server.pid)), files))
    finally:
        subprocess.run([given.peak, "run", "--disconnect"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        server.terminate()
        server.wait()
    lines += [f"{run:8}  {count:7}  {rss / 1024:7.1f} MB  {descriptors:11}  {sshds:14}  {files}" for run, count, rss, descriptors, sshds, files in figures]
    left = len(pids(runtime))
    lines.append(f"after --disconnect: {left} masters")
    judge("masters", [f[1] for f in figures[:1]], [f[1] for f in figures[-1:]], 0)
    judge("memory of the masters", [f[2] for f in figures[1:2]], [f[2] for f in figures[-1:]], 64 * given.targets)
    judge("descriptors of the masters", [f[3] for f in figures[:1]], [f[3] for f in figures[-1:]], given.targets)
    judge("files in the runtime folder", [f[5] for f in figures[:1]], [f[5] for f in figures[-1:]], 0)
    judge("masters that stayed", [0], [left], 0)
    return lines


def judge(what, early, late, slack):
    if statistics.median(late) > statistics.median(early) + slack:
        sys.exit(f"{what} grew: {early} at first, {late} at last")


def look(pid):
    """Resident kilobytes, descriptors and zombie children of a process; None where it has ended."""
    try:
        status = dict(line.split(":", 1) for line in open(f"/proc/{pid}/status"))
        return int(status["VmRSS"].split()[0]), len(os.listdir(f"/proc/{pid}/fd")), sum(state(child) == "Z" for child in children_of(pid))
    except (OSError, KeyError):
        return None


def state(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def children_of(pid):
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            found += open(f"/proc/{pid}/task/{task}/children").read().split()
        except OSError:
            pass
    return found


def descendants(pid):
    try:
        return [below for child in children_of(pid) for below in (child, *descendants(child))]
    except OSError:
        return []


def pids(runtime):
    """The masters: whoever has the runtime folder in its command line."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if runtime.encode() in open(f"/proc/{pid}/cmdline", "rb").read():
                found.append(int(pid))
        except OSError:
            pass
    return found


def count_lines(path):
    with open(path, "rb") as file:
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))


def processor():
    return next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())


def system():
    return dict(line.rstrip().split("=", 1) for line in open("/etc/os-release") if "=" in line).get("PRETTY_NAME", "Linux").strip('"')


if __name__ == "__main__":
    main()
