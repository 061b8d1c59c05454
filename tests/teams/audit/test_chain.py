"""What `manage.py verify_audit` finds, and what PostgreSQL does not let anybody do in the first place."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from teams.audit import chain
from teams.audit.record import record
from teams.models import User
from teams.models.audit import AuditEntry, AuditPending, AuditPersonal, AuditSeal
from tests.other_connection import all_at_once
from tests.wizard.harness import SetupHarness

pytestmark = pytest.mark.django_db

TABLES = ("teams_auditentry", "teams_auditpersonal", "teams_auditseal")


def write(count: int, actor: Any = None) -> list[AuditEntry]:
    entries = [record("teams.signed_in", actor=actor, data={"number": number}) for number in range(count)]
    chain.seal()
    return entries


def verified(*arguments: str) -> list[str]:
    """What it says, without the last line; empty if all is well."""
    out = io.StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=out)
    except CommandError:
        lines = out.getvalue().splitlines()
        assert lines
        return lines
    assert out.getvalue().startswith("The audit trail is as it was written.")
    return []


@contextmanager
def past_the_triggers(*tables: str) -> Iterator[Any]:
    """As somebody does who owns the database."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_what_nobody_touched_is_well(dana: User) -> None:
    write(5, dana)
    assert verified() == []
    assert AuditPending.objects.count() == 0
    assert [seal.position for seal in AuditSeal.objects.order_by("position")] == [1, 2, 3, 4, 5]


def test_an_empty_trail_is_well() -> None:
    assert verified() == []
    assert chain.head() == f"0:{'0' * 64}"


@pytest.mark.parametrize(
    "change",
    [
        "data = '{}'",
        "actor_id = 7",
        "actor_id = NULL",
        "kind = 'teams.signed_out'",
        "at = at + interval '1 microsecond'",
        "team_id = gen_random_uuid()",
        "setup_id = gen_random_uuid()",
        "org_id = gen_random_uuid()",
        "about_id = 9",
        "key = gen_random_uuid()",
        "personal_digest = ''",
    ],
)
def test_an_altered_entry_is_found(dana: User, change: str) -> None:
    altered = write(3, dana)[1]
    with past_the_triggers("teams_auditentry") as cursor:
        cursor.execute(f"UPDATE teams_auditentry SET {change} WHERE id = %s", [altered.pk])
    found = verified()
    assert any(f"Entry {altered.pk} " in line and "altered" in line for line in found), found


def test_a_deleted_entry_is_found_with_its_seal_or_without(dana: User) -> None:
    first, second, _third = write(3, dana)
    with past_the_triggers(*TABLES) as cursor:
        cursor.execute("DELETE FROM teams_auditentry WHERE id = %s", [first.pk])
        assert verified() == [f"Entry {first.pk} (link 1) was deleted."]
        cursor.execute("DELETE FROM teams_auditseal WHERE position = 2")
        cursor.execute("DELETE FROM teams_auditentry WHERE id = %s", [second.pk])
    assert "The links 2 to 2 of the chain are missing: their seals were deleted." in verified()


def test_an_altered_or_deleted_personal_part_is_found(dana: User) -> None:
    first, second, _third = write(3, dana)
    with past_the_triggers("teams_auditpersonal") as cursor:
        changed = "UPDATE teams_auditpersonal SET data = replace(data, 'Dana', 'Sam') WHERE entry_id = %s"
        cursor.execute(changed, [first.pk])
        cursor.execute("DELETE FROM teams_auditpersonal WHERE entry_id = %s", [second.pk])
    altered, deleted = verified()
    assert altered.startswith("The personal part of")
    assert altered.endswith("was altered.")
    assert f"Entry {first.pk} " in altered
    assert deleted.endswith("was deleted, and nobody asked for it.")
    assert f"Entry {second.pk} " in deleted


def test_an_end_that_was_cut_off_is_found_by_a_head_that_was_noted(dana: User) -> None:
    write(2, dana)
    early = chain.head()
    *_kept, last = write(3, dana)
    head = chain.head()
    assert verified("--head", head) == verified("--head", early) == []
    with past_the_triggers(*TABLES) as cursor:
        cursor.execute("DELETE FROM teams_auditseal WHERE entry_id = %s", [last.pk])
        cursor.execute("DELETE FROM teams_auditentry WHERE id = %s", [last.pk])
        cursor.execute("DELETE FROM teams_auditpersonal WHERE entry_id = %s", [last.pk])
    assert verified() == [], "nothing that is left shows it"
    assert verified("--head", early) == []
    assert verified("--head", head) == [
        "The chain ends at link 4, but link 5 was noted: its end was cut off."
    ]


def test_a_noted_link_that_was_deleted_amid_the_chain_is_no_end_that_was_cut_off(dana: User) -> None:
    write(3, dana)
    head = chain.head()
    write(2, dana)
    with past_the_triggers("teams_auditseal") as cursor:
        cursor.execute("DELETE FROM teams_auditseal WHERE position = 3")
    found = verified("--head", head)
    assert "The links 3 to 3 of the chain are missing: their seals were deleted." in found
    assert not [line for line in found if "cut off" in line or "written anew" in line]


