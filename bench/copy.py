#!/usr/bin/env python3
"""Compares `peak copy` with pdcp, clush --copy, scp and rsync, on hosts of the loopback network.

    bench/copy.py [--hosts 16] [--megabytes 32] [--files 5000] [--rounds 3] [--peak BINARY]

One large file to all hosts, then many small files to one. In each round every contender runs once, one after the other; ratios are
those of one round, and their medians are shown. CPU is that of both sides: the client with its children and masters, and sshd's
children, whose connections are closed before it is read.
"""
import argparse, os, shutil, statistics, subprocess, sys, tempfile, time

import ssh
from measured import heading

here = os.path.dirname(os.path.abspath(__file__))
ticks = os.sysconf("SC_CLK_TCK")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--hosts", type=int, default=16)
    options.add_argument("--megabytes", type=int, default=32)
    options.add_argument("--files", type=int, default=5000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--peak", default=f"{here}/../artifacts/bin/peak")
    given = options.parse_args()
    ssh.install({"pdcp": "pdsh", "clush": "clustershell", "rsync": "rsync", "time": "time", "/usr/sbin/sshd": "openssh-server"})
    folder = tempfile.mkdtemp(prefix="peak-bench-")
    server, config = ssh.start_server(folder, "curve25519-sha256", "Subsystem sftp internal-sftp")
    try:
        print(heading())
        Bench(folder, server, config, given).measure()
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)


class Bench:
    def __init__(self, folder, server, config, given):
        self.folder, self.server, self.given, self.peak = folder, server, given, os.path.abspath(given.peak)
        self.hosts = [f"127.0.1.{i + 1}" for i in range(given.hosts)]
        ssh.write(f"{folder}/config", "\n".join(config) + "\n")
        os.makedirs(f"{folder}/bin")
        for program in ("ssh", "scp"):
            ssh.write(f"{folder}/bin/{program}", f'#!/bin/sh\nexec {shutil.which(program)} -F {folder}/config "$@"\n')
            os.chmod(f"{folder}/bin/{program}", 0o700)
        self.env = {**os.environ, "PATH": f"{folder}/bin:{os.environ['PATH']}", "XDG_RUNTIME_DIR": folder, "XDG_STATE_HOME": folder}

    def measure(self):
        all_hosts, large = ",".join(self.hosts), f"{self.folder}/large"
        with open(large, "wb") as file:
            file.write(os.urandom(self.given.megabytes << 20))
        for i in range(self.given.files):
            os.makedirs(f"{self.folder}/small/{i % 50}", exist_ok=True)
            with open(f"{self.folder}/small/{i % 50}/{i}", "wb") as file:
                file.write(os.urandom(i % 4000))
        for host in self.hosts:
            os.makedirs(f"{self.folder}/to/{host}")
        to, one = f"{self.folder}/to", self.hosts[0]
        copy = [self.peak, "copy", "-q", "-w"]
        scps = f"for host in {' '.join(self.hosts)}; do scp -q {large} $host:{to}/$host/ & done; wait"
        self.compare(f"{self.given.megabytes} MB to {len(self.hosts)} hosts", {
            "peak": (copy + [all_hosts, large, f"{to}/%h/"], False),
            "pdcp": (["pdcp", "-R", "ssh", "-f", "64", "-w", all_hosts, large, f"{to}/"], False),
            "clush": (["clush", "-q", "-f", "64", "-w", all_hosts, "--copy", large, "--dest", f"{to}/"], False),
            "scp, all at once": (["sh", "-c", scps], False),
            "peak, kept connections": (copy + [all_hosts, large, f"{to}/%h/"], True),
        })
        self.compare(f"{self.given.files} small files to one host", {
            "peak": (copy + [one, f"{self.folder}/small", f"{to}/%h/"], False),
            "scp -r": (["scp", "-q", "-r", f"{self.folder}/small", f"{one}:{to}/{one}/"], False),
            "rsync -a": (["rsync", "-a", "-e", "ssh", f"{self.folder}/small", f"{one}:{to}/{one}/"], False),
        })
        self.compare("the same again, where nothing has changed", {
            "peak": (copy + [one, f"{self.folder}/small", f"{to}/%h/"], True),
            "rsync -a": (["rsync", "-a", "-e", "ssh", f"{self.folder}/small", f"{one}:{to}/{one}/"], False),
        }, clean=False)

    def compare(self, title, contenders, clean=True):
        figures = {name: [] for name in contenders}
        for _ in range(self.given.rounds):
            for name, (command, kept) in contenders.items():
                figures[name].append(self.once(command, kept, clean))
        print(f"\n{title}\n")
        for name, values in figures.items():
            wall, cpu, kilobytes = (statistics.median(v[i] for v in values) for i in range(3))
            ratios = [statistics.median(a[i] / b[i] for a, b in zip(figures["peak"], values)) for i in range(2)]
            against = "" if name == "peak" else f"   peak is {ratios[0]:.2f} of its time, {ratios[1]:.2f} of its CPU"
            print(f"{name:24}{wall:8.2f} s {cpu:8.2f} CPU s {kilobytes / 1024:7.0f} MB{against}")

    def once(self, command, kept, clean):
        if clean:
            for host in self.hosts:
                shutil.rmtree(f"{self.folder}/to/{host}")
                os.makedirs(f"{self.folder}/to/{host}")
        if kept:
            self.run([self.peak, "run", "-q", "-w", ",".join(self.hosts), "true"])
        server, masters = self.of_children(self.server.pid), self.of_masters()
        began = time.monotonic()
        timed = self.run(["time", "-q", "-f", "%U %S %M", *command]).split()
        wall, own = time.monotonic() - began, self.of_masters() - masters
        self.run([self.peak, "run", "--disconnect", "-q"])
        time.sleep(0.5)
        return wall, float(timed[-3]) + float(timed[-2]) + own + self.of_children(self.server.pid) - server, float(timed[-1])

    def run(self, command):
        done = subprocess.run(command, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        return done.stderr if done.returncode == 0 else sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stderr[-2000:]}")

    def of_masters(self):
        """What the ssh that peak leaves in the background have used so far."""
        pids = subprocess.run(["pgrep", "-f", f"{self.folder}/config"], stdout=subprocess.PIPE, text=True).stdout.split()
        return sum(self.times(pid)[0] for pid in pids)

    def of_children(self, pid):
        return self.times(pid)[1]

    @staticmethod
    def times(pid):
        try:
            fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
        except OSError:
            return 0, 0
        return sum(map(int, fields[11:13])) / ticks, sum(map(int, fields[13:15])) / ticks


if __name__ == "__main__":
    main()
