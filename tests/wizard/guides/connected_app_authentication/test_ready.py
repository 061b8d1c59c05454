"""After Connect: each state of the package that the stand-in plays, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from simulator import engagement
from simulator.clock import stamp
from simulator.server import Stand
from tests.wizard.guides.connected_app_authentication.build import (
    AFTER,
    ANNA,
    BEFORE,
    START,
    USER,
    choices,
    seen,
)
from tests.wizard.guides.connected_app_authentication.stand_in import OrgAt, statuses
from wizard.guides.base import Finding, Status
from wizard.guides.connected_app_authentication.checks_ready import (
    check_seen,
    check_settings,
    check_units,
    check_wizard,
    read_late,
)
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.guides.connected_app_authentication.reading.queries import PEOPLE
from wizard.guides.connected_app_authentication.snapshot import (
    Assignment,
    Configuration,
    Facts,
    Part,
    Snapshot,
    State,
    Unit,
    Wizard,
)
from wizard.messages import remedies

STEPS = tuple(step.key for step in GUIDE.stage("ready").steps)
PARTS = frozenset(part for step in GUIDE.stage("ready").steps for part in step.reads)
CONNECTED = Configuration("a0", "7654321", AFTER, AFTER, True, "Email", False)
ALL, NOBODY = {"PermissionsViewAllData": True}, {"PermissionsViewAllData": False}


def said(at: OrgAt) -> tuple[str, ...]:
    chosen = at.choices(2)
    found = statuses(at.read(chosen, PARTS), chosen)
    return tuple(found[key] for key in STEPS)


def later(at: OrgAt, monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    monkeypatch.setattr(at.stand.world.clock, "offset", timedelta(seconds=seconds))


def test_the_package_gets_ready_by_and_by(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    at = OrgAt.create(stand, "just_connected")
    seen_by = "done people_can_see"
    arriving = ("to_do settings_empty", "to_do units_arriving", "to_do wizard_open", seen_by)
    assert said(at) == arriving
    later(at, monkeypatch, 25)
    assert said(at) == arriving
    assert len(at.read(at.choices(2), PARTS).units.get(())) == 1
    later(at, monkeypatch, 45)
    assert said(at) == ("to_do settings_empty", "done units_arrived", "to_do wizard_open", seen_by)
    engagement.save_settings(at.org, at.org.admin_id)
    assert said(at) == ("done settings_chosen", "done units_arrived", "done wizard_done", seen_by)


def test_a_package_that_is_stuck_is_told_apart_from_a_slow_one(stand: Stand) -> None:
    at = OrgAt.create(stand, "just_connected")
    at.org.switches.change(connect_progress="stuck", connect_unit_seconds=1)
    row = engagement.connection(at.org)
    assert row is not None
    row["LastModifiedDate"] = stamp(at.org.clock.now() - timedelta(minutes=61))
    assert said(at)[1] == "to_do units_stuck"


def test_who_may_not_read_the_packages_records_is_named(stand: Stand) -> None:
    at = OrgAt.create(stand, "all_done")
    at.org.switches.change(profiles_read_package=False)
    people = [row for row in at.org.rows("User") if row["Department"] == "Marketing" and row["IsActive"]]
    chosen = at.choices(people=[people[0]["Id"], people[1]["Id"]])
    (connector,) = at.org.find("PermissionSet", Name="ExactTarget_Integration")
    values = {"AssigneeId": people[0]["Id"], "PermissionSetId": connector["Id"]}
    at.org.insert("PermissionSetAssignment", values, at.org.admin_id)
    named = replace(chosen, names={people[1]["Id"]: "Somebody Else"})
    found = check_seen(at.read(named, PARTS), named)
    assert (found.code, found.details, found.signable) == ("people_cannot_see", ("Somebody Else",), True)
    assert "1 of 3" in found.sentence.plain()
    how = GUIDE.stage("ready").how
    assert how is not None
    (select,) = [
        each for each in how(at.read(named, PARTS), named) if "Assign" in each.text.plain() and each.people
    ]
    assert select.people == ("Somebody Else",)


def test_more_people_than_one_query_can_name_are_asked_for_in_groups(stand: Stand) -> None:
    at = OrgAt.create(stand, "all_done", people=800)
    chosen = at.choices(PEOPLE + 50)
    mark = at.mark()
    snapshot = at.read(chosen, ["readers"])
    assert at.calls(mark) == 1
    assert {each.user_id for each in snapshot.readers.get(())} >= set(chosen.everyone)


@pytest.mark.parametrize("scenario", ["fresh", "all_done"])
def test_it_is_taken_along_by_the_call_that_the_slow_parts_need_anyway(stand: Stand, scenario: str) -> None:
    at = OrgAt.create(stand, scenario)
    for slow, queries in ((False, [5, 5]), (True, [3, 4, 5, 5])):
        mark = at.mark()
        snapshot = at.read(at.choices(2), slow=slow)
        asked = [each for each in stand.world.log_since(mark) if each.org_id == at.org.id]
        assert sorted(each.queries for each in asked) == queries
        assert snapshot.units.is_known is snapshot.readers.is_known is slow


def ready(**more: Any) -> tuple[Finding, ...]:
    """What the four lines say of a snapshot in which all is well, but for what is given."""
    chosen = choices()
    facts = more.pop("facts", Facts())
    parts = {
        "configuration": (CONNECTED,),
        "rights": ALL,
        "units": (Unit("u1", "Headquarters"),),
        "wizard": (Wizard("w1", "00D000000000001AAA", True),),
        "readers": (Assignment("1", USER, "s"), Assignment("2", ANNA, "s")),
        **more,
    }
    snapshot = seen(chosen, facts=facts, **parts)
    return tuple(check(snapshot, chosen) for check in (check_settings, check_units, check_wizard, check_seen))


@pytest.mark.parametrize(
    ("more", "line", "expected"),
    [
        ({}, 0, (Status.DONE, "settings_chosen")),
        ({"configuration": (replace(CONNECTED, send_types=None),)}, 0, (Status.CANNOT_CHECK, "ready_hidden")),
        (
            {"configuration": (replace(CONNECTED, awaiting_units=None),)},
            1,
            (Status.CANNOT_CHECK, "ready_hidden"),
        ),
        ({"units": ()}, 1, (Status.TO_DO, "no_units")),
        ({"units": (), "rights": NOBODY}, 1, (Status.CANNOT_CHECK, "ready_hidden")),
        ({"wizard": ()}, 2, (Status.CANNOT_CHECK, "ready_hidden")),
        (
            {"wizard": (Wizard("w", "00D1", False), Wizard("v", "0051", True))},
            2,
            (Status.TO_DO, "wizard_open"),
        ),
        (
            {"readers": (Assignment("1", USER, "s"), Assignment("2", ANNA, "s", expires=BEFORE))},
            3,
            (Status.TO_DO, "people_cannot_see"),
        ),
        ({"configuration": ()}, 0, (Status.BLOCKED, "connect_first")),
        ({"configuration": (), "rights": NOBODY}, 3, (Status.CANNOT_CHECK, "ready_hidden")),
        ({"facts": Facts(ready_by="people")}, 2, (Status.CANNOT_CHECK, "ready_hidden")),
    ],
)
def test_no_line_says_more_than_was_seen(
    more: dict[str, Any], line: int, expected: tuple[Status, str]
) -> None:
    found = ready(**more)[line]
    assert (found.status, found.code) == expected
    assert found.status is Status.DONE or remedies.get(found.remedy or "").do.plain()


def test_nothing_is_ready_while_the_wrong_account_is_connected() -> None:
    chosen = choices(mid="1111111")
    snapshot = seen(chosen, configuration=(CONNECTED,), rights=ALL)
    assert check_settings(snapshot, chosen).code == "connect_first"


def test_a_wizard_that_the_package_keeps_to_itself_is_signed_for() -> None:
    chosen = choices()
    hidden: Part[tuple[Wizard, ...]] = Part(State.UNREADABLE, code="INVALID_TYPE", read_at=START)
    snapshot = replace(seen(chosen, configuration=(CONNECTED,), rights=ALL), wizard=hidden)
    assert check_wizard(snapshot, chosen).status is Status.CANNOT_CHECK


def test_what_only_this_read_tells_to_be_needed_is_read_after_it() -> None:
    connected = seen(choices(), configuration=(CONNECTED,))
    assert read_late(None, connected) == read_late(Snapshot(), connected) == {"units", "wizard", "readers"}
    assert read_late(connected, connected) == read_late(None, Snapshot()) == frozenset()
    with_all = seen(choices(), configuration=(CONNECTED,), units=(), wizard=(), readers=())
    assert read_late(None, with_all) == frozenset()


def test_only_what_is_open_is_told_how_in_one_visit_to_the_tab(stand: Stand) -> None:
    at = OrgAt.create(stand, "just_connected")
    chosen, how = at.choices(1), GUIDE.stage("ready").how
    assert how is not None
    told = [each.text.plain() for each in how(at.read(chosen, PARTS), chosen)]
    assert sum("open the Marketing Cloud tab" in each for each in told) == 1
    assert not any("Manage Assignments" in each for each in told), "everybody sees it already"
    engagement.save_settings(at.org, at.org.admin_id)
    later_on = [each.text.plain() for each in how(at.read(chosen, PARTS), chosen)]
    assert any("its settings by itself" in each for each in told)
    assert not any("its settings by itself" in each for each in later_on)


def test_once_all_is_done_the_steps_tell_all_of_it_and_name_nobody(stand: Stand) -> None:
    at, how = OrgAt.create(stand, "all_done"), GUIDE.stage("ready").how
    chosen = at.choices(1)
    assert how is not None
    steps = how(at.read(chosen, PARTS), chosen)
    told = [each.text.plain() for each in steps]
    assert any("its settings by itself" in each for each in told)
    assert any("Select whoever works with Marketing Cloud" in each for each in told)
    assert not any(each.people for each in steps)