def test_a_chain_that_was_written_anew_is_found_by_a_head_that_was_noted(dana: User) -> None:
    altered, *_rest = write(3, dana)
    head = chain.head()
    with past_the_triggers(*TABLES) as cursor:
        cursor.execute("UPDATE teams_auditentry SET data = '{}' WHERE id = %s", [altered.pk])
        cursor.execute("DELETE FROM teams_auditseal")
        cursor.execute("INSERT INTO teams_auditpending SELECT id FROM teams_auditentry")
    chain.seal()
    assert verified() == []
    assert verified("--head", head) == ["Link 3 is not the one that was noted: the chain was written anew."]


def test_an_entry_that_lost_its_seal_is_found(dana: User) -> None:
    entry = record("teams.signed_in", actor=dana, at=timezone.now() - timedelta(minutes=6))
    assert verified() == [
        f"Entry {entry.pk} (teams.signed_in, {entry.at:%Y-%m-%d %H:%M:%S} UTC) is in no chain."
    ]
    chain.seal()
    assert verified() == []


def test_an_entry_that_was_deleted_before_its_seal_is_found(dana: User) -> None:
    entry = record("teams.signed_in", actor=dana)
    with past_the_triggers("teams_auditentry") as cursor:
        cursor.execute("DELETE FROM teams_auditentry WHERE id = %s", [entry.pk])
    chain.seal()
    assert verified() == [f"Entry {entry.pk} was deleted before it was sealed."]


@pytest.mark.parametrize("head", ["", "5", "x:y", "5:abc"])
def test_a_head_that_is_none_is_refused(head: str) -> None:
    with pytest.raises(CommandError, match="POSITION:DIGEST"):
        call_command("verify_audit", f"--head={head}")


def run(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def refused(*statements: str) -> None:
    with pytest.raises(ProgrammingError, match="append-only"):
        run(*statements)


@pytest.mark.parametrize("table", [*TABLES, "wizard_event"])
@pytest.mark.parametrize("act", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_postgresql_refuses_whoever_asks(checked: SetupHarness, table: str, act: str) -> None:
    chain.seal()
    column = {"teams_auditpersonal": "salt", "teams_auditseal": "digest"}.get(table, "kind")
    statement = act.format(table, column, f"'x' || substr({column}, 2)")
    # What only the tests have; and a TRUNCATE waits for no foreign key of this transaction.
    refused("SET LOCAL connect_guide.emptying = ''", "SET CONSTRAINTS ALL IMMEDIATE", statement)


def test_a_shred_lets_nothing_but_personal_parts_go(checked: SetupHarness) -> None:
    chain.seal()
    shredding = "SET LOCAL connect_guide.shredding = 'on'"
    for table in ("teams_auditentry", "teams_auditseal", "wizard_event"):
        refused(shredding, f"DELETE FROM {table}")
    refused(shredding, "UPDATE wizard_event SET kind = 'finished', actor_name = ''")
    refused(shredding, "UPDATE teams_auditpersonal SET data = '{}'")


def test_a_personal_part_is_not_guessed_from_what_stays(dana: User) -> None:
    first, second = write(2, dana)
    assert first.personal_digest != second.personal_digest
    assert AuditPersonal.objects.get(pk=first.pk).data == AuditPersonal.objects.get(pk=second.pk).data


@pytest.mark.django_db(transaction=True)
def test_fifty_who_write_at_once_make_one_unbroken_chain(dana: User) -> None:

    def act(number: int) -> int:
        with transaction.atomic():
            record("teams.signed_in", actor=dana, data={"number": number})
            record("teams.signed_out", actor=dana, data={"number": number})
        return number

    assert all_at_once(50, act) == list(range(50))
    chain.seal()  # as the scheduler does: for whoever met another sealer
    assert AuditSeal.objects.count() == AuditEntry.objects.count() == 100
    assert verified() == []


@pytest.mark.django_db(transaction=True)
def test_an_act_is_sealed_right_after_its_commit_and_not_at_all_when_it_fails(dana: User) -> None:
    with transaction.atomic():
        record("teams.signed_in", actor=dana)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()
    entry = record("teams.signed_in", actor=dana)
    assert AuditSeal.objects.get().entry_id == entry.pk


@pytest.mark.django_db(transaction=True)
def test_a_sealer_leaves_it_to_another_one_and_does_not_wait(dana: User) -> None:
    done = threading.Event()

    def write_meanwhile() -> None:
        try:
            record("teams.signed_in", actor=dana)
            done.set()
        finally:
            connection.close()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [chain.LOCK])
        thread = threading.Thread(target=write_meanwhile)
        thread.start()
        assert done.wait(60), "an act waited for a sealer"
        thread.join(60)
    assert AuditPending.objects.count() == 1
    assert chain.seal() == 1
    assert verified() == []
