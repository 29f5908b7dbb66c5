#!/usr/bin/env python3
"""Draws docs/terminal.svg: a real session on a terminal, with a private sshd whose six addresses are hosts.

    bench/draw-terminal.py docs/terminal.svg      needs artifacts/bin/peak (./peak), sshd and script
"""
import html
import os
import re
import socket
import subprocess
import sys
import tempfile
import time

COMMANDS = [
    "peak run -b -g web app --version",
    "peak run -g web app status",
    "peak run -w @last:failed app start",
]
COLUMNS, CELL, LINE, MARGIN = 72, 8.4, 19, 16
# Others are put together, and left out at the beginning.
BLANK = "&#160;"
COLORS = {"": "#d4d4d4", "31": "#f48771", "36": "#56b6c2", "prompt": "#98c379"}

# One of the six has an older application, which does not run.
APP = """#!/bin/sh
case $1 in
--version) echo "app $VERSION" ;;
status) test "$VERSION" = 2.1 && echo active || { echo 'app: not running' >&2; exit 3; } ;;
start) echo started ;;
esac
"""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def record(folder, peak):
    """What a terminal shows of each command."""
    def write(name, text, mode=0o600):
        path = os.path.join(folder, name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    for key in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/{key}"], check=True)
    port = free_port()
    os.mkdir(f"{folder}/bin")
    write("bin/app", APP, 0o755)
    os.symlink(peak, f"{folder}/bin/peak")
    public = open(f"{folder}/host.pub").read().split()
    write("known", f"* {public[0]} {public[1]}\n")
    server = write("sshd_config", "\n".join([
        f"Port {port}", f"HostKey {folder}/host", f"AuthorizedKeysFile {folder}/user.pub", "StrictModes no", "PidFile none",
        "UsePAM no", "Match LocalAddress 127.0.0.4", f"SetEnv PATH={folder}/bin:/usr/bin:/bin VERSION=2.0",
        "Match all", f"SetEnv PATH={folder}/bin:/usr/bin:/bin VERSION=2.1"]) + "\n")
    client = write("ssh_config", "".join(f"Host web{n}\nHostName 127.0.0.{n}\n" for n in range(1, 7)) + "\n".join([
        "Host *", f"Port {port}", f"IdentityFile {folder}/user", "IdentitiesOnly yes", f"UserKnownHostsFile {folder}/known",
        "HostKeyAlias %h"]) + "\n")
    write("bin/ssh", f'#!/bin/sh\nexec /usr/bin/ssh -F {client} "$@"\n', 0o755)
    write("cluster", "GROUP:web\n" + "".join(f"web{n}\n" for n in range(1, 7)))
    environment = dict(os.environ, PATH=f"{folder}/bin:{os.environ['PATH']}", CLUSTER=f"{folder}/cluster", TERM="xterm",
                       XDG_STATE_HOME=f"{folder}/state", XDG_RUNTIME_DIR=folder, SHELL="/bin/sh")
    environment.pop("NO_COLOR", None)
    if os.getuid() == 0:
        os.makedirs("/run/sshd", exist_ok=True)
    daemon = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", server], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        for command in COMMANDS:
            shown = subprocess.run(["script", "-qec", command, "/dev/null"], env=environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, check=False).stdout.decode()
            yield command, [re.sub(r".*\r\x1b\[K", "", line) for line in shown.replace("\r\n", "\n").rstrip("\n").split("\n")]
        subprocess.run(["peak", "run", "--disconnect", "-q"], env=environment, check=False)
    finally:
        daemon.terminate()
        daemon.wait()


def spans(line):
    """A line with its colours as elements of SVG."""
    color, at = "", 0
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b["):
            color = part[2:-1].lstrip("0")
        elif part:
            x = MARGIN + at * CELL
            yield f'<tspan x="{x:.1f}" fill="{COLORS.get(color, COLORS[""])}">{html.escape(part).replace(" ", BLANK)}</tspan>'
            at += len(part)


def main():
    peak = os.path.abspath(os.path.join(os.path.dirname(__file__), "../artifacts/bin/peak"))
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for command, lines in record(folder, peak):
            rows.append(f'<tspan x="{MARGIN}" fill="{COLORS["prompt"]}">$</tspan>'
                        f'<tspan x="{MARGIN + 2 * CELL:.1f}" fill="#ffffff">{html.escape(command)}</tspan>')
            # A colour may go on over several lines.
            color = ""
            for line in lines:
                rows.append("".join(spans(color + line)))
                codes = re.findall(r"\x1b\[[0-9;]*m", color + line)
                color = codes[-1] if codes else ""
    width, height = round(2 * MARGIN + COLUMNS * CELL), 2 * MARGIN + len(rows) * LINE
    with open(sys.argv[1], "w") as svg:
        svg.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
                  'font-family="ui-monospace,monospace" font-size="14">\n'
                  f'<rect width="100%" height="100%" rx="8" fill="#1e1e1e"/>\n')
        for number, row in enumerate(rows):
            svg.write(f'<text y="{MARGIN + 13 + number * LINE}">{row}</text>\n')
        svg.write("</svg>\n")


main()
