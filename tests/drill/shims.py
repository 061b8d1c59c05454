"""The few commands of the document that would touch this machine, as this folder's own.

Each is a small program in front of all others on the path. `systemctl` asks the drill itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.drill.folder import Machine

ALL = {
    # The programs are there already, from wheels and unpacked packages.
    "apt-get": "#!/bin/sh\nexit 0\n",
    "su": """#!/bin/sh
[ "$1 $2" = "postgres -c" ] || exit 64
{as_postgres} exec sh -c "$3"
""",
    "systemctl": """#!{python} -I
import socket, sys
with socket.socket(socket.AF_UNIX) as drill:
    drill.connect("{commands}")
    drill.sendall(" ".join(sys.argv[1:]).encode() + b"\\n")
    said = drill.makefile().read()
sys.exit(said or 0)
""",
    "systemd-run": """#!{python} -I
import os, shlex, sys
given, command = {{}}, sys.argv[1:]
settings = {{"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}}
while command[0].startswith("--"):
    name, _equals, value = command.pop(0)[2:].partition("=")
    if name == "setenv":
        settings.update([value.split("=", 1)])
    if name == "property":
        given.update([value.split("=", 1)])
assert given["DynamicUser"] == "yes"
for line in open(given["EnvironmentFile"]):
    if line.strip() and not line.startswith("#"):
        key, _equals, value = line.strip().partition("=")
        settings[key] = " ".join(shlex.split(value))
os.chdir(given["WorkingDirectory"])
os.setgroups([]); os.setgid(61190); os.setuid(61190)
os.execve(command[0], command, settings)
""",
    "systemd-tmpfiles": """#!{python} -I
import os, shutil
for line in open("{root}/etc/tmpfiles.d/connect-guide.conf"):
    if line.startswith("d "):
        _kind, path, mode, *_more = line.split()
        os.makedirs(path, int(mode, 8), exist_ok=True)
        shutil.chown(path, "nobody")
""",
}


def put(machine: Machine) -> None:
    postgres = " ".join(f"{name}={value}" for name, value in machine.as_postgres.items())
    known = {"python": sys.executable, "commands": machine.commands, "root": machine.root}
    for name, text in ALL.items():
        path = Path(machine.bin / name)
        path.write_text(text.format(as_postgres=postgres, **known), encoding="utf-8")
        path.chmod(0o755)
