"""The lines of docs/operations.md, run as they stand there; what a person fills in is filled in between."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

from cryptography.fernet import Fernet

from config.paths import BASE_DIR
from tests.drill.folder import Machine

TEXT = (BASE_DIR / "docs/operations.md").read_text("utf-8")


class Failed(Exception):
    """A line that did not do what it is there for."""


def chapter(title: str, text: str = TEXT) -> list[str]:
    """The blocks of commands below this heading."""
    _before, found, rest = text.partition(f"\n## {title}\n")
    assert found, title
    return re.findall(r"```sh\n(.*?)```", rest.partition("\n## ")[0], re.S)


def lines(block: str) -> list[str]:
    return [line for line in block.splitlines() if line.strip()]


class Terminal:
    """Root's, in the folder of the code."""

    def __init__(self, machine: Machine, told: Callable[[str], None]) -> None:
        self._machine = machine
        self._told = told

    def run(self, line: str, **more: str) -> str:
        """One line of the document; stands in for the person who types it, passwords included."""
        self._told(line.partition("  #")[0].strip())
        done = subprocess.run(
            ["sh", "-euc", self._machine.here(line)],
            cwd=self._machine.code,
            env={**self._machine.environment, **more},
            input=f"{self._machine.password}\n" * 2,
            capture_output=True,
            text=True,
            start_new_session=True,  # no terminal of the person who started the drill
        )
        if done.returncode:
            raise Failed(f"{line}\n{done.stdout}{done.stderr}")
        return done.stdout


def fill_in_settings(machine: Machine) -> None:
    ports = machine.ports
    given = {
        "SECRET_KEY": Fernet.generate_key().decode() * 2,
        "TOKEN_KEYS": Fernet.generate_key().decode(),
        "PUBLIC_URL": machine.url,
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": f"postgres://guide:{machine.password}@127.0.0.1:{ports['database']}/guide",
        "REDIS_URL": f"redis://127.0.0.1:{ports['broker']}/0",
        "SALESFORCE_CLIENT_ID": "drill",
        "SALESFORCE_CLIENT_SECRET": "drill",
        "SALESFORCE_EXTRA_ORIGINS": machine.stand_in_url,
    }
    text = machine.settings.read_text("utf-8")
    for name, value in given.items():
        text, count = re.subn(rf"^#?{name}=.*$", f"{name}={value}", text, flags=re.M)
        assert count == 1, name
    machine.settings.write_text(text)


def fill_in_proxy(machine: Machine) -> None:
    ssl, ports = machine.root / "etc/ssl", machine.ports
    site = machine.root / "etc/nginx/sites-enabled/guide.conf"
    text = site.read_text("utf-8")
    for was, becomes in {
        "guide.example.com": "127.0.0.1",
        f"{ssl}/guide.pem": f"{ssl}/server.pem",
        f"{ssl}/guide.key": f"{ssl}/server.pem",
        "listen 80;": f"listen 127.0.0.1:{ports['http']};",
        "listen 443 ": f"listen 127.0.0.1:{ports['https']} ",
        "127.0.0.1:8000": f"127.0.0.1:{ports['web']}",
        "127.0.0.1:8002": f"127.0.0.1:{ports['stream']}",
    }.items():
        assert was in text, was
        text = text.replace(was, becomes)
    site.write_text(text)


#: What the document says behind a line, and what a person does then.
BY_HAND = {
    "then fill it in": fill_in_settings,
    "then put in your name and certificate": fill_in_proxy,
}
