"""Switches about traces: the audit trail, login history, and what connecting leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator import engagement, policies
from simulator.client_apps import CLIENT_ID
from simulator.clock import stamp
from simulator.errors import ApiError
from simulator.org.store import Org
from simulator.scenarios import create
from simulator.server import Stand
from simulator.soql.run import run
from tests.simulator.core import select
from tests.simulator.people import person_without
from tests.simulator.visitor import Visitor, username_of


@pytest.fixture
def connected(own_stand: Stand) -> Org:
    """Ready for Connect to Marketing Cloud."""
    return create(own_stand.world, "fresh", name="Evidence", people=0)


def connect(org: Org) -> None:
    engagement.connect(org, org.admin_id, "mc-api-user", "7000001")


@pytest.mark.parametrize("action", ["", "changeRefreshTokenPolicy"])
def test_the_refresh_token_policy_may_leave_an_audit_row(org: Org, action: str) -> None:
    org.switches.change(refresh_audit_action=action)
    policies.save(org, org.app_id, policies.WANTED, org.admin_id)
    rows = {row["Action"]: row["Display"] for row in org.rows("SetupAuditTrail")}
    known = {"changeUserRuntimeAccessPolicy", "changeIpRelaxationPolicy"}
    assert set(rows) == known | ({action} if action else set())
    if action:
        assert rows[action].endswith(
            "from Refresh token is valid until revoked to Immediately expire refresh token"
        )


@pytest.mark.parametrize("right", ["ViewSetup", "ViewSetupAuditTrail"])
def test_the_right_that_the_audit_trail_needs(own_stand: Stand, connected: Org, right: str) -> None:
    connected.switches.change(audit_trail_right=right)
    without, other = (
        person_without(connected, each)
        for each in (right, "ViewSetupAuditTrail" if right == "ViewSetup" else "ViewSetup")
    )
    text = "SELECT Id FROM SetupAuditTrail"
    with pytest.raises(ApiError):
        run(connected, text, without)
    run(connected, text, other)
    visitor = Visitor(own_stand.url).log_in(username_of(connected, without))
    visitor.open("/lightning/setup/SecurityEvents/home", expect=403)


@pytest.mark.parametrize("kind", ["Remote Access 2.0", "Oauth2"])
def test_the_login_type_of_an_oauth_login(connected: Org, kind: str) -> None:
    connected.switches.change(login_history_oauth_type=kind, login_history_application="Marketing Cloud")
    connect(connected)
    text = f"SELECT Application FROM LoginHistory WHERE LoginType = '{kind}'"
    assert [row["Application"] for row in select(connected, text)] == ["Marketing Cloud"]


@pytest.mark.parametrize("field", ["SourceIp", "LoginGeoId", "LoginSubType", "ForwardedForIp"])
def test_fields_of_login_history_on_which_the_sources_disagree(org: Org, field: str) -> None:
    text = f"SELECT Id FROM LoginHistory WHERE {field} = null"
    run(org, text, org.admin_id)
    org.switches.change(login_history_strict_filters=True)
    with pytest.raises(ApiError, match=f"field '{field}' can not be filtered in a query call"):
        run(org, text, org.admin_id)
    run(org, "SELECT Id FROM LoginHistory WHERE LoginType = 'x'", org.admin_id)


@pytest.mark.parametrize("traces", [True, False])
def test_each_trace_of_connecting_has_its_switch(connected: Org, traces: bool) -> None:
    connected.switches.change(
        connect_writes_configuration=traces,
        connect_writes_business_units=traces,
        connect_marks_user=traces,
        connect_logs_login=traces,
    )
    connect(connected)
    person = connected.get(connected.connection_user_id) or {}
    assert bool(list(connected.rows("et4ae5__Configuration__c"))) is traces
    assert bool(list(connected.rows("et4ae5__Business_Unit__c"))) is traces
    assert bool(person.get("et4ae5__ValidExactTargetUser__c")) is traces
    assert bool(list(connected.rows("LoginHistory"))) is traces


@pytest.mark.parametrize("leaves", [False, True])
def test_a_token_row_under_immediately_expire(connected: Org, leaves: bool) -> None:
    connected.switches.change(zero_policy_leaves_token=leaves, require_admin_approval_to_connect=False)
    policies.save(connected, connected.app_id, policies.WANTED, connected.admin_id)
    connect(connected)
    assert len(list(connected.rows("OauthToken"))) == int(leaves)


@pytest.mark.parametrize(
    "words", ["app must be installed into org", "External client app is not installed in this org"]
)
def test_the_words_for_an_app_that_is_not_installed(own_stand: Stand, connected: Org, words: str) -> None:
    visitor = Visitor(own_stand.url)
    tokens = visitor.connect(connected)
    connected.switches.change(our_app="not_installed", not_installed_description=words)
    assert visitor.refresh(tokens["refresh_token"]).json() == {
        "error": "invalid_client",
        "error_description": words,
    }
    visitor.authorize()
    assert visitor.path == "/setup/secur/RemoteAccessErrorPage.apexp"
    assert words in visitor.text


def test_a_codes_life_is_a_switch(own_stand: Stand, connected: Org) -> None:
    connected.switches.change(code_seconds=120)
    visitor = Visitor(own_stand.url).log_in(username_of(connected)).authorize().press("Allow")
    entry = own_stand.world.extra["codes"][visitor.returned["code"]]
    assert entry["client_id"] == CLIENT_ID
    assert entry["ends"] <= stamp(own_stand.world.clock.now() + timedelta(seconds=120))


def test_a_token_row_has_no_id(connected: Org) -> None:
    """Documented as always null (section 6)."""
    connect(connected)
    (row,) = select(connected, "SELECT Id, AppName FROM OauthToken")
    assert (row["Id"], row["AppName"]) == (None, "Salesforce Marketing Cloud")


def test_the_package_is_not_found_through_its_parents_fields(org: Org) -> None:
    """Relationship fields of InstalledSubscriberPackage can't be filtered on (section 5, inference)."""
    text = "SELECT Id FROM InstalledSubscriberPackage WHERE SubscriberPackage.NamespacePrefix = 'et4ae5'"
    with pytest.raises(ApiError, match="can not be filtered"):
        run(org, text, org.admin_id, tooling=True)
