"""Forgetting a person: their name is nowhere, what they did stays, and the chain still holds."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from teams.audit import chain
from teams.audit.address import asked_from
from teams.audit.record import record
from teams.audit.verify import Findings
from teams.models import Team, User
from teams.models.audit import AuditEntry, AuditPersonal
from tests.conftest import PASSWORD
from tests.fixture_types import SignedIn
from tests.security.canaries import database_texts
from tests.teams.audit.reading import entries, only, personal
from tests.teams.audit.test_chain import past_the_triggers, verified
from tests.wizard.harness import SetupHarness
from tests.wizard.views.conftest import SiteOf
from wizard.history.record import record_event

pytestmark = pytest.mark.django_db


def shred(person: str) -> str:
    out = io.StringIO()
    call_command("shred_person", person, "--yes", stdout=out)
    chain.seal()
    return out.getvalue()


def where(text: str) -> set[str]:
    return {column for column, said in database_texts().items() if text.casefold() in said.casefold()}


@pytest.fixture
def worked(desk: SetupHarness, site_of: SiteOf) -> SetupHarness:
    """Dana did all that a consultant does, and others mention her."""
    with asked_from("203.0.113.77"):
        desk.check()
        desk.read_people()
        assert desk.apply().state == "done"
        record_event(desk.setup, "note", actor=desk.person, text="Ask Bob, says Dana Whitfield")
    site = site_of(desk)
    site.post("confirm", "log_out", sure="1")
    site.get("report")
    client = Client()
    client.post(reverse("account_login"), {"login": desk.person.email, "password": PASSWORD})
    client.post(reverse("account_login"), {"login": desk.person.email, "password": "wrong"})
    return desk


def test_nothing_in_the_database_names_the_person_and_the_chain_holds(
    worked: SetupHarness, priya: User
) -> None:
    dana, team = worked.person, worked.org.team
    record_event(worked.setup, "taken_over_from", actor=priya, name=dana.full_name)
    record("teams.invited", actor=priya, team=team.pk, personal={"invited": dana.email})
    chain.seal()
    head, before = chain.head(), AuditEntry.objects.count()
    assert where("Whitfield") >= {"teams_user.name", "wizard_event.actor_name", "teams_auditpersonal.data"}
    assert where("203.0.113.77") == {"teams_auditpersonal.data"}
    assert "name nobody any more" in shred(dana.email)
    for text in ("Dana", "Whitfield", "dana@example.com", "203.0.113.77", "Ask Bob"):
        assert where(text) == set(), text
    assert verified("--head", head) == []
    assert AuditEntry.objects.count() > before, "what was done stays, and that it was shredded is told"
    changed = only("wizard.changed")
    assert changed.actor_id == dana.pk
    assert changed.data["changes"]
    assert only("teams.shredded").team_id == team.pk


def test_who_mentioned_the_person_is_still_told(
    dana: User, priya: User, team: Team, signed_in: SignedIn
) -> None:
    record("teams.member_removed", actor=priya, about=dana, team=team.pk, data={"role": "consultant"})
    shred(dana.email)
    shown = signed_in(priya).get(reverse("teams:audit", args=[team.pk])).content.decode()
    assert "Took (erased) out of the team" in shown
    assert f'?by={priya.pk}">Priya Nair</a>' in shown


def test_others_keep_what_names_them(worked: SetupHarness, priya: User) -> None:
    kept = record("teams.password_changed", actor=priya, team=worked.org.team_id)
    shred(worked.person.email)
    assert personal(next(each for each in entries() if each.pk == kept.pk))["actor"] == priya.name


def test_the_account_is_worth_nothing_any_more(dana: User, team: Team) -> None:
    shred(dana.email)
    client = Client()
    client.post(reverse("account_login"), {"login": "dana@example.com", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert not User.objects.get(pk=dana.pk).is_active
    assert not team.memberships.exists()


def test_that_they_left_the_team_is_told_as_done_by_the_command(dana: User, team: Team) -> None:
    invited = {"email": dana.email, "role": "viewer", "token_hash": "0" * 64}
    team.invitations.create(**invited, expires_at=timezone.now() + timedelta(days=1))
    shred(dana.email)
    removed, revoked = only("teams.member_removed"), only("teams.invitation_revoked")
    assert removed.data == {"role": "consultant", "via": "command"}
    assert (removed.actor_id, revoked.actor_id, revoked.data["via"]) == (None, None, "command")
    assert personal(removed) == personal(revoked) == {}


def test_a_connection_that_works_with_the_persons_rights_ends(worked: SetupHarness) -> None:
    shred(worked.person.email)
    assert not worked.reload().org.connection.is_connected


def test_a_guest_is_found_by_number(desk: SetupHarness) -> None:
    guest = User.objects.create_user("x@guests.invalid", name="Gia Guest", is_guest=True)
    record_event(desk.setup, "guest_came", actor=guest, stage={"message": "Connect", "params": {}})
    shred(str(guest.pk))
    assert where("Gia Guest") == set()
    assert verified() == []


def test_a_personal_part_that_was_written_after_the_shred_is_not_covered_by_it(dana: User) -> None:
    shred(dana.email)
    later = record("teams.signed_in", actor=User.objects.get(pk=dana.pk))
    chain.seal()
    with past_the_triggers("teams_auditpersonal") as cursor:
        cursor.execute("DELETE FROM teams_auditpersonal WHERE entry_id = %s", [later.pk])
    (found,) = verified()
    assert f"Entry {later.pk} " in found
    assert found.endswith("nobody asked for it.")


def test_somebody_who_is_shredded_while_it_is_verified_is_no_tampering(dana: User) -> None:
    record("teams.signed_in", actor=dana)
    chain.seal()
    begun = Findings()
    assert begun.shreds.of_person == {}
    shred(dana.email)
    assert list(begun) == []


def test_the_last_owner_stays(priya: User, team: Team) -> None:
    with pytest.raises(CommandError, match="last owner"):
        shred(priya.email)
    assert User.objects.get(pk=priya.pk).name == priya.name
    assert AuditPersonal.objects.count() == AuditEntry.objects.count() == 0


def test_nothing_is_done_without_yes_and_nobody_is_found_by_mistake(dana: User) -> None:
    out = io.StringIO()
    call_command("shred_person", dana.email, stdout=out)
    assert "would erase Dana Whitfield" in out.getvalue()
    assert User.objects.get(pk=dana.pk).is_active
    with pytest.raises(CommandError, match="no person"):
        call_command("shred_person", "nobody@example.com", "--yes")
