"""What bench/exec.py and bench/run-scale.py have in common: one process, timed, with a limit. Not a command."""
import os, platform, shutil, signal, subprocess, sys, time
from collections import namedtuple
from datetime import date

here = os.path.dirname(os.path.abspath(__file__))
built = f"{here}/../artifacts/bin/peak"

Run = namedtuple("Run", "wall cpu megabytes ended read")
Run.__doc__ = """Seconds by the clock; seconds of the processor, children's too; the most that it or a child had resident;
whether it ended by itself; how many bytes it had read itself when it was ended (None where it ended by itself)."""


def prepare(peak, programs):
    """Installs what is missing (a dictionary of programs and their packages) and builds the command if it is the checkout's."""
    programs = {"time": "time", **programs}
    missing = [package for program, package in programs.items() if not shutil.which(program)]
    if missing:
        subprocess.run(["apt-get", "install", "-y", "-q", *missing], check=True, stdout=subprocess.DEVNULL)
    if peak == built:
        subprocess.run([f"{here}/../peak", "--version"], check=True, stdout=subprocess.DEVNULL)
    return os.path.abspath(peak)


def machine():
    with open("/proc/cpuinfo") as file:
        name = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())
    return f"{name}, {os.cpu_count()} cores, {platform.system()} {platform.release().split('-')[0]}"


def heading():
    return f"{date.today()}; {machine()}; load {os.getloadavg()[0]:.1f} at the beginning."


def once(command, folder, limit, good=(0,)):
    """One run. It is started by time(1): a child of ours would begin with the size of this program."""
    report, errors = f"{folder}/time", f"{folder}/errors"
    with open(errors, "wb") as said:
        began = time.perf_counter()
        timer = subprocess.Popen(
            [shutil.which("time"), "-q", "-o", report, "-f", "%U %S %M", *command], env=dict(os.environ, XDG_STATE_HOME=f"{folder}/state"),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)
        read = None
        try:
            timer.wait(limit)
        except subprocess.TimeoutExpired:
            read = end(timer.pid)
            timer.wait()
    wall = time.perf_counter() - began
    if read is None and timer.returncode not in good:
        with open(errors, errors="replace") as said:
            sys.exit(f"{' '.join(command)}: status {timer.returncode}\n{said.read()[-2000:]}")
    with open(report) as file:
        user, system, kilobytes = file.read().split()[-3:]
    return Run(wall, float(user) + float(system), int(kilobytes) / 1024, read is None, read)


def end(timer):
    """Ends what time(1) has started, with its descendants, but not time(1), which reports."""
    read, seen = 0, children(timer)
    for process in seen:
        read += own_reads(process)
    for process in seen:
        below = children(process)
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass
        # Its pipes are closed now: most of these are on their way out.
        for other in below:
            end(other)
            try:
                os.kill(other, signal.SIGKILL)
            except ProcessLookupError:
                pass
    return read


def children(process):
    try:
        with open(f"/proc/{process}/task/{process}/children") as file:
            return [int(number) for number in file.read().split()]
    except OSError:
        return []


def own_reads(process):
    """Bytes that its threads have read: without those of its children, which /proc/PID/io would count when they end."""
    total = 0
    try:
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/io") as file:
                total += int(next(line for line in file if line.startswith("rchar")).split()[1])
    except OSError:
        pass
    return total
