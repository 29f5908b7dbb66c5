#!/usr/bin/env python3
"""Compares `peak run` over ssh with pdsh, clush and a bare loop of ssh children, on hosts of the loopback network.

    bench/ssh.py [--targets 200] [--fan-out 64] [--rounds 5] [--kex ALGORITHM] [--json FILE]

A private sshd is started, with keys and a folder of its own. In each round every contender runs once, one after the
other; ratios are those of one round, and their medians are shown. CPU is that of the client and its children.
"""
import argparse, json, os, platform, resource, shutil, signal, socket, statistics, subprocess, sys, tempfile, time
from datetime import date

here = os.path.dirname(os.path.abspath(__file__))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--targets", type=int, default=200)
    options.add_argument("--fan-out", type=int, default=64)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--kex", help="key exchange; OpenSSH's default where not given")
    options.add_argument("--json", help="write the figures to this file, too")
    options.add_argument("--only", help="contenders whose names have this")
    options.add_argument("--peak", default=f"{here}/../artifacts/bin/peak", help="the command; the built one of this checkout where not given")
    given = options.parse_args()

    install({"pdsh": "pdsh", "clush": "clustershell", "/usr/sbin/sshd": "openssh-server"})
    if given.peak == options.get_default("peak"):
        subprocess.run([f"{here}/../peak", "--version"], check=True, stdout=subprocess.DEVNULL)
    folder = tempfile.mkdtemp(prefix="peak-bench-")
    server = None
    try:
        server, config = start_server(folder, given.kex)
        measure(folder, config, given)
    finally:
        if server:
            server.terminate()
            server.wait()
        for path in [f"{folder}/control/{name}" for name in os.listdir(f"{folder}/control")] if os.path.isdir(f"{folder}/control") else []:
            subprocess.run(["ssh", "-q", "-S", path, "-O", "exit", "x"], stderr=subprocess.DEVNULL)
        shutil.rmtree(folder)


def install(programs):
    missing = [package for program, package in programs.items() if not shutil.which(program)]
    if missing:
        subprocess.run(["apt-get", "install", "-y", "-q", *missing], check=True, stdout=subprocess.DEVNULL)


def start_server(folder, kex, more=""):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/{name}"], check=True)
    key = open(f"{folder}/host.pub").read().split()
    # A nested shell reads no start-up file of the user's, which would only blur the measurement.
    write(f"{folder}/authorized_keys", 'environment="SHLVL=1" ' + open(f"{folder}/user.pub").read())
    write(f"{folder}/known_hosts", f"* {key[0]} {key[1]}\n")
    write(f"{folder}/sshd_config", f"""Port {port}
ListenAddress 0.0.0.0
HostKey {folder}/host
AuthorizedKeysFile {folder}/authorized_keys
PermitUserEnvironment SHLVL
PermitRootLogin yes
StrictModes no
UsePAM no
PidFile none
MaxStartups 1000
{more}
""")
    config = ["Port=%d" % port, f"IdentityFile={folder}/user", "IdentitiesOnly=yes", "IdentityAgent=none",
              f"UserKnownHostsFile={folder}/known_hosts", "GlobalKnownHostsFile=/dev/null", "PreferredAuthentications=publickey"]
    if kex:
        config.append(f"KexAlgorithms={kex}")
    os.makedirs("/run/sshd", exist_ok=True) if os.geteuid() == 0 else None
    server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", f"{folder}/sshd_config"], stderr=subprocess.PIPE, text=True)
    for line in server.stderr:
        if line.startswith("Server listening"):
            break
    else:
        sys.exit("sshd does not start")
    subprocess.Popen(["cat"], stdin=server.stderr, stdout=subprocess.DEVNULL)
    return server, config


