#!/usr/bin/env python3
"""Records what ClusterShell answers: record.py FOLDER...

Runs each command of FOLDER/answers in a copy of FOLDER and writes down what it printed and how it ended. What stands
below '~', how peak decides otherwise and why, is kept. README.md has the format. The nodeset and clubak of $PATH are
asked (with $PYTHONPATH, those of another version), in a namespace of mounts in which /etc/clustershell is empty.
"""
import os
import shutil
import subprocess
import sys
import tempfile


def record(folder):
    path = os.path.join(folder, "answers")
    with open(path, encoding="utf-8") as answers:
        lines = answers.read().splitlines()
    recorded = []
    for line in lines:
        if line.startswith("$ "):
            recorded += [line, *ask(folder, line[2:])]
            decided = False
        elif line.startswith("~"):
            recorded.append(line)
            decided = True
        elif line.startswith("#") or not line or decided:
            recorded.append(line)
    with open(path, "w", encoding="utf-8") as answers:
        answers.write("\n".join(recorded) + "\n")


def ask(folder, command):
    with tempfile.TemporaryDirectory() as place:
        copy = os.path.join(place, "copy")
        shutil.copytree(folder, copy)
        own = {"CLUSTERSHELL_CFGDIR": copy, "HOME": copy + "/home", "XDG_CONFIG_HOME": copy + "/home/.config"}
        environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CLICOLOR")}
        if os.path.isfile(os.path.join(folder, "system")):
            own["CLUSTERSHELL_CFGDIR"] = ""
        script = "mount -t tmpfs none /etc/clustershell; cd \"$1\"; eval \"$2\""
        done = subprocess.run(["unshare", "-m", "bash", "-c", script, "bash", copy, command], env=environment | own,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    text = done.stdout.decode(errors="replace")
    status = [f"= {done.returncode}"] if done.returncode else []
    return ["|" + line for line in text.split("\n")[:-1]] + status


for each in sys.argv[1:]:
    record(each)
