"""Edit Policies: what it asks, what it writes, and what the API then shows."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import policies
from simulator.org.store import Org, Record
from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.visitor import Visitor, username_of


@pytest.fixture
def org(own_stand: Stand) -> Org:
    return create(own_stand.world, "fresh", name="Policies", people=0)


@pytest.fixture
def visitor(own_stand: Stand, org: Org) -> Visitor:
    return Visitor(own_stand.url).log_in(username_of(org)).open(f"/{org.app_id[:15]}/e")


def app_of(org: Org) -> Record:
    app = org.get(org.app_id)
    assert app is not None
    return app


def audits(org: Org) -> list[tuple[str, str]]:
    return [(row["Action"], row["Display"]) for row in org.rows("SetupAuditTrail")]


def test_saving_without_ok_shows_the_warning_and_changes_nothing(visitor: Visitor, org: Org) -> None:
    visitor.press("Save", permitted_users="admin")
    assert "loses access" in visitor.text
    assert app_of(org)["OptionsAllowAdminApprovedUsersOnly"] is False
    visitor.press("OK")
    assert app_of(org)["OptionsAllowAdminApprovedUsersOnly"] is False
    visitor.press("Save")
    assert app_of(org)["OptionsAllowAdminApprovedUsersOnly"] is True


def test_the_two_recorded_audit_rows_are_written_word_for_word(visitor: Visitor, org: Org) -> None:
    visitor.press("OK", permitted_users="admin", ip_relaxation="BYPASS", refresh_token_policy="zero").press(
        "Save"
    )
    name = "Salesforce Marketing Cloud"
    assert audits(org) == [
        (
            "changeUserRuntimeAccessPolicy",
            f"Changed connected app {name} Permitted Users setting from All users may self-authorize "
            "to Admin approved users are pre-authorized",
        ),
        (
            "changeIpRelaxationPolicy",
            f"Changed connected app {name} IP relaxation setting from Enforce IP restrictions "
            "to Relax IP restrictions",
        ),
    ]
    assert all(row["Section"] == "Application" for row in org.rows("SetupAuditTrail"))


def test_saving_what_is_already_there_writes_nothing(visitor: Visitor, org: Org) -> None:
    before = dict(app_of(org))
    visitor.press("Save")
    assert app_of(org) == before
    assert audits(org) == []


def test_the_menu_item_follows_permitted_users(visitor: Visitor, org: Org) -> None:
    visitor.press("OK", permitted_users="admin").press("Save")
    (item,) = org.find("AppMenuItem", ApplicationId=org.app_id)
    assert item["IsUsingAdminAuthorization"] is True


@pytest.mark.parametrize(
    ("fields", "period", "metric"),
    [
        ({"refresh_token_policy": "zero"}, 0, False),
        ({"refresh_token_policy": "specific_inactivity", "specific_inactivity_amount": "30"}, 30, True),
        ({"refresh_token_policy": "specific_lifetime", "specific_lifetime_amount": "7"}, 7, False),
    ],
)
def test_each_refresh_option_leaves_the_raw_values_of_the_table(
    visitor: Visitor, org: Org, fields: dict[str, Any], period: int, metric: bool
) -> None:
    visitor.press("Save", **fields)
    app = app_of(org)
    assert (app["RefreshTokenValidityPeriod"], app["OptionsRefreshTokenValidityMetric"]) == (period, metric)


def test_the_raw_values_are_a_switch(visitor: Visitor, org: Org) -> None:
    org.switches.refresh_token_policy_values["zero"] = [1, True]
    visitor.press("Save", refresh_token_policy="zero")
    app = app_of(org)
    assert (app["RefreshTokenValidityPeriod"], app["OptionsRefreshTokenValidityMetric"]) == (1, True)


def test_a_number_is_needed_where_the_option_says_so(visitor: Visitor, org: Org) -> None:
    visitor.press("Save", expect=400, refresh_token_policy="specific_lifetime")
    assert "enter a number" in visitor.text
    assert policies.current(app_of(org)).refresh == "infinite"


def test_ip_audit_rows_and_their_language_are_switches(visitor: Visitor, org: Org) -> None:
    org.switches.change(audit_language="de")
    visitor.press("Save", ip_relaxation="BYPASS")
    (row,) = audits(org)
    assert row[0] == "changeIpRelaxationPolicy"
    assert "Relax IP" not in row[1]
    assert "Salesforce Marketing Cloud" in row[1]
    org.switches.change(ip_audit_rows=False)
    visitor.open(f"/{org.app_id}/e").press("Save", ip_relaxation="ENFORCE")
    assert len(audits(org)) == 1


def test_policies_survive_a_restart(own_stand: Stand, visitor: Visitor, org: Org, tmp_path: object) -> None:
    from simulator.world import World

    visitor.press("OK", permitted_users="admin", ip_relaxation="BYPASS", refresh_token_policy="zero").press(
        "Save"
    )
    own_stand.world.save(f"{tmp_path}/state.json")
    again = World()
    again.load(f"{tmp_path}/state.json")
    app = again.orgs[org.id].get(org.app_id)
    assert app is not None
    assert policies.current(app) == policies.WANTED
