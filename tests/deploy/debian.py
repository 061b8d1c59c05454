"""Programs of Debian that judge what is in `deploy/`: those that are installed, else fetched and unpacked.

Never installed: their packages would begin to serve on this machine.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from config.paths import BASE_DIR

UNPACKED = BASE_DIR / ".venv" / "debian"
#: Program -> the packages that it and what it needs come from.
PACKAGES = {
    "nginx": ("nginx",),
    "caddy": ("caddy",),
    "promtool": ("prometheus",),
    "systemd-analyze": ("systemd", "libsystemd-shared"),
}
PLACES = ("usr/sbin", "usr/bin", "bin")


@cache
def program(name: str) -> Path:
    """Where it is. A test that needs it and finds no way to it fails."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    return Path(found) if found else _unpacked(name) or _fetch(name)


def run(name: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Its end, with all that it said in `stdout`."""
    return subprocess.run(
        [str(program(name)), *arguments],
        env={**environment(), **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def environment() -> dict[str, str]:
    libraries = [str(path.parent) for path in UNPACKED.rglob("libsystemd-shared*.so")]
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(libraries)} if libraries else dict(os.environ)


def _unpacked(name: str) -> Path | None:
    return next((path for place in PLACES if (path := UNPACKED / place / name).exists()), None)


def _fetch(name: str) -> Path:
    UNPACKED.mkdir(parents=True, exist_ok=True)
    with (UNPACKED / "lock").open("w") as lock, tempfile.TemporaryDirectory() as folder:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two processes of one test run
        if not _unpacked(name):
            _download(PACKAGES[name], folder)
            for package in Path(folder).glob("*.deb"):
                subprocess.run(["dpkg", "-x", str(package), str(UNPACKED)], check=True)
    found = _unpacked(name)
    assert found, f"{name} is not in Debian's {PACKAGES[name][0]}"
    return found


def _download(packages: tuple[str, ...], folder: str) -> None:
    assert shutil.which("apt-get"), f"needed for this test, and to be installed by hand: {packages[0]}"
    command = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *packages]
    if subprocess.run(command, cwd=folder, capture_output=True).returncode and os.geteuid() == 0:
        subprocess.run(["apt-get", "-qq", "update"], check=True, capture_output=True)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    # libsystemd-shared is a package of its own only since Debian 12.
    assert any(Path(folder).glob("*.deb")), done.stderr
