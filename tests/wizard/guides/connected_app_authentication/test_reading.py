"""What is asked of the org: one query a part, few calls, never a field that the org lacks."""

from __future__ import annotations

import pytest

from simulator.server import Stand
from tests.wizard.guides.connected_app_authentication.stand_in import OrgAt, statuses
from wizard.guides.connected_app_authentication.guide import GUIDE, PART_OBJECTS, Choices
from wizard.guides.connected_app_authentication.reading.parsing import known_from
from wizard.guides.connected_app_authentication.reading.parts import AFTER_CONNECT, SLOW_PARTS
from wizard.guides.connected_app_authentication.snapshot import PARTS, State, merge

ASKED_ON_OCCASION = {"external", "approvals", "logins", "freezes"}  # beside the read, where it matters
NOT_READ_AT_ONCE = ASKED_ON_OCCASION | AFTER_CONNECT | SLOW_PARTS


def test_a_full_read_asks_ten_queries_in_two_calls(stand: Stand) -> None:
    at = OrgAt.create(stand)
    mark = at.mark()
    snapshot = at.read(at.choices(3))
    entries = [entry for entry in stand.world.log_since(mark) if entry.org_id == at.org.id]
    assert [entry.queries for entry in entries] == [5, 5]
    assert {name for name in PARTS if not snapshot.part(name).is_known} == NOT_READ_AT_ONCE


def test_with_the_slow_parts_it_is_four_calls(stand: Stand) -> None:
    at = OrgAt.create(stand)
    mark = at.mark()
    snapshot = at.read(at.choices(3), slow=True)
    entries = [entry for entry in stand.world.log_since(mark) if entry.org_id == at.org.id]
    assert sorted(entry.queries for entry in entries) == [3, 4, 5, 5]
    assert {name for name in PARTS if not snapshot.part(name).is_known} == ASKED_ON_OCCASION


@pytest.mark.parametrize("name", sorted(set(PARTS) - ASKED_ON_OCCASION))
def test_every_part_can_be_read_alone_in_one_call(stand: Stand, name: str) -> None:
    at = OrgAt.create(stand, "live" if name == "tokens" else "all_done")
    mark = at.mark()
    snapshot = at.read(at.choices(1), [name])
    assert at.calls(mark) == 1
    assert snapshot.part(name).is_known, snapshot.part(name)
    assert snapshot.part(name).value
    assert {each for each in PARTS if snapshot.part(each).state is not State.NOT_READ} == {name}


def test_watching_a_stage_is_one_call(stand: Stand) -> None:
    at = OrgAt.create(stand)
    for key in ("policies", "connect", "ready", "people", "app_access"):
        parts = frozenset(part for step in GUIDE.stage(key).steps for part in step.reads)
        mark = at.mark()
        at.read(at.choices(1), parts)
        assert at.calls(mark) == 1, key


def test_without_choices_only_what_needs_none_is_read(stand: Stand) -> None:
    at = OrgAt.create(stand)
    snapshot = at.read(Choices())
    not_read = {name for name in PARTS if snapshot.part(name).state is State.NOT_READ}
    assert not_read - NOT_READ_AT_ONCE == {"connection_user", "login"}


def test_a_missing_package_makes_its_part_unreadable_and_no_other(stand: Stand) -> None:
    at = OrgAt.create(stand, "package_missing")
    snapshot = at.read(at.choices(1))
    unreadable = {
        name: snapshot.part(name).code for name in PARTS if snapshot.part(name).state is State.UNREADABLE
    }
    assert unreadable == {"configuration": "INVALID_TYPE"}
    user = snapshot.connection_user.get(())[0]
    assert (user.appexchange_user, user.marketing_user) == (None, True)


def test_a_part_whose_object_or_fields_are_known_to_be_missing_is_not_asked_for(stand: Stand) -> None:
    at = OrgAt.create(stand)
    at.known["fields"] |= {"et4ae5__Configuration__c": [], "UserLogin": ["Id"]}
    mark = at.mark()
    snapshot = at.read(at.choices(1), ["configuration", "login"])
    assert at.calls(mark) == 0
    assert (snapshot.configuration.code, snapshot.login.code) == ("FIELDS_MISSING", "FIELDS_MISSING")


def test_permissions_that_the_org_does_not_know_are_not_asked_for(stand: Stand) -> None:
    at = OrgAt.create(stand)
    at.known["fields"]["UserPermissionAccess"] = ["PermissionsApiEnabled"]
    assert set(at.read(Choices(), ["rights"]).rights.get({})) == {"PermissionsApiEnabled"}


def test_a_limited_person_gets_unreadable_parts_with_salesforce_s_code(stand: Stand) -> None:
    at = OrgAt.create(stand, as_user="leo.park")
    snapshot = at.read(at.choices(1))
    states = {snapshot.part(name).state for name in ("rights", "sets", "package")}
    assert states == {State.KNOWN}
    for name in PARTS:
        part = snapshot.part(name)
        assert part.state is not State.UNREADABLE or part.code


