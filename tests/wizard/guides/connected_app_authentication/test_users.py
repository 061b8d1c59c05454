"""Who uses the app today is asked of the org, and nobody of them is cut off unseen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from simulator import engagement
from simulator.server import Stand
from tests.wizard.guides.connected_app_authentication.build import (
    ANNA,
    APP,
    NAME,
    SET_ID,
    USER,
    choices,
    seen,
)
from tests.wizard.guides.connected_app_authentication.stand_in import OrgAt
from wizard.guides.base import Finding, Status
from wizard.guides.connected_app_authentication import lookups
from wizard.guides.connected_app_authentication.checks_policies import lock_out_warning
from wizard.guides.connected_app_authentication.guide import SAFE_ORDER, recommended_order
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.proof import subjects
from wizard.guides.connected_app_authentication.proof.app_users import check_app_users
from wizard.guides.connected_app_authentication.reading.approvals import PEOPLE
from wizard.guides.connected_app_authentication.snapshot import App, Assignment, PermissionSet, Use
from wizard.guides.text import Text

BEN = "005000000000003AAA"
ADMIN = {"PermissionsCustomizeApplication": True}
USES = (
    Use(APP.name, USER, "Connect", last="2026-11-20T10:00:00.000+0000"),
    Use(APP.name, BEN, "Ben Novak", "ben@x.example", last="2026-11-23T10:00:00.000+0000"),
    Use(APP.name, BEN, "Ben Novak", "ben@x.example", last="2026-11-01T10:00:00.000+0000"),
)


def plain(found: Finding) -> str:
    return " / ".join(each.plain() if isinstance(each, Text) else each for each in found.details)


def finding(uses=USES, rights=ADMIN, app=(APP,), people=(ANNA,), assignments=()):
    chosen = choices(people=people)
    ours = PermissionSet(SET_ID, NAME, NAME)
    parts = {"tokens": uses, "rights": rights, "app": app, "sets": (ours,), "assignments": assignments}
    return check_app_users(seen(chosen, **parts), chosen)


def test_somebody_who_is_not_on_the_list_is_named_with_the_last_use_and_added_at_one_press() -> None:
    found = finding()
    assert (found.status, found.code, found.signable) == (Status.TO_DO, "users_not_listed", True)
    assert found.details[0] == lookups.dated("Ben Novak (ben@x.example)", "2026-11-23T10:00:00.000+0000")
    assert "Login History was not read: you need Manage Users" in plain(found)
    (way,) = found.ways
    assert way.inputs == {"people": [ANNA, BEN]}


def test_several_are_added_together_or_one_by_one() -> None:
    found = finding((*USES, Use(APP.name, "005000000000004AAA", "Cleo")))
    assert [len(way.inputs["people"]) for way in found.ways] == [3, 2, 2]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"people": (ANNA, BEN)}, "users_listed"),
        ({"assignments": (Assignment("0Pa1", BEN, SET_ID),)}, "users_have_set"),
        ({"rights": {}}, "users_hidden"),
        ({"app": (App(APP.id, APP.name, True),)}, "approved_already"),
        ({"app": ()}, "users_not_listed"),
        ({"uses": ()}, "nobody_uses"),
        ({"uses": (), "app": (App(APP.id, APP.name, False, 0, False),)}, "users_not_kept"),
        ({"uses": (Use("Salesforce Marketing Cloud Sandbox", BEN, "Ben"),)}, "nobody_uses"),
        ({"uses": (Use(APP.name, BEN, "Ben", active=False),)}, "nobody_uses"),
    ],
)
def test_what_counts(changed: dict[str, object], code: str) -> None:
    assert finding(**changed).code == code


def test_one_more_who_would_be_cut_off_is_another_question() -> None:
    chosen = choices()
    one = subjects.cut_off(seen(chosen, app=(APP,), tokens=USES), chosen)
    more = (*USES, Use(APP.name, "005000000000004AAA", "Cleo"))
    assert subjects.cut_off(seen(chosen, app=(APP,), tokens=more), chosen).facts != one.facts


LASTS = ""
SECOND, DAY, EDGE = (
    "2026-11-24T09:00:02.000+0000",
    "2026-11-25T09:00:00.000+0000",
    "2026-12-24T09:00:00.000+0000",
)
LATER, PAST = "2027-03-01T00:00:00.000+0000", "2026-11-23T00:00:00.000+0000"


@pytest.mark.parametrize(
    ("ours", "other", "code", "day"),
    [
        *((end, None, "users_kept_for_now", end[:10]) for end in (SECOND, DAY, EDGE)),
        *((None, end, "users_kept_for_now", end[:10]) for end in (SECOND, DAY, EDGE)),
        (SECOND, DAY, "users_kept_for_now", DAY[:10]),
        (PAST, DAY, "users_kept_for_now", DAY[:10]),
        (PAST, PAST, "users_not_listed", ""),
        (DAY, LASTS, "users_kept", ""),
        (DAY, LATER, "users_kept", LATER[:10]),
        (LASTS, DAY, "users_have_set", ""),
        (LATER, None, "users_have_set", LATER[:10]),
    ],
)
def test_access_that_ends_is_told_with_its_day_and_not_done_where_that_is_near(
    ours: str | None, other: str | None, code: str, day: str
) -> None:
    held = () if ours is None else (Assignment("0Pa1", BEN, SET_ID, expires=ours),)
    approved = () if other is None else (Assignment("0Pa2", BEN, "0PSother", expires=other),)
    chosen = choices()
    parts: dict[str, Any] = {"tokens": USES, "rights": ADMIN, "app": (APP,)}
    parts["sets"] = (PermissionSet(SET_ID, NAME, NAME),)
    snapshot = seen(chosen, **parts, assignments=held, approvals=approved)
    found = check_app_users(snapshot, chosen)
    assert (found.code, day in plain(found), "access ends" in plain(found)) == (code, True, bool(day))
    unsaid = seen(chosen, **parts, assignments=(), approvals=(Assignment("0Pa2", BEN, "0PSother"),))
    near = code == "users_kept_for_now"
    before, after = subjects.cut_off(unsaid, chosen), subjects.cut_off(snapshot, chosen)
    assert (before.facts["ends"] != after.facts["ends"]) is near, "another end is another question"
    if near:
        assert (found.status, found.signable) == (Status.TO_DO, True)
        assert day in found.sentence.plain()
        assert found.ways[0].inputs == {"people": [ANNA, BEN]}


def users_and_list(at: OrgAt) -> tuple[Choices, list[str]]:
    """Nobody chosen but the connection user; who else uses the app."""
    chosen = at.choices(0, mode="repair")
    users = {row["UserId"] for row in at.org.rows("OauthToken")} - {at.org.connection_user_id}
    return chosen, sorted(users)


def put_on_app(at: OrgAt, set_id: str) -> None:
    at.org.insert("SetupEntityAccess", {"ParentId": set_id, "SetupEntityId": at.org.app_id}, at.org.admin_id)


def other_set(at: OrgAt, **more: object) -> str:
    values = {"Name": "Marketing_Tools", "Label": "Marketing Tools", **more}
    return str(at.org.insert("PermissionSet", values, at.org.admin_id))


def test_whoever_keeps_access_by_another_set_or_their_profile_is_not_named(stand: Stand) -> None:
    at = OrgAt.create(stand, "live")
    chosen, users = users_and_list(at)
    assert len(at.read(chosen).approvals.get(())) == 0
    by_set = other_set(at)
    put_on_app(at, by_set)
    at.org.insert(
        "PermissionSetAssignment", {"AssigneeId": users[0], "PermissionSetId": by_set}, at.org.admin_id
    )
    left = lookups.cut_off_users(at.read(chosen), chosen)
    assert sorted(use.user_id for use in left) == users[1:]
    for user_id in users[1:]:
        profile = at.org.tables["User"][user_id]["ProfileId"]
        (own,) = at.org.find("PermissionSet", ProfileId=profile)
        if not at.org.find("SetupEntityAccess", ParentId=own["Id"]):
            put_on_app(at, own["Id"])
    found = check_app_users(at.read(chosen), chosen)
    assert (found.code, found.sentence.params) == ("users_kept", {"count": len(users)})


def test_a_set_that_works_in_activated_sessions_only_or_has_ended_keeps_nobody_in(stand: Stand) -> None:
    at = OrgAt.create(stand, "live")
    chosen, users = users_and_list(at)
    for number, more in enumerate(({"HasActivationRequired": True}, {})):
        own = other_set(at, Name=f"Other_{number}", **more)
        put_on_app(at, own)
        values = {"AssigneeId": users[number], "PermissionSetId": own}
        row_id = at.org.insert("PermissionSetAssignment", values, at.org.admin_id)
    at.org.patch(row_id, ExpirationDate="2020-01-01T00:00:00.000+0000")
    assert len(lookups.cut_off_users(at.read(chosen), chosen)) == len(users)


def test_it_is_asked_only_where_somebody_is_not_listed(stand: Stand) -> None:
    """The full read is two calls, and a repair's one more for Login History, while the app is open to all.

    One more while somebody would be cut off, none once they are listed.
    """
    at = OrgAt.create(stand, "live")
    chosen, users = users_and_list(at)
    for wanted, calls in ((chosen, 4), (replace(chosen, people=tuple(users)), 3)):
        mark = at.mark()
        at.read(wanted)
        assert at.calls(mark) == calls


def test_two_hundred_and_one_people_are_asked_about_in_one_more_call(stand: Stand) -> None:
    at = OrgAt.create(stand, "live", people=260)
    active = [row["Id"] for row in at.org.rows("User") if row["IsActive"]]
    at.org.tables["OauthToken"].clear()
    for user_id in active[: PEOPLE + 1]:
        at.org.add(
            "OauthToken", AppName=APP.name, UserId=user_id, LastUsedDate="2026-11-20T10:00:00.000+0000"
        )
    own = other_set(at)
    put_on_app(at, own)
    for user_id in active[: PEOPLE + 1]:
        at.org.add("PermissionSetAssignment", AssigneeId=user_id, PermissionSetId=own, IsActive=True)
    mark = at.mark()
    snapshot = at.read(at.choices(0, mode="repair"))
    assert at.calls(mark) == 4
    assert {row.user_id for row in snapshot.approvals.get(())} >= set(active[:PEOPLE]) - {
        at.org.connection_user_id
    }


def test_what_may_not_be_read_leaves_everybody_named(stand: Stand) -> None:
    at = OrgAt.create(stand, "live")
    chosen, users = users_and_list(at)
    at.org.switches.hidden_fields = ["PermissionSetAssignment.AssigneeId"]
    assert len(lookups.cut_off_users(at.read(chosen), chosen)) == len(users)


def test_an_app_in_use_that_is_not_installed_has_the_safe_order_and_the_warning(stand: Stand) -> None:
    at = OrgAt.create(stand, "app_not_installed")
    chosen = at.choices(0)
    snapshot = at.read(chosen)
    assert check_app_users(snapshot, chosen).code == "users_not_listed"
    assert recommended_order(snapshot, chosen) == SAFE_ORDER
    assert lock_out_warning(snapshot, chosen)


def without_tokens(stand: Stand) -> tuple[OrgAt, Choices, list[str]]:
    """Login History alone knows who uses the app."""
    at = OrgAt.create(stand, "live_without_tokens")
    assert at.org.tables["OauthToken"] == {}
    users = {row["UserId"] for row in at.org.rows("LoginHistory")} - {at.org.connection_user_id}
    return at, at.choices(0, mode="repair"), sorted(users)


def test_whom_only_login_history_knows_is_named_with_the_last_sign_in(stand: Stand) -> None:
    at, chosen, users = without_tokens(stand)
    inactive, *left = users
    at.org.patch(inactive, IsActive=False)
    engagement.log_use(at.org, at.org.admin_id, status="Failed: not approved for access")
    engagement.log_use(at.org, at.org.admin_id, Application="Workbench")
    snapshot = at.read(chosen)
    assert sorted(use.user_id for use in snapshot.logins.get(())) == sorted(
        [at.org.connection_user_id, *users]
    )
    found = check_app_users(snapshot, chosen)
    assert found.code == "users_not_listed"
    names = {at.org.tables["User"][user_id]["Name"] for user_id in left}
    assert {name for name in names if name in plain(found)} == names
    assert at.org.tables["User"][inactive]["Name"] not in plain(found)
    assert "Sign-ins to the app in Login History were looked for, back to" in plain(found)
    assert sorted(found.ways[0].inputs["people"]) == sorted(left)


def test_login_history_costs_one_query_and_its_names_one_call_with_the_approvals(stand: Stand) -> None:
    at, chosen, _users = without_tokens(stand)
    mark = at.mark()
    at.read(chosen)
    assert at.calls(mark) == 4
    mark = at.mark()
    at.read(replace(chosen, mode="first"), ["app", "rights"])
    assert at.calls(mark) == 1, "only with the whole question"


def test_login_history_is_not_asked_where_nobody_can_be_cut_off_or_nothing_is_in_use(stand: Stand) -> None:
    fresh = OrgAt.create(stand)
    snapshot = fresh.read(fresh.choices(1))
    assert not snapshot.logins.is_known
    assert "is read in a repair only" in plain(check_app_users(snapshot, fresh.choices(1)))
    locked = OrgAt.create(stand, "all_done")
    mark = locked.mark()
    assert not locked.read(locked.choices(0, mode="repair")).logins.is_known
    assert locked.calls(mark) == 2


def test_who_may_not_see_the_sign_ins_of_others_is_told_so(stand: Stand) -> None:
    at = OrgAt.create(stand, "live")
    chosen, _users = users_and_list(at)
    for row in [*at.org.rows("Profile"), *at.org.rows("PermissionSet")]:
        at.org.patch(row["Id"], PermissionsManageUsers=False, PermissionsMonitorLoginHistory=False)
    snapshot = at.read(chosen)
    assert not snapshot.logins.is_known, "their own would be taken for everybody's"
    found = check_app_users(snapshot, chosen)
    assert found.code == "users_not_listed"
    assert "was not read: you need Manage Users or Monitor Login History" in plain(found)
    profile = at.org.tables["User"][at.org.admin_id]["ProfileId"]
    at.org.patch(profile, PermissionsMonitorLoginHistory=True)
    assert at.read(chosen).logins.is_known


def test_a_login_history_that_is_refused_leaves_the_rest_as_it_is(stand: Stand) -> None:
    at = OrgAt.create(stand, "live")
    chosen, _users = users_and_list(at)
    at.org.switches.hidden_fields = ["LoginHistory.Application"]
    found = check_app_users(at.read(chosen), chosen)
    assert len(found.ways) > 1
    assert "did not let us read the login history: INVALID_FIELD" in plain(found)


@pytest.mark.parametrize("source", ["tokens", "logins"])
@pytest.mark.parametrize(
    ("field", "label"), [("Name", "Name"), ("Username", "Username"), ("IsActive", "Active")]
)
def test_a_hidden_field_of_the_people_is_named(stand: Stand, source: str, field: str, label: str) -> None:
    at = OrgAt.create(stand, "live")
    chosen, users = users_and_list(at)
    if source == "logins":
        at, chosen, users = without_tokens(stand)
    at.org.switches.hidden_fields = [f"User.{field}"]
    found = check_app_users(at.read(chosen), chosen)
    assert len(found.ways[0].inputs["people"]) == len(users)
    assert "hides from us, of these people: " in plain(found)
    assert plain(found).split("of these people: ")[1].split(".")[0] == label, "the others are still read"
