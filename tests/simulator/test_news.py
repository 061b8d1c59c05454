"""What changed on the platform until November 2026, as `facts/news-2026.md` numbers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.org.store import Org
from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.control.test_api import call
from tests.simulator.core import select
from tests.simulator.people import person_without
from tests.simulator.visitor import Visitor, username_of

Make = Callable[..., Org]
PROOFS = "SELECT UserId, VerificationMethod, Status, VerificationTime FROM VerificationHistory"


@pytest.fixture
def make(faulty: Stand) -> Make:
    def org(scenario: str = "fresh", **switches: Any) -> Org:
        made = create(faulty.world, scenario, name="News of 2026", people=0)
        made.switches.change(**switches)
        return made

    return org


def actions(org: Org) -> list[str]:
    return [str(row["Action"]) for row in org.rows("SetupAuditTrail")]


@pytest.mark.parametrize("action", ["frozeuser", ""])
def test_a_person_who_freezes_leaves_an_audit_row(make: Make, faulty: Stand, action: str) -> None:
    org = make(freeze_audit_action=action)
    visitor = Visitor(faulty.url).log_in(username_of(org)).open(f"/{org.connection_user_id}")
    visitor.press("Freeze").press("Unfreeze")
    assert actions(org)[-2:] == (["frozeuser", "unfrozeuser"] if action else actions(org)[-2:])
    assert any("froze" in each for each in actions(org)) is bool(action)
    told = [row["Display"] for row in org.rows("SetupAuditTrail") if "froze" in row["Action"]]
    name = "Marketing Cloud Connect"
    assert told == ([f"{done} user account for {name}" for done in ("Froze", "Unfroze")] if action else [])


def test_containment_freezes_and_ends_every_grant_without_an_audit_row(make: Make, faulty: Stand) -> None:
    org = make()
    visitor = Visitor(faulty.url)
    tokens = visitor.connect(org, org.connection_user_id)
    path = f"/stand-in/orgs/{org.id}/containment"
    assert call(faulty, "POST", path, {"user_id": org.connection_user_id}).json()["ended"] >= 2
    assert org.find("UserLogin", UserId=org.connection_user_id)[0]["IsFrozen"] is True
    assert visitor.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert not any("froze" in each for each in actions(org))
    assert call(faulty, "POST", path, {"user_id": "nobody"}).status_code == 400
    contained = make("contained")
    assert contained.find("UserLogin", UserId=contained.connection_user_id)[0]["IsFrozen"] is True
    assert not any("froze" in each for each in actions(contained))


def test_the_app_may_be_an_external_client_app(make: Make) -> None:
    org = make("app_is_external")
    assert select(org, "SELECT Id FROM ConnectedApplication") == []
    (app,) = select(org, "SELECT MasterLabel, DeveloperName FROM ExternalClientApplication")
    assert app["MasterLabel"] == "Salesforce Marketing Cloud"
    assert select(make(), "SELECT Id FROM ExternalClientApplication") == []


def test_the_history_tells_how_the_connection_user_proved_itself(make: Make) -> None:
    org = make(connection_user_verified_by="PwlessPasskey", connection_user_verified_days_ago=170)
    text = f"{PROOFS} WHERE UserId = '{org.connection_user_id}'"
    (proof,) = select(org, text)
    assert (proof["VerificationMethod"], proof["Status"]) == ("PwlessPasskey", "Succeeded")
    for forgotten in ({"connection_user_verified_days_ago": 181}, {"connection_user_verified_by": ""}):
        assert select(make(**forgotten), PROOFS) == []
    assert proof["UserId"] == org.connection_user_id
    with pytest.raises(Exception, match="VerificationHistory"):
        select(org, PROOFS, person_without(org, "ManageUsers"))


@pytest.mark.parametrize("enforced", [True, False])
def test_people_with_much_power_need_a_phishing_resistant_method(
    make: Make, faulty: Stand, enforced: bool
) -> None:
    org = make(login_verified_by="Totp", phishing_resistant_mfa=enforced, connection_user_verified_by="")
    visitor = Visitor(faulty.url).log_in(username_of(org))
    assert ("You need a passkey" in visitor.text) is enforced
    assert [each["VerificationMethod"] for each in select(org, PROOFS)] == ([] if enforced else ["Totp"])
    org.switches.change(login_verified_by="U2F")
    visitor.log_in(username_of(org))
    assert visitor.path == "/lightning/setup/SetupOneHome/home"
    assert select(org, f"{PROOFS} ORDER BY VerificationTime")[-1]["VerificationMethod"] == "U2F"


def test_others_may_use_any_method(make: Make, faulty: Stand) -> None:
    org = make(login_verified_by="Totp")
    org.patch(org.connection_user_id, ProfileId=org.find("Profile", Name="Standard User")[0]["Id"])
    for row in org.find("PermissionSetAssignment", AssigneeId=org.connection_user_id):
        org.remove(row["Id"])
    visitor = Visitor(faulty.url).log_in(username_of(org, org.connection_user_id))
    assert visitor.path == "/lightning/setup/SetupOneHome/home"


def test_security_settings_follow_their_switches(make: Make) -> None:
    usual, other = (
        make(),
        make(
            built_in_authenticator_allowed=False,
            security_keys_allowed=False,
            sessions_locked_to_ip=True,
            ip_ranges_on_every_request=True,
        ),
    )
    read = [select(org, "SELECT Metadata FROM SecuritySettings", tooling=True) for org in (usual, other)]
    names = ("enableBuiltInAuthenticator", "enableU2F", "lockSessionsToIp", "enforceIpRangesEveryRequest")
    found = [[each["Metadata"]["sessionSettings"][name] for name in names] for (each,) in read]
    assert found == [[True, True, False, False], [False, False, True, True]]


@pytest.mark.parametrize("active", [True, False])
def test_remote_sites_may_be_inactive(make: Make, active: bool) -> None:
    org = make(remote_sites_active=active)
    sites = select(org, "SELECT SiteName, NamespacePrefix, IsActive FROM RemoteProxy", tooling=True)
    assert {each["SiteName"] for each in sites} >= {"ET4AE5_MCC_TokenService", "MetadataAPI"}
    assert {each["IsActive"] for each in sites} == {active}
    assert select(make("package_missing"), "SELECT Id FROM RemoteProxy", tooling=True) == []


def ready(org: Org) -> tuple[Any, ...]:
    """Waiting for units, how many are there, settings, wizard."""
    (row,) = select(
        org,
        "SELECT et4ae5__AwaitingBusinessUnits__c, et4ae5__Send_Types__c FROM et4ae5__Configuration__c",
        org.admin_id,
    )
    (wizard,) = select(org, "SELECT et4ae5__Configuration_Wizard_Completed__c FROM et4ae5__ET4AE_Config__c")
    return (
        row["et4ae5__AwaitingBusinessUnits__c"],
        len(select(org, "SELECT Id FROM et4ae5__Business_Unit__c")),
        row["et4ae5__Send_Types__c"],
        wizard["et4ae5__Configuration_Wizard_Completed__c"],
    )


def look_after(stand: Stand, org: Org, seconds: int) -> tuple[Any, ...]:
    """What the org shows to a person who opens it that many seconds after it was connected."""
    call(stand, "POST", "/stand-in/clock", {"offset_seconds": seconds})
    Visitor(stand.url).log_in(username_of(org)).open("/lightning/n/et4ae5__ExactTargetPhoenix")
    return ready(org)


def test_the_package_gets_ready_by_and_by(make: Make, faulty: Stand) -> None:
    org = make("just_connected")
    assert look_after(faulty, org, 0) == (True, 0, None, False)
    assert look_after(faulty, org, 25) == (True, 1, None, False)
    assert look_after(faulty, org, 45) == (False, 2, None, False)
    Visitor(faulty.url).log_in(username_of(org)).open("/lightning/n/et4ae5__ExactTargetPhoenix").press(
        "Save settings"
    )
    assert ready(org) == (False, 2, "Email", True)
    stuck = make("just_connected", connect_progress="stuck", connect_unit_seconds=1)
    assert look_after(faulty, stuck, 3600) == (True, 1, None, False)
    assert ready(make("all_done")) == (False, 2, "Email", True)


@pytest.mark.parametrize("private", [True, False])
def test_rows_of_the_package_may_be_shared(make: Make, private: bool) -> None:
    org = make("all_done", package_rows_private=private)
    other = person_without(org, "ViewAllData", "ModifyAllData")
    (packaged,) = org.find("PermissionSet", Name="ExactTarget_Integration")
    org.insert(
        "PermissionSetAssignment", {"AssigneeId": other, "PermissionSetId": packaged["Id"]}, org.admin_id
    )
    assert len(select(org, "SELECT Id FROM et4ae5__Configuration__c", other)) == (0 if private else 1)
