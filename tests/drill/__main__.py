"""Install Connect Guide by docs/operations.md on a machine within an empty folder, and make trouble there.

PostgreSQL, Valkey, nginx with TLS, and the four processes by their systemd units, each as a user of its
own, with read-only code and no home. What would touch this machine itself (apt-get, systemctl, su) is
stood in for.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socketserver
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from simulator.server import Stand
from simulator.server import running as salesforce
from tests.chaos.road import Road, in_front
from tests.drill import shims
from tests.drill.acts import Drill
from tests.drill.folder import Machine
from tests.upgrade.release import RELEASE_BEFORE


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.drill",
        description=__doc__,
        epilog="It can only be done as root: start it as root.",
    )
    parser.add_argument("--short", action="store_true", help="packages are lent, one process is killed")
    parser.add_argument("--keep", action="store_true", help="leave the folder, for a look at its logs")
    given = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("The drill runs each process as a user of its own, as systemd does: start it as root.")
    root = Path(tempfile.mkdtemp(prefix="connect-guide-drill-"))
    root.chmod(0o755)  # each process is another user
    try:
        run(root, short=given.short)
    finally:
        if given.keep:
            print(f"Left in {root}", file=sys.stderr)
        else:
            shutil.rmtree(root)


def run(root: Path, *, short: bool) -> None:
    began, done = time.monotonic(), list[str]()

    def told(what: str) -> None:
        done.append(f"{time.monotonic() - began:6.1f} s  {what}")
        print(done[-1], file=sys.stderr, flush=True)

    with salesforce() as stand, at_work(root / "empty", stand.url, told, short=short) as drill:
        _act(drill, short=short)
    if not short:
        with salesforce() as stand, at_work(root / "before", stand.url, told, short=True) as drill:
            _upgrade(drill, stand)
    print("\n".join(["What the drill did:", *done]))


@contextmanager
def at_work(root: Path, stand_in_url: str, told: Callable[[str], None], *, short: bool) -> Iterator[Drill]:
    """A drill on a machine of its own, with what answers to `systemctl` there."""
    machine = Machine(root, stand_in_url)
    shims.put(machine)
    drill = Drill(machine, told, short=short)
    with socketserver.ThreadingUnixStreamServer(str(machine.commands), answering(drill)) as commands:
        threading.Thread(target=commands.serve_forever, daemon=True).start()
        try:
            yield drill
        finally:
            drill.stop_processes()
            drill.servers.stop_all()
            commands.shutdown()


def _act(drill: Drill, *, short: bool) -> None:
    drill.install()
    drill.wait_until_ready("installed")
    drill.speaks_http2()
    drill.visit()
    drill.finish_a_setup()
    drill.kill_each()
    if not short:
        drill.take_servers_away()
        drill.wait_for_slow_visitors()
        drill.back_up_and_restore()
    drill.count_what_it_takes()
    drill.look_at_what_is_left()


def _upgrade(drill: Drill, stand: Stand) -> None:
    road = Road(stand.server.wsgi_app, stand.world, (0, 0))
    drill.told(f"another machine, with the release before ({RELEASE_BEFORE[:9]})")
    with in_front(stand, lambda app: road):
        drill.install(RELEASE_BEFORE)
        drill.wait_until_ready("the release before")
        drill.visit()
        drill.upgrade_under_way(road)


def answering(drill: Drill) -> type[socketserver.StreamRequestHandler]:
    """Of `systemctl`: nothing, or why not."""

    class Answer(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked = self.rfile.readline().decode().strip()
            try:
                drill.systemctl(asked)
            except (OSError, ValueError, AssertionError) as problem:
                self.wfile.write(f"{asked}: {problem}".encode())

    return Answer


if __name__ == "__main__":
    main()
