"""Users: what comes with one and what follows from a change."""

from __future__ import annotations

from simulator.org.rights import rights_of
from simulator.org.store import Org
from simulator.seeding.new_org import profile_id
from tests.simulator.core import add_user, select


def own_sets(org: Org, user_id: str) -> list[str]:
    text = f"SELECT PermissionSet.Profile.Name FROM PermissionSetAssignment WHERE AssigneeId = '{user_id}'"
    return [row["PermissionSet"]["Profile"]["Name"] for row in select(org, text)]


def test_a_user_comes_with_a_login_and_the_profiles_own_set(org: Org) -> None:
    user = add_user(org, "Leo Park", "Marketing User")
    (login,) = select(org, f"SELECT IsFrozen, IsPasswordLocked FROM UserLogin WHERE UserId = '{user}'")
    assert (login["IsFrozen"], login["IsPasswordLocked"]) == (False, False)
    assert own_sets(org, user) == ["Marketing User"]


def test_another_profile_brings_its_own_rights(org: Org) -> None:
    user = add_user(org, "Leo Park", "Standard User")
    org.update("User", user, {"ProfileId": profile_id(org, "System Administrator")}, org.admin_id)
    assert own_sets(org, user) == ["System Administrator"]
    assert "ModifyAllData" in rights_of(org, user)


def test_the_full_name_follows_its_parts(org: Org) -> None:
    user = add_user(org, "Leo Park")
    org.update("User", user, {"LastName": "Parker"}, org.admin_id)
    assert [row["Name"] for row in select(org, f"SELECT Name FROM User WHERE Id = '{user}'")] == [
        "Leo Parker"
    ]
