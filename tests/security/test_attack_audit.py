"""Taking names or entries out of the audit trail unseen, as somebody who can write to the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from orgs.models import Org
from simulator.server import Stand
from teams.audit.record import record
from teams.models import Team, User
from teams.models.audit import AuditEntry, AuditPending, AuditPersonal, AuditSeal
from tests.fixture_types import SignedIn
from tests.teams.audit.test_chain import past_the_triggers, verified, write
from tests.wizard.harness import make_harness

pytestmark = pytest.mark.django_db

FAR = timedelta(days=9999)


def unsealed(**more: object) -> AuditEntry:
    """An entry that was taken out of the line of those that wait for their seal."""
    made = AuditEntry.objects.create(**more)
    AuditPending.objects.filter(pk=made.pk).delete()
    return made


def test_a_shred_that_is_in_no_chain_covers_nothing(dana: User) -> None:
    [entry] = write(1, dana)
    with past_the_triggers("teams_auditpersonal"):
        AuditPersonal.objects.all().delete()
    forged = unsealed(kind="teams.shredded", data={"people": [dana.pk]}, at=timezone.now() + FAR)
    found = verified()
    assert any(f"Entry {entry.pk} " in line and "nobody asked for it" in line for line in found), found
    assert any(f"Entry {forged.pk} " in line and "in no chain" in line for line in found), found


def test_an_entry_without_seal_or_place_in_the_line_is_found_at_once_whatever_its_time(dana: User) -> None:
    write(2, dana)
    assert verified() == []
    for at in (timezone.now(), timezone.now() + FAR):
        made = unsealed(kind="teams.signed_in", at=at)
        assert any(f"Entry {made.pk} " in line for line in verified())


def test_a_seal_before_the_beginning_of_the_chain_is_none(dana: User) -> None:
    write(2, dana)
    made = unsealed(kind="teams.signed_in", actor_id=dana.pk)
    AuditSeal.objects.create(position=-1, entry_id=made.pk, digest="0" * 64)
    assert any(f"Entry {made.pk} " in line and "in no chain" in line for line in verified())


def test_an_owner_learns_no_name_of_another_team_s_org(priya: User, team: Team, signed_in: SignedIn) -> None:
    other = Team.objects.create(name="Another company")
    theirs = Org.objects.create(team=other, name="Hidden Client Inc", org_id="00D000000000001AAA")
    record("orgs.connected", team=other.pk, org=theirs.pk)
    page = signed_in(priya).get(reverse("teams:audit", args=[team.pk]), {"org": str(theirs.pk)})
    assert page.status_code == 200
    assert "Hidden Client" not in page.content.decode()


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_a_file_holds_the_days_of_the_page_and_not_those_of_another_time_zone(
    priya: User, dana: User, team: Team, signed_in: SignedIn, ending: str
) -> None:
    at = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # in Tokyo it is the next morning
    entry = record("teams.signed_in", actor=dana, team=team.pk, at=at)
    browser = signed_in(priya)
    browser.cookies["zone"] = "Asia/Tokyo"
    day = {"since": "2026-03-02", "until": "2026-03-02"}
    assert (
        "Dana"
        in browser.get(reverse("teams:audit", args=[team.pk]), day).content.decode().partition("<tbody>")[2]
    )
    answer = browser.get(reverse(f"teams:audit_{ending}", args=[team.pk]), day)
    assert entry.at.isoformat(timespec="milliseconds") in answer.getvalue().decode()


def test_loading_the_report_again_and_again_does_not_fill_the_trail(
    stand: Stand, team: Team, dana: User, sam: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_harness(stand, team, dana)
    address = reverse("wizard:report", args=[desk.setup.pk])
    for person in (dana, sam):
        browser = signed_in(person)
        for _again in range(3):
            assert browser.get(address).status_code == 200
    seen = AuditEntry.objects.filter(kind="wizard.report_seen")
    assert [each.actor_id for each in seen] == [dana.pk, sam.pk]
    monkeypatch.setattr("wizard.history.audit.ONE_LOOK", timedelta(0))
    signed_in(dana).get(address)
    assert seen.all().count() == 3