def test_an_org_without_discovery_can_be_read(stand: Stand) -> None:
    at = OrgAt.create(stand)
    at.known.clear()
    snapshot = at.read(at.choices(1))
    assert [name for name in PARTS if snapshot.part(name).state is State.UNREADABLE] == []
    assert snapshot.facts.api_limit is not None, "the usage comes with the answer"


def test_hostile_text_in_the_choices_stays_text(stand: Stand) -> None:
    at = OrgAt.create(stand)
    evil = "x' OR Name != '"
    snapshot = at.read(Choices(connection_user=evil, set_name=evil, set_label=evil, adopt=evil))
    assert not snapshot.connection_user.get(())
    assert {row.namespace for row in snapshot.sets.get(())} <= {"et4ae5"}


def test_the_list_of_what_is_read_covers_every_part() -> None:
    assert set(PART_OBJECTS) == set(PARTS)


#: What the objects are called that these relationships lead to.
_LEADS_TO = {"CreatedBy": "User", "User": "User", "Profile": "Profile", "UserLicense": "UserLicense"}
OPTIONAL = [(name, each) for name, source in PART_OBJECTS.items() for each in sorted(source.optional)]


def test_each_field_that_may_be_hidden_is_done_without(stand: Stand) -> None:
    """No part turns unreadable because one field is hidden, whatever describe said before."""
    at = OrgAt.create(stand, "live")
    everything = merge(at.read(at.choices(1)), at.read(at.choices(1), AFTER_CONNECT))
    for name, path in OPTIONAL:
        relations, last = path.split(".")[:-1], path.split(".")[-1]
        sobject = _LEADS_TO[relations[-1]] if relations else PART_OBJECTS[name].sobject
        at.org.switches.hidden_fields = [f"{sobject}.{last}"]
        part = at.read(at.choices(1), [name]).part(name)
        assert part.is_known, (name, path, part.message)
        fewer = name == "rights"  # whose value is its fields
        assert len(part.value or ()) == len(everything.part(name).value or ()) - fewer, path


@pytest.mark.parametrize("hidden", ["User.Profile", "Profile.UserLicense"])
def test_a_relationship_that_is_hidden_is_done_without(stand: Stand, hidden: str) -> None:
    at = OrgAt.create(stand)
    at.org.switches.hidden_fields = [hidden]
    (user,) = at.read(at.choices(1), ["connection_user"]).connection_user.get(())
    assert user.licence == ""
    assert user.username


def test_an_org_that_does_not_give_grants_with_their_sets_is_asked_one_by_one(stand: Stand) -> None:
    """That PermissionSet has this child is read off jsforce's schema, not documented: so both ways work."""
    at = OrgAt.create(stand, "all_done")
    chosen = at.choices(1)
    together = at.read(chosen)
    at.org.switches.hidden_fields = ["PermissionSet.SetupEntityAccessItems"]
    mark = at.mark()
    alone = at.read(chosen)
    assert at.calls(mark) == 3, "two, and one more for the two parts"
    assert alone.sets.value == together.sets.value
    assert set(together.grants.get(())) <= set(alone.grants.get(()))
    assert statuses(alone, chosen) == statuses(together, chosen)


ODD_ROWS = [
    ("app", {"Name": "Salesforce Marketing Cloud"}),
    ("sets", {"Id": "0PS1", "Name": None, "Label": "X", "Type": "Regular"}),
    ("package", {"Status": "Active", "AllowedLicenses": "many", "UsedLicenses": 1, "ExpirationDate": None}),
    ("assignments", {"Id": "0Pa1", "AssigneeId": None, "PermissionSetId": "0PS1"}),
    ("configuration", {"Id": "a01", "CreatedDate": None, "LastModifiedDate": None}),
    ("tokens", {"AppName": "Salesforce Marketing Cloud", "User": "Ann"}),
    (
        "logins",
        {"Application": "Salesforce Marketing Cloud", "Status": "Success", "LoginTime": 7, "UserId": "005"},
    ),
    ("connection_user", None),
]


@pytest.mark.parametrize(("name", "row"), ODD_ROWS)
def test_a_row_that_is_not_as_salesforce_gives_it_makes_its_part_unreadable_and_no_other(
    name: str, row: dict[str, object] | None
) -> None:
    part = known_from(name, [row])  # type: ignore[list-item]
    assert (part.state, part.code, part.value) == (State.UNREADABLE, "UNREADABLE_ANSWER", None)
    assert part.message.startswith("A row is not as expected")


def test_a_token_that_belongs_to_no_person_is_nobodys_use() -> None:
    assert known_from("tokens", [{"AppName": "X", "UserId": None}]).value == ()