def measure(folder, config, given):
    os.makedirs(f"{folder}/control", mode=0o700)
    write(f"{folder}/plain", "\n".join(config) + "\n")
    write(f"{folder}/shared", "\n".join(config) + f"\nControlMaster auto\nControlPath {folder}/control/%C\nControlPersist 600\n")
    first = [f"127.0.{i // 250}.{i % 250 + 1}" for i in range(given.targets)]
    hosts, fan = ",".join(first), str(given.fan_out)
    names = "\n".join(first) + "\n"
    peak = [given.peak, "run", "-w", hosts, "-f", fan]
    for option in config:
        peak += ["-o", option]

    def environment(file, **more):
        return {**os.environ, "PDSH_SSH_ARGS_APPEND": f"-F {folder}/{file}", **more}

    def loop(file):
        return lambda: run(["xargs", "-P", fan, "-I{}", "ssh", "-F", f"{folder}/{file}", "-o", "BatchMode=yes", "{}", "true"], environment(file), names)

    def pdsh(file):
        return lambda: run(["pdsh", "-R", "ssh", "-f", fan, "-w", hosts, "true"], environment(file))

    def clush(file):
        return lambda: run(["clush", "-S", "-f", fan, "-w", hosts, "-o", f"-F {folder}/{file}", "true"], environment(file))

    def cold():
        runtime = tempfile.mkdtemp(prefix="r", dir=folder)
        result = run([*peak, "--", "true"], environment("plain", XDG_RUNTIME_DIR=runtime, XDG_STATE_HOME=f"{folder}/state"))
        subprocess.run([*peak[:2], "--disconnect"], env=environment("plain", XDG_RUNTIME_DIR=runtime), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return result

    warm_runtime = f"{folder}/w"
    os.makedirs(warm_runtime, mode=0o700)

    def warm():
        return run([*peak, "--persist", "10m", "--", "true"], environment("plain", XDG_RUNTIME_DIR=warm_runtime, XDG_STATE_HOME=f"{folder}/state"))

    contenders = {"loop": loop("plain"), "pdsh": pdsh("plain"), "clush": clush("plain"), "peak": cold,
                  "loop, shared": loop("shared"), "pdsh, shared": pdsh("shared"), "clush, shared": clush("shared"), "peak, warm": warm}
    if given.only:
        contenders = {name: contender for name, contender in contenders.items() if given.only in name}
    for name in ("pdsh, shared", "peak, warm"):
        if name in contenders:
            contenders[name]()  # makes the connections
    figures = {name: [] for name in contenders}
    for _ in range(given.rounds):
        for name, contender in contenders.items():
            figures[name].append(contender())
    subprocess.run([*peak[:2], "--disconnect"], env=environment("plain", XDG_RUNTIME_DIR=warm_runtime), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    report(figures, given)


def run(command, env, text=None):
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, env=env, input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=None if text else subprocess.DEVNULL)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{command[0]} exited with {done.returncode}: {done.stdout[-500:]}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def report(figures, given):
    rows, result = [], {}
    for name, values in figures.items():
        wall = statistics.median(w for w, _ in values)
        cpu = statistics.median(c for _, c in values) / given.targets * 1000
        result[name] = {"wall_s": round(wall, 3), "cpu_ms_a_target": round(cpu, 2)}
        rows.append(f"{name:16}{wall:8.2f} s {cpu:8.2f} ms a target")
    ratios = {}
    for ours, others in (("peak", ("loop", "pdsh", "clush")), ("peak, warm", ("loop, shared", "pdsh, shared", "clush, shared"))):
        for other in others:
            if ours in figures and other in figures:
                ratios[f"{ours} / {other}"] = round(statistics.median(a[0] / b[0] for a, b in zip(figures[ours], figures[other])), 3)
    print(f"{given.targets} targets, {given.fan_out} at once, {given.rounds} rounds, key exchange {given.kex or 'as OpenSSH chooses'}")
    print("\n".join(rows))
    print("\n".join(f"{name:28} {ratio}" for name, ratio in ratios.items()))
    if given.json:
        machine = {"cpu": cpu_name(), "cores": os.cpu_count(), "kernel": platform.release(),
                   "ssh": subprocess.run(["ssh", "-V"], stderr=subprocess.PIPE, text=True).stderr.strip()}
        with open(given.json, "w") as file:
            json.dump({"date": str(date.today()), "machine": machine, "targets": given.targets, "fan_out": given.fan_out, "rounds": given.rounds,
                       "kex": given.kex, "figures": result, "ratios": ratios}, file, indent=2)
            file.write("\n")


def cpu_name():
    with open("/proc/cpuinfo") as info:
        return next((line.split(":", 1)[1].strip() for line in info if line.startswith("model name")), platform.processor())


def write(path, text):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


if __name__ == "__main__":
    main()
