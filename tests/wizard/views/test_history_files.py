"""The history of a setup, taken out as a file."""

from __future__ import annotations

import csv
import io
import json

import pytest
from lxml import html

from teams.models import Team
from teams.models.audit import AuditEntry
from tests.fixture_types import MakePerson, SignedIn
from tests.wizard.views.conftest import Site
from wizard.history.record import record_event

pytestmark = pytest.mark.django_db


def download(site: Site, ending: str) -> str:
    answer = site.client.get(site.at(f"history_{ending}"))
    assert answer.status_code == 200
    assert f".{ending}" in answer["Content-Disposition"]
    return str(answer.content.decode())


def test_the_csv_holds_every_event_and_no_cell_that_a_spreadsheet_runs(site: Site) -> None:
    desk = site.desk
    desk.check()
    assert desk.apply().state == "done"
    record_event(desk.setup, "note", actor=desk.person, text="=1+1")
    desk.person.name = "=HYPERLINK(1)"
    record_event(desk.setup, "given_back", actor=desk.person)
    text = download(site, "csv")
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    assert [row["kind"] for row in rows] == list(
        desk.setup.events.order_by("id").values_list("kind", flat=True)
    )
    assert rows[-1]["who"] == "'=HYPERLINK(1)"
    made = next(row for row in rows if row["kind"] == "changed")
    assert "not there -> there" in made["changes"]
    assert made["how"] == "Done for you"


def test_the_json_holds_before_and_after_of_each_change(site: Site) -> None:
    desk = site.desk
    desk.check()
    assert desk.apply().state == "done"
    told = json.loads(download(site, "json"))
    changes = [each for event in told for each in event["changes"]]
    assert len(changes) == sum(len(event.changes) for event in desk.events("changed")) > 5
    assert {(each["before"], each["after"]) for each in changes} >= {("not there", "there")}


def test_page_and_file_say_the_same_of_who_did_what_no_person_of_ours_did(site: Site) -> None:
    title = site.desk.setup.guide.stage("policies").steps[0].title.to_json()
    record_event(site.desk.setup, "seen_open", step="permitted_users", title=title, before=None, after=None)
    record_event(site.desk.setup, "interrupted")
    rows = list(csv.DictReader(io.StringIO(download(site, "csv")[1:])))
    assert [row["who"] for row in rows[-2:]] == ["Somebody in Salesforce", "Connect Guide itself"]
    shown = html.fromstring(site.page("history")).xpath("//tbody/tr/td[2]")
    said = [cell.text_content().strip() for cell in shown]
    assert said == [row["who"] for row in reversed(rows)]


def test_that_it_was_taken_out_is_in_the_audit_trail_and_only_there(site: Site) -> None:
    before = site.desk.setup.events.count()
    for ending in ("csv", "json"):
        download(site, ending)
    told = AuditEntry.objects.filter(kind="wizard.history_exported").order_by("pk")
    assert [entry.data["format"] for entry in told] == ["csv", "json"]
    assert {entry.actor_id for entry in told} == {site.desk.person.pk}
    assert site.desk.setup.events.count() == before


def test_a_viewer_is_offered_no_file(site: Site, person: MakePerson, team: Team, signed_in: SignedIn) -> None:
    assert site.at("history_csv") in site.page("history")
    viewer = Site(signed_in(person("Vera Viewer", team, "viewer")), site.desk)
    assert viewer.at("history_csv") not in viewer.page("history")
    assert viewer.client.get(viewer.at("history_csv")).status_code == 403
