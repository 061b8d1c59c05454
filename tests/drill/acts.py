"""What the drill does on the machine that it made, one after the other."""

from __future__ import annotations

import json
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import requests

from tests.chaos.road import Road
from tests.drill.document import BY_HAND, TEXT, Terminal, chapter, lines
from tests.drill.folder import Machine
from tests.drill.owner import LINES, Owner
from tests.drill.servers import Servers, written_by
from tests.drill.services import PROCESSES, Service
from tests.waiting import eventually

SLOW = 200
STATED = re.compile(r"the four processes take (\d+) MB, the\s+installation (\d+) MB")


class Drill:
    def __init__(self, machine: Machine, told: Callable[[str], None], *, short: bool) -> None:
        self.machine, self.told, self.short = machine, told, short
        self.servers = Servers(machine)
        self.services: dict[str, Service] = {}
        self.terminal = Terminal(machine, lambda line: told(f"$ {line}"))
        self.owner = Owner(machine)
        self.backs_up = False
        self.before_stop: Callable[[], None] = lambda: None
        self._link = ""

    # What `systemctl` is asked for

    def systemctl(self, asked: str) -> None:
        if asked == "stop connect-guide.target":
            self.before_stop()
            self.stop_processes()
        elif asked == "start connect-guide.target":
            for number, name in enumerate(PROCESSES):
                self.services[name] = Service(self.machine, name, number)
        elif asked == "reload nginx":
            self.servers.start_proxy()
        elif asked == "enable --now connect-guide-backup.timer":
            self.backs_up = (self.machine.root / "etc/systemd/system/connect-guide-backup.timer").exists()
        elif not asked.startswith(("daemon-reload", "enable connect-guide.target")):
            raise ValueError(f"the drill knows no `systemctl {asked}`")

    def stop_processes(self) -> None:
        took = {name: self.services[name].stop() for name in list(self.services)}
        self.services.clear()
        if took:
            self.told("stopped by themselves: " + ", ".join(f"{name} {s:.1f} s" for name, s in took.items()))

    # The acts

    def install(self, commit: str = "HEAD") -> None:
        self.machine.copy_code(commit)
        self.servers.start_database()
        self.servers.start_broker()
        document = (self.machine.code / "docs/operations.md").read_text("utf-8")
        (block,) = chapter("On Debian, without Docker", document)
        for line in lines(block):
            said = self.terminal.run(self._shorter(line))
            for words, fill_in in BY_HAND.items():
                if words in line:
                    fill_in(self.machine)
            self._link = self._link or next(iter(re.findall(r"https://\S+", said)), "")

    def _shorter(self, line: str) -> str:
        """The short drill lends the new environment what this one has."""
        if self.short and "-m venv" in line:
            lent = Path(requests.__file__).resolve().parent.parent
            return (
                "python3 -m venv --without-pip .venv && cd .venv/lib/*/site-packages && "
                f"echo {lent} > lent.pth  # in place of an installation"
            )
        return line

    def is_ready(self) -> bool:
        return self._status("/readyz?whole=1") == 200

    def wait_until_ready(self, what: str) -> None:
        began = time.monotonic()
        eventually(lambda: f"{what}: {self._logs()}", self.is_ready, pause=0.2)
        self.told(f"{what}: ready in {time.monotonic() - began:.1f} s, /readyz?whole=1")

    def visit(self) -> None:
        """By the link that `add_person` printed."""
        place = self.owner.come_in(self._link)
        self.told(f"over https by the printed link: a password, a second factor, and led to {place}")

    def finish_a_setup(self) -> None:
        began = time.monotonic()
        self.owner.begin_a_setup()
        self.owner.have_the_changes_made()
        self._finished(began)

    def _finished(self, began: float) -> None:
        done = self.owner.finish_the_setup()
        assert done == LINES
        took = time.monotonic() - began
        self.told(f"a fresh org from the sign-in to handed over, {done} of {LINES} lines done: {took:.0f} s")

    def upgrade_under_way(self, road: Road) -> None:
        """From the release before, which is at work and has somebody signed in."""
        began = time.monotonic()
        road.delay = (0.3, 0.3)
        self.owner.begin_a_setup(people=220)  # more than one batch
        self.machine.pull()
        self.before_stop = lambda: self._kill_under_a_job(road)
        self.terminal.run("deploy/upgrade  # git pull was stood in for")
        self.before_stop = lambda: None
        self.wait_until_ready("upgraded")
        assert self.owner.is_signed_in()
        self._finished(began)

    def _kill_under_a_job(self, road: Road) -> None:
        self.owner.have_the_changes_made()
        eventually("the old worker has begun to write", lambda: road.writes(self.owner.org.id))
        self.services["worker"].kill()
        self.told("the old worker was killed under its job, and all were stopped")

    def speaks_http2(self) -> None:
        trusts = ssl.create_default_context(cafile=self.machine.authority)
        trusts.set_alpn_protocols(["h2", "http/1.1"])
        with self._connection(trusts) as visitor:
            assert visitor.selected_alpn_protocol() == "h2"
        self.told("the proxy speaks HTTP/2, with a certificate that is checked")

    @contextmanager
    def _connection(self, trusts: ssl.SSLContext) -> Iterator[ssl.SSLSocket]:
        place = ("127.0.0.1", self.machine.ports["https"])
        with (
            socket.create_connection(place, 20) as raw,
            trusts.wrap_socket(raw, server_hostname="127.0.0.1") as visitor,
        ):
            yield visitor

    def kill_each(self) -> None:
        for name in PROCESSES[2:3] if self.short else PROCESSES:
            began = time.monotonic()
            self._kill(self.services[name])
            self.told(f"{name} killed: at work again in {time.monotonic() - began:.1f} s")

    def _kill(self, service: Service) -> None:
        said = service.log.stat().st_size
        words = {"worker": " ready.", "beat": "the clock"}.get(service.name, "Application startup complete")
        service.kill()
        eventually(lambda: self._logs(), lambda: words in service.log.read_text("utf-8")[said:])
        eventually(lambda: self._logs(), self.is_ready)

    def take_servers_away(self) -> None:
        for name, start in (
            ("valkey", self.servers.start_broker),
            ("postgresql", self.servers.start_database),
        ):
            self.servers.stop(name)
            assert self._status("/readyz") == 503
            assert self._status("/healthz") == 200
            start()
            self.wait_until_ready(f"{name} away, and back")
        assert {len(each.starts) for each in self.services.values()} <= {1, 2}, "nobody gave up for it"

    def wait_for_slow_visitors(self) -> None:
        trusts = ssl.create_default_context(cafile=self.machine.authority)
        head = b"POST /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000\r\n\r\nlogin="
        with ExitStack() as slow:
            for _one in range(SLOW):
                slow.enter_context(self._connection(trusts)).sendall(head)
            began = time.monotonic()
            assert self._status("/account/login/") == 200
            self.told(f"{SLOW} slow visitors: a page in {time.monotonic() - began:.2f} s beside them")

    def back_up_and_restore(self) -> None:
        assert self.backs_up, "the timer of the nightly backup was not started"
        unit = (self.machine.root / "etc/systemd/system/connect-guide-backup.service").read_text("utf-8")
        (command,) = re.findall(r"^ExecStart=(.*)$", unit, re.M)
        file = self.terminal.run(f'PGDATABASE=guide su postgres -c "{command}"').strip()
        _backup, restore, swap = chapter("Backup and restore")
        as_postgres = self.machine.as_postgres
        for line in lines(restore):
            self.terminal.run(line.replace("guide.dump", file), **as_postgres)
        self.systemctl("stop connect-guide.target")
        for line in lines(swap):
            self.terminal.run(line.replace("python manage.py", "deploy/manage"), **as_postgres)
        self.systemctl("start connect-guide.target")
        self.wait_until_ready("restored")

    def count_what_it_takes(self) -> None:
        """Memory that each process has for itself with its children, and the installation on disk."""
        took = {name: _memory(each.process.pid) for name, each in self.services.items()}
        words = ", ".join(f"{name} {size:.0f} MB" for name, size in took.items())
        disk = subprocess.run(["du", "-sm", self.machine.code], check=True, capture_output=True, text=True)
        self.told(f"memory: {words}; on disk: {disk.stdout.split()[0]} MB")
        stated = STATED.search(TEXT)
        assert stated, "docs/operations.md says what it takes"
        memory, on_disk = map(int, stated.groups())
        assert (sum(took.values()) < 1.3 * memory, int(disk.stdout.split()[0]) < 1.3 * on_disk) == (
            True,
            True,
        )

    def look_at_what_is_left(self) -> None:
        users = {each.user for each in self.services.values()}
        assert len(users) == len(PROCESSES)
        theirs = [path for path in self.machine.code.rglob("*") if path.lstat().st_uid in users]
        assert theirs == [], f"written into the code: {theirs}"
        numbers = ", ".join(map(str, sorted(users)))
        self.told(f"each process another user ({numbers}), none wrote into the code")
        self.stop_processes()
        count = sum(self._json_lines(self.machine.root / f"log/{name}.log") for name in PROCESSES)
        self.told(f"{count} lines of four processes, each JSON")
        assert "?k=" not in written_by(self.machine)
        assert self._link.rpartition("/")[0] not in written_by(self.machine)

    def _json_lines(self, log: Path) -> int:
        said = log.read_text("utf-8").splitlines()
        assert all(json.loads(line)["level"] for line in said), log
        return len(said)

    def _status(self, path: str) -> int:
        try:
            return requests.get(
                self.machine.url + path, verify=self.machine.authority, timeout=20
            ).status_code
        except requests.ConnectionError:
            return 0

    def _logs(self) -> str:
        return "\n".join(each.log.read_text("utf-8")[-2000:] for each in self.services.values())


def _memory(pid: int) -> float:
    """In MB; what processes share is counted once among them."""
    parent = psutil.Process(pid)
    family = [parent, *parent.children(recursive=True)]
    return float(sum(each.memory_full_info().pss for each in family)) / 1e6
