"""What happens in a setup is in its history and in the audit trail alike."""

from __future__ import annotations

import json

import pytest

from teams.audit import redaction
from teams.audit.address import asked_from
from teams.models.audit import AuditEntry
from tests.wizard.harness import SetupHarness
from wizard.history.record import record_event
from wizard.models import Event

pytestmark = pytest.mark.django_db


def test_every_event_of_a_whole_journey_has_its_entry(checked: SetupHarness) -> None:
    assert checked.apply().state == "done"
    assert checked.undo().state == "done"
    events = {event.pk: event for event in Event.objects.all()}
    entries = list(AuditEntry.objects.filter(kind__startswith="wizard."))
    assert {entry.data["event"] for entry in entries} == set(events)
    for entry in entries:
        event = events[entry.data["event"]]
        assert entry.kind == f"wizard.{event.kind}"
        assert (entry.actor_id, entry.at) == (event.actor_id, event.at)
        assert (entry.setup_id, entry.org_id) == (checked.setup.pk, checked.org.pk)
        assert entry.team_id == checked.org.team_id


def test_each_change_is_there_with_before_and_after_and_names_are_apart(checked: SetupHarness) -> None:
    checked.read_people()  # else a plan names people by their ids
    assert checked.apply().state == "done"
    entries = AuditEntry.objects.filter(kind="wizard.changed")
    changes = [change for entry in entries for change in entry.data["changes"]]
    assert len(changes) == sum(len(event.changes) for event in checked.events("changed")) > 5
    assert all({"key", "before", "after", "ok"} <= set(change) for change in changes)
    told = [(entry, number) for entry in entries for number in range(len(entry.data["changes"]))]
    entry, number = next(pair for pair in told if pair[0].data["changes"][pair[1]]["kind"] == "assign")
    event = Event.objects.get(pk=entry.data["event"])
    name = event.changes[number]["change"]["what"]["params"]["user"]
    assert name not in json.dumps(entry.data)
    whole = redaction.put_back(entry.data, json.loads(entry.personal.data)["hidden"])
    assert whole["changes"][number]["what"]["params"]["user"] == name


def test_what_nobody_knows_to_be_harmless_is_kept_apart(desk: SetupHarness) -> None:
    record_event(
        desk.setup, "check_requested", actor=desk.person, text="Call Ann Lee on 555", people=["Ann Lee"]
    )
    entry = AuditEntry.objects.get(kind="wizard.check_requested")
    assert "Ann" not in json.dumps(entry.data)
    hidden = json.loads(entry.personal.data)["hidden"]
    assert hidden == {"text": "Call Ann Lee on 555", "people": ["Ann Lee"]}


def test_a_job_acts_from_where_its_person_asked(desk: SetupHarness) -> None:
    with asked_from("198.51.100.7"):
        job = desk.queue("check")
    desk.work(job)
    entries = AuditEntry.objects.select_related("personal")
    told: dict[str, dict[str, str]] = {entry.kind: json.loads(entry.personal.data) for entry in entries}
    assert told["wizard.check_requested"]["address"] == "198.51.100.7"
    assert told["wizard.check_done"]["address"] == "198.51.100.7"
    assert told["wizard.check_done"]["actor"] == desk.person.name
