"""What is asked of the org: one query a part, few calls, never a field that the org lacks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wizard.guides.connected_app_authentication.stand_in import OrgAt
from wizard.guides.connected_app_authentication.guide import GUIDE, PART_OBJECTS, Choices
from wizard.guides.connected_app_authentication.snapshot import PARTS, State


def test_a_full_read_asks_ten_queries_in_two_calls(stand: Any) -> None:
    at = OrgAt.create(stand)
    mark = at.mark()
    snapshot = at.read(at.choices(3))
    entries = [entry for entry in stand.world.log_since(mark) if entry.org_id == at.org.id]
    assert [entry.queries for entry in entries] == [5, 5]
    assert [name for name in PARTS if not snapshot.part(name).is_known] == ["logins"]


@pytest.mark.parametrize("name", PARTS)
def test_every_part_can_be_read_alone_in_one_call(stand: Any, name: str) -> None:
    at = OrgAt.create(stand, "all_done")
    mark = at.mark()
    snapshot = at.read(at.choices(1), [name])
    assert at.calls(mark) == 1
    assert snapshot.part(name).is_known, snapshot.part(name)
    assert snapshot.part(name).value
    assert {each for each in PARTS if snapshot.part(each).state is not State.NOT_READ} == {name}


def test_watching_a_stage_is_one_call(stand: Any) -> None:
    at = OrgAt.create(stand)
    for key in ("policies", "connect", "people", "app_access"):
        parts = frozenset(part for step in GUIDE.stage(key).steps for part in step.reads)
        mark = at.mark()
        at.read(at.choices(1), parts)
        assert at.calls(mark) == 1, key


def test_without_choices_only_what_needs_none_is_read(stand: Any) -> None:
    at = OrgAt.create(stand)
    snapshot = at.read(Choices())
    not_read = [name for name in PARTS if snapshot.part(name).state is State.NOT_READ]
    assert not_read == ["assignments", "connection_user", "login", "logins"]


def test_a_missing_package_makes_its_part_unreadable_and_no_other(stand: Any) -> None:
    at = OrgAt.create(stand, "package_missing")
    snapshot = at.read(at.choices(1))
    unreadable = {
        name: snapshot.part(name).code for name in PARTS if snapshot.part(name).state is State.UNREADABLE
    }
    assert unreadable == {"configuration": "INVALID_TYPE"}
    user = snapshot.connection_user.get(())[0]
    assert (user.appexchange_user, user.marketing_user) == (None, True)


def test_a_part_whose_object_or_fields_are_known_to_be_missing_is_not_asked_for(stand: Any) -> None:
    at = OrgAt.create(stand)
    at.known["fields"] |= {"et4ae5__Configuration__c": [], "UserLogin": ["Id"]}
    mark = at.mark()
    snapshot = at.read(at.choices(1), ["configuration", "login"])
    assert at.calls(mark) == 0
    assert (snapshot.configuration.code, snapshot.login.code) == ("FIELDS_MISSING", "FIELDS_MISSING")


def test_permissions_that_the_org_does_not_know_are_not_asked_for(stand: Any) -> None:
    at = OrgAt.create(stand)
    at.known["fields"]["UserPermissionAccess"] = ["PermissionsApiEnabled"]
    assert set(at.read(Choices(), ["rights"]).rights.get({})) == {"PermissionsApiEnabled"}


def test_a_limited_person_gets_unreadable_parts_with_salesforce_s_code(stand: Any) -> None:
    at = OrgAt.create(stand, as_user="leo.park")
    snapshot = at.read(at.choices(1))
    states = {snapshot.part(name).state for name in ("rights", "sets", "package")}
    assert states == {State.KNOWN}
    for name in PARTS:
        part = snapshot.part(name)
        assert part.state is not State.UNREADABLE or part.code


def test_an_org_without_discovery_can_be_read(stand: Any) -> None:
    at = OrgAt.create(stand)
    at.known.clear()
    snapshot = at.read(at.choices(1))
    assert [name for name in PARTS if snapshot.part(name).state is State.UNREADABLE] == []
    assert snapshot.facts.api_limit is not None, "the usage comes with the answer"


def test_hostile_text_in_the_choices_stays_text(stand: Any) -> None:
    at = OrgAt.create(stand)
    evil = "x' OR Name != '"
    snapshot = at.read(Choices(connection_user=evil, set_name=evil, set_label=evil, adopt=evil))
    assert not snapshot.connection_user.get(())
    assert {row.namespace for row in snapshot.sets.get(())} <= {"et4ae5"}


def test_the_list_of_what_is_read_covers_every_part() -> None:
    assert set(PART_OBJECTS) == set(PARTS)
