"""The owner's page of the audit trail, and its files."""

from __future__ import annotations

import csv
import io
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html

from teams.audit.record import record
from teams.erasure import ERASED, NOWHERE
from teams.membership import members
from teams.models import Membership, Team, User
from teams.models.audit import AuditEntry
from tests.fixture_types import SignedIn
from tests.teams.audit.reading import only
from tests.wizard.harness import SetupHarness
from wizard.history.record import record_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(priya: User, signed_in: SignedIn) -> Client:
    return signed_in(priya)


def page(owner: Client, team: Team, **query: Any) -> str:
    return str(owner.get(reverse("teams:audit", args=[team.pk]), query).content.decode())


def test_each_entry_is_a_sentence_with_person_address_and_org(
    owner: Client, team: Team, checked: SetupHarness, dana: User
) -> None:
    checked.read_people()
    assert checked.apply().state == "done"
    shown = page(owner, team)
    assert "Created the permission set Marketing Cloud Connected App" in shown
    assert "Approved the changes" in shown
    assert "Connected the org, signed in to Salesforce as" in shown
    assert dana.name in shown
    assert checked.org.name in shown


def test_what_was_seen_in_salesforce_is_no_act_of_ours_on_the_page_and_in_the_files(
    owner: Client, team: Team, checked: SetupHarness
) -> None:
    title = checked.setup.guide.stage("policies").steps[0].title.to_json()
    seen: dict[str, Any] = {"step": "permitted_users", "title": title, "before": None, "after": None}
    record_event(checked.setup, "seen_done", **seen)
    record_event(checked.setup, "seen_open", **seen, by="Ana Ruiz")
    record_event(checked.setup, "interrupted")
    on_page = html.fromstring(page(owner, team)).xpath("//tbody/tr/td[2]")
    table = b"".join(owner.get(reverse("teams:audit_csv", args=[team.pk]))).decode().lstrip("\ufeff")
    in_file = [row["person"] for row in csv.DictReader(io.StringIO(table))][-4:-1]
    assert [cell.text_content().strip() for cell in on_page[2::-1]] == in_file
    assert in_file == ["Somebody in Salesforce", "Ana Ruiz in Salesforce", "Connect Guide itself"]


def test_it_can_be_narrowed_down(owner: Client, team: Team, dana: User, priya: User) -> None:
    org, setup = uuid.uuid4(), uuid.uuid4()
    record("teams.password_changed", actor=dana, team=team.pk)
    record("teams.two_factor_set", actor=priya, team=team.pk, data={"required": True})
    record("wizard.finished", actor=dana, team=team.pk, org=org, setup=setup)
    old = timezone.now() - timedelta(days=400)
    record("teams.joined", actor=dana, team=team.pk, data={"role": "viewer"}, at=old)
    says = {
        "password": "Chose a new password",
        "two_factor": "Switched on that every member needs a second factor",
        "finished": "Handed the setup over",
        "joined": "Joined the team as Viewer",
    }

    def found(**query: Any) -> set[str]:
        shown = page(owner, team, **query)
        return {name for name, sentence in says.items() if sentence in shown}

    assert found() == set(says)
    assert found(by=priya.pk) == {"two_factor"}
    assert found(kind="accounts") == {"password"}
    assert found(kind="team") == {"two_factor", "joined"}
    assert found(org=org) == found(setup=setup) == {"finished"}
    assert found(until=(old + timedelta(days=1)).date()) == {"joined"}
    assert found(since=(old + timedelta(days=2)).date()) == set(says) - {"joined"}


@pytest.mark.parametrize(
    "query",
    ["by=x", "by=99999999999999999999", "org=1", "setup=%00", "since=2026-02-31", "until=0000-00-00",
     "kind=<script>", "before=-1", "before=x", "since=9999-12-31"],
)  # fmt: skip
def test_a_strange_question_is_no_error(owner: Client, team: Team, query: str) -> None:
    assert owner.get(f"{reverse('teams:audit', args=[team.pk])}?{query}").status_code == 200


