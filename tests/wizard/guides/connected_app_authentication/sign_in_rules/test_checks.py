"""Can everybody still sign in who has to? Each state is one that the stand-in's own queries show."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.seeding.package import install_package
from simulator.server import Stand
from tests.wizard.guides.connected_app_authentication.stand_in import OrgAt
from wizard.guides.base import Finding, Status
from wizard.guides.connected_app_authentication.guide import GUIDE, Choices
from wizard.messages import remedies


def found(at: OrgAt, step: str, **chosen: Any) -> Finding:
    choices: Choices = at.choices(1, **chosen)
    check = GUIDE.step(step).check
    assert check is not None
    finding: Finding = check(at.read(choices, slow=True), choices)
    assert finding.remedy is None or finding.remedy in remedies.REMEDIES
    return finding


def org(stand: Stand, scenario: str = "fresh", *, as_user: str = "", **switches: Any) -> OrgAt:
    at = OrgAt.create(stand, scenario, as_user=as_user)
    at.org.switches.change(**switches)
    return at


def take(at: OrgAt, *rights: str, of: str = "") -> None:
    """Somebody's profile loses these rights (the admin's by default)."""
    profile = at.org.tables["User"][of or at.org.admin_id]["ProfileId"]
    for row in ({"Id": profile}, *at.org.find("PermissionSet", ProfileId=profile)):
        lost: dict[str, Any] = {f"Permissions{right}": False for right in rights}
        at.org.patch(row["Id"], **lost)


STATES = [
    ("connection_user_proof", {}, "done proved", "proved its identity by a device's own unlock on"),
    ("connection_user_proof", {"connection_user_verified_by": "U2F"}, "done proved", "by a security key on"),
    ("connection_user_proof", {"connection_user_verified_by": "PwlessPasskey"}, "done proved", "a passkey"),
    (
        "connection_user_proof",
        {"connection_user_verified_by": "Totp"},
        "to_do proved_weakly",
        "by Totp on",
    ),
    (
        "connection_user_proof",
        {"connection_user_verified_by": ""},
        "cannot_check nothing_proved",
        "no proof by Marketing Cloud Connect in the last six months",
    ),
    (
        "connection_user_proof",
        {"connection_user_verified_days_ago": 181},
        "cannot_check nothing_proved",
        "six months",
    ),
    ("passkeys_allowed", {}, "done methods_allowed", "People may register"),
    ("passkeys_allowed", {"built_in_authenticator_allowed": False}, "done methods_allowed", ""),
    (
        "passkeys_allowed",
        {"built_in_authenticator_allowed": False, "security_keys_allowed": False},
        "to_do methods_off",
        "Nobody in this org",
    ),
    ("sessions_not_locked", {}, "done session_lock_off", "not locked"),
    ("sessions_not_locked", {"sessions_locked_to_ip": True}, "to_do session_lock_on", "are locked to"),
    ("ip_ranges_at_sign_in", {}, "done ip_ranges_off", "only when somebody signs in"),
    ("ip_ranges_at_sign_in", {"ip_ranges_on_every_request": True}, "to_do ip_ranges_on", "every request"),
    ("remote_sites", {}, "done sites_active", "All 3 remote sites are active."),
    ("remote_sites", {"remote_sites_active": False}, "to_do sites_inactive", "switched off"),
]


@pytest.mark.parametrize(("step", "switches", "expected", "says"), STATES)
def test_each_state_is_told(
    stand: Stand, step: str, switches: dict[str, Any], expected: str, says: str
) -> None:
    finding = found(org(stand, **switches), step)
    assert f"{finding.status.value} {finding.code}" == expected
    assert says in finding.sentence.plain()
    assert bool(finding.remedy) is (finding.status is not Status.DONE)


@pytest.mark.parametrize("step", ["connection_user_proof", "sessions_not_locked", "ip_ranges_at_sign_in"])
def test_what_is_our_reading_is_said_so_and_may_be_left_by_a_signature(stand: Stand, step: str) -> None:
    at = org(
        stand,
        connection_user_verified_by="Totp",
        sessions_locked_to_ip=True,
        ip_ranges_on_every_request=True,
    )
    finding = found(at, step)
    assert finding.signable
    assert "our reading" in remedies.get(finding.remedy or "").happened.plain()


def test_without_the_right_it_is_said_why_it_can_t_be_told(stand: Stand) -> None:
    at = org(stand)
    take(at, "ManageUsers")
    finding = found(at, "connection_user_proof")
    assert (finding.status, finding.code) == (Status.CANNOT_CHECK, "proofs_hidden")
    assert "Only people with Manage Users" in finding.sentence.plain()


def test_of_a_user_who_is_no_administrator_less_is_asked(stand: Stand) -> None:
    at = org(stand, connection_user_verified_by="Totp")
    standard = at.org.find("Profile", Name="Standard User")[0]["Id"]
    at.org.patch(at.org.connection_user_id, ProfileId=standard)
    assert found(at, "connection_user_proof").code == "proved_otherwise"


def test_without_the_settings_no_answer_is_made_up(stand: Stand) -> None:
    at = org(stand, as_user="leo.park")
    take(at, "ViewSetup", of=at.org.extra["limited_admin_id"])
    for step in ("passkeys_allowed", "sessions_not_locked", "ip_ranges_at_sign_in", "remote_sites"):
        assert found(at, step).status is Status.CANNOT_CHECK, step


def test_who_presses_connect_needs_the_package_s_admin_set(stand: Stand) -> None:
    at = org(stand)
    finding = found(at, "presser_has_admin_set")
    assert finding.sentence.plain() == "Ana Ruiz has Marketing Cloud Connector Admin."
    for row in at.org.find("PermissionSetAssignment", AssigneeId=at.org.admin_id):
        if (at.org.get(row["PermissionSetId"]) or {}).get("NamespacePrefix") == "et4ae5":
            at.org.remove(row["Id"])
    finding = found(at, "presser_has_admin_set")
    assert (finding.status, finding.signable) == (Status.TO_DO, True)
    assert "Ana Ruiz, who is signed in here, lacks" in finding.sentence.plain()
    at = org(stand, "package_missing")
    assert found(at, "presser_has_admin_set").code == "admin_set_missing"


@pytest.mark.parametrize(("gets_it", "code"), [(True, "presser_ready"), (False, "presser_lacks")])
def test_whoever_installed_the_package_may_lack_its_admin_set(stand: Stand, gets_it: bool, code: str) -> None:
    at = org(stand, "package_missing", installer_gets_admin_set=gets_it)
    install_package(at.org, actor_id=at.org.admin_id)
    assert found(at, "presser_has_admin_set").code == code


def test_a_user_whom_a_person_froze_is_told_with_the_person(stand: Stand) -> None:
    at = org(stand)
    (login,) = at.org.find("UserLogin", UserId=at.org.connection_user_id)
    at.org.update("UserLogin", login["Id"], {"IsFrozen": True}, at.org.admin_id)
    finding = found(at, "connection_user_active")
    assert finding.code == "user_frozen_by"
    assert finding.sentence.plain().startswith("Ana Ruiz froze Marketing Cloud Connect on")


def test_the_row_names_the_user_by_the_name_and_not_a_part_of_another_s(stand: Stand) -> None:
    """As public lists of real rows have it; by the username it would be found as well."""
    at = org(stand, "contained")
    (user,) = at.org.find("User", Id=at.org.connection_user_id)
    for told, code in (
        ("Froze user account for Marketing Cloud Connector", "user_contained"),
        ("Froze user account for Marketing Cloud Connect", "user_frozen_by"),
        (f"Froze user {user['Username']}", "user_frozen_by"),
    ):
        row = at.org.audit("frozeuser", "Manage Users", told, at.org.admin_id)
        assert found(at, "connection_user_active").code == code, told
        at.org.remove(row)


def test_a_user_whom_nobody_froze_was_probably_frozen_by_salesforce(stand: Stand) -> None:
    at = org(stand, "contained")
    finding = found(at, "connection_user_active")
    assert (finding.code, finding.remedy) == ("user_contained", "CONNECTION_USER_CONTAINED")
    do = remedies.get("CONNECTION_USER_CONTAINED").do.plain()
    assert "Find out where the calls came from first" in do
    other = at.org.find("UserLogin", UserId=at.org.extra["limited_admin_id"])[0]["Id"]
    at.org.update("UserLogin", other, {"IsFrozen": True}, at.org.admin_id)
    assert found(at, "connection_user_active").code == "user_contained", "that row is about somebody else"
    (login,) = at.org.find("UserLogin", UserId=at.org.connection_user_id)
    at.org.update("UserLogin", login["Id"], {"IsFrozen": False}, at.org.admin_id)
    at.org.patch(login["Id"], IsFrozen=True)
    assert found(at, "connection_user_active").code == "user_contained", (
        "a person ended it, and it came again"
    )


def test_where_the_trail_can_t_be_read_nobody_is_named(stand: Stand) -> None:
    at = org(stand, "contained", audit_trail_right="ViewSetupAuditTrail")
    take(at, "ViewSetupAuditTrail")
    finding = found(at, "connection_user_active")
    assert finding.code == "user_frozen"
    assert "or Salesforce itself" in remedies.get(finding.remedy or "").happened.plain()


def test_the_audit_trail_is_asked_only_for_a_user_who_is_frozen(stand: Stand) -> None:
    for scenario, expected in (("all_done", 4), ("contained", 5)):
        at = org(stand, scenario)
        choices, mark = at.choices(1), at.mark()
        at.read(choices, slow=True)
        assert at.calls(mark) == expected
