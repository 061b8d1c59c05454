"""The Marketing Cloud tab: what connecting writes, when it fails, and line 34's trap."""

from __future__ import annotations

import pytest

from simulator import engagement, policies
from simulator.org.store import Org
from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.visitor import Visitor, username_of

TAB = "/lightning/n/et4ae5__ExactTargetPhoenix"


def press_connect(visitor: Visitor, **fields: str) -> Visitor:
    visitor.open(TAB).press("Connect to Marketing Cloud")
    return visitor.press("Login", expect=None, **{"username": "mc-api-user", "password": "anything"} | fields)


@pytest.fixture
def org(own_stand: Stand) -> Org:
    return create(own_stand.world, "fresh", name="Tab", people=3)


@pytest.fixture
def visitor(own_stand: Stand, org: Org) -> Visitor:
    return Visitor(own_stand.url).log_in(username_of(org))


def mid_of(org: Org) -> str | None:
    found = engagement.connection(org)
    return found["et4ae5__Parent_Account_MID__c"] if found else None


def test_connecting_writes_what_the_wizard_looks_for(visitor: Visitor, org: Org) -> None:
    press_connect(visitor)
    assert "is connected to" in visitor.text
    assert mid_of(org) == org.extra["mid"]
    user = org.get(org.connection_user_id)
    assert user is not None
    assert user["et4ae5__ValidExactTargetUser__c"] is True
    assert user["et4ae5__ExactTargetUsername__c"] == "mc-api-user"
    assert len(list(org.rows("et4ae5__Business_Unit__c"))) == 2
    (login,) = (row for row in org.rows("LoginHistory") if row["LoginType"] == "Remote Access 2.0")
    assert (login["UserId"], login["Application"], login["Status"]) == (
        org.connection_user_id, "Salesforce Marketing Cloud", "Success",
    )  # fmt: skip


@pytest.mark.parametrize("needed", [True, False])
def test_whoever_connects_needs_the_admin_set_of_the_package(
    visitor: Visitor, org: Org, needed: bool
) -> None:
    org.switches.change(connect_needs_admin_set=needed)
    for row in org.find("PermissionSetAssignment", AssigneeId=org.admin_id):
        if (org.get(row["PermissionSetId"]) or {}).get("NamespacePrefix"):
            org.remove(row["Id"])
    visitor.open(TAB).press("Connect to Marketing Cloud", expect=None)
    assert ("Marketing Cloud Connector Admin may connect" in visitor.text) is needed


def test_a_password_is_needed_and_never_kept(
    own_stand: Stand, visitor: Visitor, org: Org, tmp_path: object
) -> None:
    press_connect(visitor, password="")
    assert "Type a username" in visitor.text
    press_connect(visitor, password="swordfish-1")
    own_stand.world.save(f"{tmp_path}/state.json")
    with open(f"{tmp_path}/state.json") as file:
        assert "swordfish-1" not in file.read()
    assert not any("swordfish-1" in cookie.value for cookie in visitor.http.cookies if cookie.value)
    assert not any("swordfish-1" in entry.path for entry in own_stand.world.log)


def test_an_active_session_is_used_without_asking(visitor: Visitor, org: Org) -> None:
    """Line 34: the wrong account gets connected, silently."""
    visitor.open("/engagement/login").press("Login", username="somebody", password="x", mid="7999999")
    visitor.open(TAB).press("Connect to Marketing Cloud")
    assert mid_of(org) == "7999999"


def test_after_logging_out_of_engagement_the_login_is_asked_for(visitor: Visitor, org: Org) -> None:
    visitor.open("/engagement/login").press("Login", username="somebody", password="x", mid="7999999")
    visitor.press("Log out").open(TAB).press("Connect to Marketing Cloud")
    assert visitor.path == "/engagement/connect"
    visitor.press("Login", username="mc-api-user", password="x")
    assert mid_of(org) == org.extra["mid"]


def test_a_made_up_engagement_cookie_counts_for_nothing(visitor: Visitor, org: Org) -> None:
    for value in ("nonsense", "username=x", "username=x&mid=not+a+number", "mid=7"):
        visitor.http.cookies.set("engagement", value)
        visitor.open(TAB).press("Connect to Marketing Cloud")
        assert visitor.path == "/engagement/connect"


def test_it_fails_while_the_connection_user_is_not_approved_for_the_app(visitor: Visitor, org: Org) -> None:
    policies.save(org, org.app_id, policies.WANTED, org.admin_id)
    press_connect(visitor)
    assert "user is not admin approved to access this app" in visitor.text
    assert mid_of(org) is None
    statuses = [row["Status"] for row in org.rows("LoginHistory") if row["LoginType"] == "Remote Access 2.0"]
    assert statuses == ["user is not admin approved to access this app"]
    org.switches.change(require_admin_approval_to_connect=False)
    press_connect(visitor)
    assert mid_of(org) == org.extra["mid"]


def test_a_frozen_connection_user_cannot_be_connected(visitor: Visitor, org: Org) -> None:
    org.patch(org.find("UserLogin", UserId=org.connection_user_id)[0]["Id"], IsFrozen=True)
    press_connect(visitor)
    assert "inactive user" in visitor.text
    assert mid_of(org) is None


def test_a_missing_app_is_said_so(own_stand: Stand) -> None:
    org = create(own_stand.world, "app_not_installed", name="No app", people=0)
    visitor = press_connect(Visitor(own_stand.url).log_in(username_of(org)))
    assert "app must be installed into org" in visitor.text


def test_immediately_expire_leaves_no_token_row(visitor: Visitor, org: Org) -> None:
    press_connect(visitor)
    assert len(list(org.rows("OauthToken"))) == 1
    other = create_connected_with_zero(org)
    assert other == 1


def create_connected_with_zero(org: Org) -> int:
    """Connect again under the policy; the old row stays as it was."""
    policies.save(org, org.app_id, policies.Policies(refresh="zero"), org.admin_id)
    before = [dict(row) for row in org.rows("OauthToken")]
    engagement.connect(org, org.admin_id, "mc-api-user", "7000001")
    assert [dict(row) for row in org.rows("OauthToken")] == before
    return len(before)


def test_without_the_package_there_is_no_tab(own_stand: Stand) -> None:
    org = create(own_stand.world, "package_missing", name="No package", people=0)
    visitor = Visitor(own_stand.url).log_in(username_of(org)).open(TAB, expect=404)
    visitor.click("Installed Packages").press("Install Marketing Cloud Connect for Admins Only")
    assert "256.0" in visitor.text
    press_connect(visitor)
    assert mid_of(org) == org.extra["mid"]
