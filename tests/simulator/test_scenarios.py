"""The starting states are what their names say, the same every time, and quick to make."""

from __future__ import annotations

import pytest

from simulator import engagement, policies
from simulator.org.store import Org
from simulator.scenarios import SCENARIOS, create, create_demo
from simulator.world import World


def state(org: Org) -> dict[str, object]:
    """What the guide cares about, in short."""
    app = org.get(org.app_id)
    connected = engagement.connection(org)
    return {
        "package": org.package_installed,
        "app": app is not None,
        "policies": policies.current(app) == policies.WANTED if app else False,
        "set": bool(org.find("PermissionSet", Name="Marketing_Cloud_Connected_App", Type="Regular")),
        "grant": bool(org.tables["SetupEntityAccess"]),
        "connected": connected is not None,
    }


NOTHING = {"package": True, "app": True, "policies": False, "set": False, "grant": False, "connected": False}
EXPECTED = {
    "fresh": NOTHING,
    "half_done": NOTHING | {"policies": True, "set": True},
    "ready_to_connect": dict.fromkeys(NOTHING, True) | {"connected": False},
    "wrong_account": dict.fromkeys(NOTHING, True),
    "all_done": dict.fromkeys(NOTHING, True),
    "live": NOTHING | {"connected": True},
    "live_without_tokens": NOTHING | {"connected": True},
    "app_not_installed": NOTHING | {"app": False},
    "package_missing": NOTHING | {"package": False},
    "sandbox_copy": NOTHING | {"connected": True},
    "group_named_like_ours": NOTHING,
    "app_with_longer_name": NOTHING,
    "app_with_another_label": NOTHING,
    "set_on_second_app": dict.fromkeys(NOTHING, True),
    "assignments_end": dict.fromkeys(NOTHING, True),
    "app_is_external": NOTHING | {"app": False},
    "contained": dict.fromkeys(NOTHING, True),
    "just_connected": dict.fromkeys(NOTHING, True),
    "large": NOTHING,
    "our_app_not_installed": NOTHING,
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_each_starting_state_is_what_its_name_says(world: World, scenario: str) -> None:
    assert state(create(world, scenario, name="Northwind Traders", people=10)) == EXPECTED[scenario]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_people_whom_tests_know_are_there(world: World, scenario: str) -> None:
    org = create(world, scenario, name="Northwind Traders", people=3)
    admin, connect = org.get(org.admin_id), org.get(org.connection_user_id)
    assert admin is not None
    assert connect is not None
    assert admin["Username"] == "ana.ruiz@northwind-traders.example"
    assert connect["Username"] == "mc.connect@northwind-traders.example"
    assert connect["UserPermissionsMarketingUser"] is True
    assert len(org.tables["User"]) == 6 + 3
    assert sum(not row["IsActive"] for row in org.rows("User")) == 1
    frozen = {row["UserId"] for row in org.rows("UserLogin") if row["IsFrozen"]}
    assert len(frozen - {connect["Id"]}) == 1
    assert (connect["Id"] in frozen) is (scenario == "contained")


def test_the_same_name_gives_the_same_people() -> None:
    def usernames() -> list[str]:
        return [row["Username"] for row in create(World(), "fresh", name="Alpine").rows("User")]

    assert usernames() == usernames()


def test_usernames_are_unique_over_all_orgs(world: World) -> None:
    for _ in range(3):
        create(world, "fresh", name="Same name")
    names = [row["Username"] for org in world.orgs.values() for row in org.rows("User")]
    assert len(names) == len(set(names))


def test_in_the_live_org_people_authorised_themselves(world: World) -> None:
    org = create(world, "live", name="Harbour Foods", is_sandbox=False)
    app = org.get(org.app_id)
    assert app is not None
    assert app["OptionsAllowAdminApprovedUsersOnly"] is False
    users = {row["UserId"] for row in org.rows("OauthToken")}
    assert org.connection_user_id in users
    assert len(users) > 3
    assert {row["Application"] for row in org.rows("LoginHistory")} == {"Salesforce Marketing Cloud"}


def test_the_copied_sandbox_is_one_and_its_row_is_older_than_the_org(world: World) -> None:
    org = create(world, "sandbox_copy", name="Copy", is_sandbox=False)
    row, organization = engagement.connection(org), org.get(org.id)
    assert row is not None
    assert organization is not None
    assert organization["IsSandbox"] is True
    assert row["CreatedDate"] < organization["CreatedDate"]


def test_a_large_org_has_five_thousand_people(world: World) -> None:
    org = create(world, "large", name="Contoso Retail")
    assert len(org.tables["User"]) == 5_006


def test_the_demo_orgs_are_made_once(world: World) -> None:
    create_demo(world)
    create_demo(world)
    assert [(org.name, org.is_sandbox, org.scenario) for org in world.orgs.values()] == [
        ("Northwind Traders", True, "fresh"),
        ("Alpine Outfitters", False, "half_done"),
        ("Harbour Foods", False, "live"),
        ("Contoso Retail", True, "large"),
    ]
