"""A backup of a setup under way, restored into an empty database: it goes on there as if nothing had been."""

from __future__ import annotations

import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from config import backup
from orgs.connections.client import client_for
from orgs.models import Connection
from simulator import policies
from tests.wizard.harness import SetupHarness, make_harness
from wizard.jobs import queue
from wizard.live import fragment
from wizard.models import Job
from wizard.monitoring import live_polling

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(stand: Any, team: Any, dana: Any) -> Iterator[SetupHarness]:
    made = make_harness(stand, team, dana)
    made.choose(3)
    yield made
    with stand.world.lock:
        stand.world.orgs.pop(made.theirs.id, None)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "guide.dump"


@contextmanager
def in_an_empty_database() -> Iterator[None]:
    """From here on this process, its threads included, has a new database on the same server."""
    name, its = f"restored_{secrets.token_hex(4)}", connection.settings_dict
    before = its["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    connection.close()
    its["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        its["NAME"] = before
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def call(*command: str) -> str:
    said = StringIO()
    call_command(*command, stdout=said)
    return said.getvalue()


def test_a_setup_under_way_goes_on_from_a_restored_backup(
    desk: SetupHarness, dana: Any, signed_in: Callable[..., Any], file: Path, monkeypatch: Any
) -> None:
    desk.check()
    job = desk.approve()
    desk.die(job, monkeypatch)  # all is sent, nothing read back: the worker is gone
    address = reverse("wizard:stage", args=[desk.setup.pk, "policies"])
    shown, statuses = fragment.render(str(desk.setup.pk), "policies"), desk.statuses()
    call("backup", str(file))
    made = desk.assignments()
    with in_an_empty_database():
        assert "TOKEN_KEYS open 2 of 2 stored secrets." in call("restore", str(file))
        page = signed_in(dana).get(address)
        assert page.status_code == 200
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


def test_a_backup_is_for_its_owner_only_and_replaces_nothing(db: None, file: Path) -> None:
    call("backup", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    assert before.startswith(b"PGDMP")
    with pytest.raises(CommandError, match="never replaces"):
        call("backup", str(file))
    assert file.read_bytes() == before
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_a_restore_writes_over_nothing(team: Any, file: Path) -> None:
    call("backup", str(file))
    with pytest.raises(CommandError, match="is not empty"):
        call("restore", str(file))
    team.refresh_from_db()


def test_a_broken_backup_leaves_the_database_empty(db: None, file: Path) -> None:
    call("backup", str(file))
    file.write_bytes(file.read_bytes()[:-2000])
    with in_an_empty_database():
        with pytest.raises(CommandError, match="pg_restore failed"):
            call("restore", str(file))
        assert connection.introspection.table_names() == []


def test_a_file_that_is_not_there_is_named(file: Path) -> None:
    with pytest.raises(CommandError, match=r"no file .*guide\.dump"):
        call("restore", str(file))


def test_a_backup_with_another_key_says_what_can_t_be_read(
    desk: SetupHarness, file: Path, settings: Any
) -> None:
    call("backup", str(file))
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    with in_an_empty_database(), pytest.raises(CommandError, match="a key that is missing"):
        call("restore", str(file))


def test_second_factors_are_among_the_secrets(priya: Any, settings: Any) -> None:
    assert "open 1 of 1" in call("check_secrets")
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="a key that is missing"):
        call("check_secrets")


def test_a_backup_of_an_older_version_asks_for_its_migrations(db: None, file: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'wizard' AND name >= '0007' RETURNING *")
        newer = cursor.fetchall()
        try:
            call("backup", str(file))
        finally:
            cursor.executemany("INSERT INTO django_migrations VALUES (%s, %s, %s, %s)", newer)
    with in_an_empty_database():
        assert "run migrate, then check_secrets" in call("restore", str(file))


def test_a_tool_that_is_too_old_is_passed_over_and_named(db: None, tmp_path: Path, monkeypatch: Any) -> None:
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert backup.version(old) == 9
    assert backup.tool("pg_dump") != old
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(backup.Failed, match=r"or newer; found: .*pg_dump \(9\)"):
        backup.tool("pg_dump")