def test_it_goes_on_page_by_page_and_costs_few_queries_however_long_it_is(
    owner: Client, team: Team, dana: User
) -> None:
    for number in range(130):
        record("teams.email_changed", actor=dana, team=team.pk, personal={"to": f"<{number}>", "from": "x"})
    seen: list[str] = []
    address = reverse("teams:audit", args=[team.pk])
    query = "?kind=accounts"
    while query:
        with CaptureQueriesContext(connection) as captured:
            shown = owner.get(address + query).content.decode()
        assert len(captured) <= 8
        seen += [number for number in map(str, range(130)) if f"to &lt;{number}&gt;" in shown]
        _before, _link, rest = shown.partition('href="?kind=accounts&amp;before=')
        query = f"?kind=accounts&before={rest.partition(chr(34))[0]}" if rest else ""
    assert sorted(seen, key=int) == [str(number) for number in range(130)]


def test_everybody_who_acted_here_can_be_chosen(
    owner: Client, team: Team, dana: User, sam: User, stranger: User
) -> None:
    guest = User.objects.create_user("some@guests.invalid", name="Ana Ruiz", is_guest=True)
    erased = User.objects.create_user(f"x@{NOWHERE}", name=ERASED, is_active=False)
    for person in (guest, sam, erased):
        record("wizard.finished", actor=person, team=team.pk)
    members.remove(Membership.objects.get(user=sam))
    shown = html.fromstring(page(owner, team))
    choices = [option.text_content() for option in shown.xpath("//select[@id='by']/option")]
    assert choices == ["Everyone", "Ana Ruiz (guest)", "Dana Whitfield", "Priya Nair", "Sam Okafor"]


def test_another_teams_entries_are_not_there(owner: Client, team: Team, stranger: User) -> None:
    other = stranger.memberships.get().team
    record("teams.password_changed", actor=stranger, team=other.pk)
    record("teams.sign_in_failed", personal={"typed": "who@elsewhere.example"})
    shown = page(owner, team) + page(owner, team, by=stranger.pk)
    assert stranger.name not in shown
    assert "elsewhere" not in shown


def test_the_csv_holds_everything_and_no_cell_that_a_spreadsheet_runs(
    owner: Client, team: Team, dana: User, priya: User
) -> None:
    dana.name = "=HYPERLINK(1)"
    record("teams.password_changed", actor=dana, team=team.pk)
    for _ in range(3):
        record("teams.signed_in", actor=priya, team=team.pk)
    answer = owner.get(reverse("teams:audit_csv", args=[team.pk]), {"kind": "accounts"})
    text = b"".join(answer).decode()
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    assert [row["what happened"] for row in rows] == ["Chose a new password", *["Signed in"] * 3]
    assert rows[0]["person"] == "'=HYPERLINK(1)"
    assert rows[1]["e-mail"] == priya.email
    exported = only("teams.audit_exported")
    assert (exported.actor_id, exported.team_id) == (priya.pk, team.pk)
    assert exported.data == {"format": "csv", "filters": {"kind": "accounts"}}


def test_the_json_holds_each_change_with_before_and_after(
    owner: Client, team: Team, checked: SetupHarness
) -> None:
    assert checked.apply().state == "done"
    answer = owner.get(reverse("teams:audit_json", args=[team.pk]))
    told = json.loads(b"".join(answer))
    assert len(told) == AuditEntry.objects.count()
    changed = next(each for each in told if each["kind"] == "wizard.changed")
    assert changed["setup"] == str(checked.setup.pk)
    assert {"key", "before", "after", "ok"} <= set(changed["data"]["changes"][0])


def test_what_was_erased_is_told_as_such(owner: Client, team: Team, dana: User) -> None:
    entry = record("teams.email_changed", actor=dana, team=team.pk, personal={"from": "a@b.c", "to": "d@e.f"})
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL connect_guide.shredding = 'on'")
        cursor.execute("DELETE FROM teams_auditpersonal WHERE entry_id = %s", [entry.pk])
    shown = page(owner, team)
    assert "Changed the e-mail address from (erased) to (erased)" in shown


def test_the_operator_takes_out_one_team_or_all(team: Team, stranger: User, dana: User) -> None:
    other = stranger.memberships.get().team
    record("teams.password_changed", actor=dana, team=team.pk)
    record("teams.password_changed", actor=stranger, team=other.pk)
    everybody, one = io.StringIO(), io.StringIO()
    call_command("export_audit", "json", stdout=everybody)
    call_command("export_audit", "csv", f"--team={team.pk}", stdout=one)
    assert {each["actor_id"] for each in json.loads(everybody.getvalue())} == {dana.pk, stranger.pk, None}
    assert dana.email in one.getvalue()
    assert stranger.email not in one.getvalue()
    with pytest.raises(CommandError, match="no team"):
        call_command("export_audit", "csv", f"--team={uuid.uuid4()}")
