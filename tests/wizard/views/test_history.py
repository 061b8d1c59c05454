"""What happened: in sentences, filtered, with what was before and after, and a page at a time."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from simulator import policies
from teams.models import User
from tests.fixture_types import MakeSetup, SignedIn
from tests.wizard.harness import SET_NAME, SetupHarness
from tests.wizard.views.conftest import Site
from wizard.history import timeline
from wizard.history.record import record_event
from wizard.history.timeline import SHOWN_CHANGES, Filters
from wizard.messages import events
from wizard.models import Event

pytestmark = pytest.mark.django_db


def rows(desk: SetupHarness, **asked: str) -> list[timeline.Row]:
    return timeline.page(desk.setup, Filters.of(asked), asked.get("page"))[1]


def kinds(desk: SetupHarness, **asked: str) -> set[str]:
    return {row.event.kind for row in rows(desk, **asked)}


def test_every_kind_of_event_can_be_filtered_for() -> None:
    grouped = frozenset().union(*(group for _words, group in events.GROUPS.values()))
    assert grouped == {*events.EVENTS, "changed", "undone"} - {"planned_one"}


def test_it_is_narrowed_by_kind_person_and_reference(checked: SetupHarness, sam: User) -> None:
    job = checked.apply()
    record_event(checked.setup, "confirmed", actor=sam, title="A line")
    assert kinds(checked, kind="changes") == {"changed"}
    assert kinds(checked, by=str(sam.pk)) == {"confirmed"}
    assert kinds(checked, by=str(checked.person.pk), kind="confirmations") == set()
    assert {row.reference for row in rows(checked, reference=job.reference)} == {job.reference}
    assert "apply_done" in kinds(checked, reference=job.reference.upper())
    assert None in {row.event.actor_id for row in rows(checked, by="us")}
    assert dict(timeline.people(checked.setup)) == {checked.person.pk: checked.person.name, sam.pk: sam.name}


@pytest.mark.parametrize("asked", [{"kind": "x"}, {"by": "-1"}, {"by": "x"}, {"reference": "' OR 1=1"}])
def test_what_makes_no_sense_counts_as_not_asked(asked: dict[str, str]) -> None:
    assert Filters.of(asked) == Filters()


def test_changes_show_before_and_after_and_only_some_of_many(make: MakeSetup) -> None:
    desk = make(people=60)
    desk.choose(40)
    desk.check()
    desk.apply()
    (row,) = [row for row in rows(desk, kind="changes") if row.count > SHOWN_CHANGES]
    assert len(row.changes) == SHOWN_CHANGES < row.count
    assert {(each.before.plain(), each.after.plain(), each.refused) for each in row.changes} == {
        ("not there", "there", "")
    }
    assert row.how == events.FOR_YOU
    assert sum(len(each.changes) for each in rows(desk, kind="checks")) == 0


def test_a_refused_change_says_so_and_has_no_after(checked: SetupHarness) -> None:
    checked.theirs.switches.change(app_grant="CANNOT_MODIFY_MANAGED_OBJECT")
    checked.apply()
    refused = [each for row in rows(checked, kind="changes") for each in row.changes if each.refused]
    assert [each.refused for each in refused] == ["CANNOT_MODIFY_MANAGED_OBJECT"]
    assert refused[0].before == refused[0].after


def test_what_was_undone_goes_from_there_to_not_there(checked: SetupHarness) -> None:
    checked.apply()
    checked.undo()
    (row, *_others) = [row for row in rows(checked) if row.event.kind == "undone"]
    assert {(each.before.plain(), each.after.plain()) for each in row.changes} == {("there", "not there")}


def test_a_value_that_was_changed_by_hand_is_told_with_both_values(checked: SetupHarness) -> None:
    with checked.stand.world.lock:
        apps = [
            row for row in checked.theirs.rows("ConnectedApplication") if "Marketing Cloud" in row["Name"]
        ]
        apps[0]["OptionsAllowAdminApprovedUsersOnly"] = True
    checked.check()
    (row,) = rows(checked, kind="changes")
    assert row.texts[0].plain() == "Seen in Salesforce, put right there: Only approved people may use the app"
    assert row.how == events.IN_SALESFORCE
    (change,) = row.changes
    assert change.before.plain() == "All users may self-authorize"
    assert change.after.plain() == "Admin approved users are pre-authorized"


def test_policies_put_right_by_hand_are_told_even_where_no_value_could_be_read(site: Site) -> None:
    theirs = site.desk.theirs
    policies.save(theirs, theirs.app_id, policies.WANTED, theirs.admin_id)
    site.desk.check()
    page = site.page("history")
    assert "Seen in Salesforce, put right there: The app works from Engagement" in page
    assert "Before: not known. After: Relax IP restrictions." in page
    assert "Before: not known" in site.page("history", kind="changes")


def test_what_was_undone_is_told_as_something_that_happened(checked: SetupHarness) -> None:
    checked.apply()
    checked.undo()
    done = [row for row in rows(checked, kind="changes") if row.event.kind == "undone"]
    told = [text.plain() for row in done for text in (*row.texts, *(each.what for each in row.changes))]
    assert len(told) > 3
    assert all(words.startswith(("Took ", "Deleted ")) for words in told), told


def test_what_was_made_by_hand_in_salesforce_is_told_and_is_not_called_ours(checked: SetupHarness) -> None:
    """Also where we could have made it."""
    with checked.stand.world.lock:
        values = {"Name": SET_NAME, "Label": SET_NAME.replace("_", " ")}
        checked.theirs.insert("PermissionSet", values, checked.theirs.admin_id)
    checked.check()
    assert [row.texts[0].plain() for row in rows(checked, kind="changes")] == [
        "Seen in Salesforce, put right there: The permission set is in the org"
    ]


def test_what_our_own_job_put_right_is_not_told_as_done_by_somebody_in_salesforce(
    checked: SetupHarness,
) -> None:
    checked.apply()
    checked.check()
    checked.undo()
    checked.check()
    assert not {"seen_done", "seen_open"} & kinds(checked)


def test_the_page_shows_who_what_how_and_leads_to_the_job(site: Site, sam: User) -> None:
    job = site.desk.apply()
    page = site.page("history")
    for words in ("Done for you", "Before: not there. After: there.", "Connect Guide itself", job.reference):
        assert words in page, words
    narrowed = site.page("history", kind="checks", by=str(site.desk.person.pk))
    assert "Checked every item against the org" in narrowed
    assert "Done for you" not in narrowed
    assert "Nothing that happened here fits." in site.page("history", reference="00000000")


def test_a_filter_stays_while_one_turns_the_pages(site: Site) -> None:
    for _ in range(60):
        record_event(site.desk.setup, "confirmed", actor=site.desk.person, title="A line")
    page = site.page("history", kind="confirmations", page="2")
    assert "?kind=confirmations&amp;page=1" in page
    assert "Page 2 of 2" in page


def test_the_changes_of_other_pages_are_not_loaded(checked: SetupHarness, signed_in: SignedIn) -> None:
    checked.apply()
    big = checked.events("changed")[0]
    Event.objects.bulk_create(
        Event(setup=checked.setup, kind="changed", data=big.data, changes=big.changes * 20)
        for _ in range(timeline.PER_PAGE + 10)
    )
    browser = signed_in(checked.person)
    address = reverse("wizard:history", args=[checked.setup.pk])
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(address)
    assert len(queries) <= 12
    column = '"wizard_event"."changes"'
    whole = [query["sql"].replace(f"({column}", "") for query in queries.captured_queries]
    assert not any(column in sql for sql in whole), "only cut, or counted"
    assert any(f"({column}" in query["sql"] for query in queries.captured_queries)
    assert len(answer.content) < 600_000
