"""Before you start: every prerequisite, met and not met."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from simulator.seeding.package import install_app
from simulator.server import Stand
from tests.wizard.guides.connected_app_authentication.build import AFTER, BEFORE, USER, choices, seen
from tests.wizard.guides.connected_app_authentication.stand_in import OrgAt, statuses
from wizard.guides.base import Finding, Status
from wizard.guides.connected_app_authentication import checks_connection_user as user_checks
from wizard.guides.connected_app_authentication import checks_prepare as checks
from wizard.guides.connected_app_authentication.checks_rights import APP_ACCESS, POLICIES, check_right
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.guides.connected_app_authentication.lookups import lets_in_uninstalled
from wizard.guides.connected_app_authentication.snapshot import (
    App,
    Configuration,
    Facts,
    Login,
    Package,
    Part,
    State,
    User,
    merge,
)

STEPS = [step.key for step in GUIDE.stage("prepare").steps]
GOOD = User(
    USER, "Max Connect", "mc@example.com", True, "System Administrator", "Salesforce", True, False, True, True
)
EVERYTHING = {"PermissionsModifyAllData": True, "PermissionsViewAllData": True}


def at_start(stand: Stand, scenario: str, **more: Any) -> dict[str, str]:
    at = OrgAt.create(stand, scenario, **more)
    chosen = at.choices(3, mid="7654321")
    return statuses(at.read(chosen, slow=True), chosen)


def test_a_fresh_org_is_ready(stand: Stand) -> None:
    found = at_start(stand, "fresh")
    assert {key: found[key] for key in found if key in STEPS and not found[key].startswith("done")} == {}


def test_a_missing_package_is_named(stand: Stand) -> None:
    found = at_start(stand, "package_missing")
    assert found["package"] == "to_do package_missing"
    assert found["licences"] == "blocked package_missing"
    assert found["connection_user_profile"] == "cannot_check boxes_unseen"
    assert found["live_use"] == "done no_package"


def test_an_app_that_is_used_but_not_installed_is_named(stand: Stand) -> None:
    found = at_start(stand, "app_not_installed")
    assert found["app"] == "to_do app_missing"
    assert found["permitted_users"] == "blocked app_missing"


@pytest.mark.parametrize(("who", "code"), [("", "app_missing"), ("leo.park", "app_missing_unapproved")])
def test_whoever_may_not_let_in_an_app_that_nobody_installed_is_told_and_reminded(
    stand: Stand, who: str, code: str
) -> None:
    """The standard System Administrator may, a copy of that profile may not (N5)."""
    at = OrgAt.create(stand, "app_not_installed", as_user=who)
    chosen = at.choices(1)
    before = at.read(chosen)
    assert statuses(before, chosen)["app"] == f"to_do {code}"
    install_app(at.org, at.org.admin_id)
    after = merge(before, at.read(chosen))
    told = {each.key for each in GUIDE.exemptions if each.applies(after, chosen)}
    assert ("approve_uninstalled" in told) is (not who), "afterwards, whoever holds it still"
    assert "approve_uninstalled" not in {
        each.key for each in GUIDE.exemptions if each.applies(at.read(chosen), chosen)
    }, "not where it never mattered"


def test_the_connection_user_that_may_not_let_in_the_app_is_named_and_one_that_may_is_reminded_of(
    stand: Stand,
) -> None:
    """It is the one who signs in at Connect Account. What its profile lacks a permission set may give."""
    at = OrgAt.create(stand, "app_not_installed")
    chosen, right = at.choices(1), {"PermissionsCanApproveUninstalledApps": True}
    (copy,) = at.org.find("Profile", Name="Limited Administrator")
    with at.stand.world.lock:
        at.org.update("User", at.org.connection_user_id, {"ProfileId": copy["Id"]}, at.org.admin_id)
    before = at.read(chosen)
    assert statuses(before, chosen)["app"] == "to_do app_missing_user_unapproved"
    with at.stand.world.lock:
        given = at.org.add("PermissionSet", Name="For_Connecting", Label="For connecting", **right)
        at.org.add("PermissionSetAssignment", AssigneeId=at.org.connection_user_id, PermissionSetId=given)
    assert statuses(at.read(chosen), chosen)["app"] == "to_do app_missing"
    install_app(at.org, at.org.admin_id)
    after = merge(before, at.read(chosen))
    assert "user_approves_uninstalled" in {x.key for x in GUIDE.exemptions if x.applies(after, chosen)}


def test_what_the_connection_user_may_let_in_is_not_guessed_where_the_org_has_no_such_permission(
    stand: Stand,
) -> None:
    at = OrgAt.create(stand, "app_not_installed")
    at.known["fields"]["UserPermissionAccess"] = ["PermissionsApiEnabled", "PermissionsViewSetup"]
    chosen, mark = at.choices(1), at.mark()
    snapshot = at.read(chosen, ["app", "assignments", "rights"])
    assert at.calls(mark) == 2  # the second looks for an External Client App
    assert lets_in_uninstalled(snapshot, at.org.connection_user_id) is None
    assert statuses(snapshot, chosen)["app"] == "to_do app_missing"


def test_a_sandbox_copied_from_production_is_a_trap(stand: Stand) -> None:
    assert at_start(stand, "sandbox_copy")["sandbox_copy"] == "cannot_check sandbox_copy"
    assert at_start(stand, "live", is_sandbox=False)["sandbox_copy"] == "done production"


def test_a_live_org_is_not_a_first_connection(stand: Stand) -> None:
    at = OrgAt.create(stand, "live")
    for mode, expected in (("first", "to_do mode_mismatch"), ("repair", "cannot_check live_connection")):
        chosen = at.choices(3, mode=mode)
        assert statuses(at.read(chosen), chosen)["live_use"] == expected


def test_a_limited_admin_sees_which_permission_is_missing(stand: Stand) -> None:
    at = OrgAt.create(stand, as_user="leo.park")
    finding = check_right(APP_ACCESS)(at.read(at.choices(1)), at.choices(1))
    assert finding.code == "right_missing"
    assert "Manage Profiles and Permission Sets" in finding.sentence.plain()
    assert finding.remedy == "RIGHT_MISSING"


def test_one_of_two_permissions_is_enough() -> None:
    chosen = choices()
    rights = {"PermissionsCustomizeApplication": True, "PermissionsManageRemoteAccess": True}
    assert check_right(POLICIES)(seen(chosen, rights=rights), chosen).status is Status.DONE
    rights = {"PermissionsCustomizeApplication": True, "PermissionsModifyAllData": False}
    finding = check_right(POLICIES)(seen(chosen, rights=rights), chosen)
    assert finding.code == "right_unseen", "the other one may be held, but the org does not show it"


@pytest.mark.parametrize(
    ("user", "check", "code"),
    [
        (GOOD, user_checks.check_active, "user_active"),
        (GOOD, user_checks.check_licence, "licence_right"),
        (GOOD, user_checks.check_profile, "profile_right"),
        (replace(GOOD, active=False), user_checks.check_active, "user_inactive"),
        (replace(GOOD, licence_key="SFDC_INTEGRATION"), user_checks.check_licence, "licence_wrong"),
        (replace(GOOD, api_only=True), user_checks.check_licence, "user_api_only"),
        (replace(GOOD, api_only=None), user_checks.check_licence, "api_only_unseen"),
        (replace(GOOD, administrator=False), user_checks.check_profile, "profile_wrong"),
        (replace(GOOD, marketing_user=False), user_checks.check_profile, "profile_wrong"),
        (replace(GOOD, appexchange_admin=False), user_checks.check_profile, "profile_wrong"),
        (replace(GOOD, appexchange_user=None), user_checks.check_profile, "boxes_unseen"),
        (replace(GOOD, id="005000000000009AAA"), user_checks.check_active, "user_gone"),
    ],
)
def test_the_connection_user(user: User, check: Any, code: str) -> None:
    chosen = choices()
    assert (
        check(seen(chosen, connection_user=(user,), login=(Login(USER, False, False),)), chosen).code == code
    )


@pytest.mark.parametrize(
    ("login", "code"),
    [
        ((Login(USER, True, False),), "user_frozen"),
        ((Login(USER, False, True),), "user_locked"),
        ((), "login_unseen"),
    ],
)
def test_a_connection_user_who_cannot_sign_in(login: tuple[Login, ...], code: str) -> None:
    chosen = choices()
    assert user_checks.check_active(seen(chosen, connection_user=(GOOD,), login=login), chosen).code == code


@pytest.mark.parametrize(
    ("package", "code"),
    [
        (Package("Active", 10, 3), "licences_free"),
        (Package("Active", 10, 10), "licences_used_up"),
        (Package("Active", -1, 10), "licences_unlimited"),
        (Package("Active", None, 10), "licences_unknown"),
    ],
)
def test_the_seats_of_the_package(package: Package, code: str) -> None:
    chosen = choices()
    assert checks.check_licences(seen(chosen, package=(package,)), chosen).code == code


def test_an_expired_package_is_to_do_and_the_version_is_shown() -> None:
    chosen = choices()
    assert checks.check_package(seen(chosen, package=(Package("Expired"),)), chosen).code == "package_expired"
    snapshot = seen(chosen, package=(Package("Active"),), facts=Facts(package_version="256.0"))
    assert "256.0" in checks.check_package(snapshot, chosen).sentence.plain()


def test_apps_with_a_similar_name_are_shown_but_never_taken_for_it() -> None:
    chosen = choices()
    finding = checks.check_app(seen(chosen, app=(App("0H4", "ExactTarget", True),)), chosen)
    assert (finding.status, finding.details) == (Status.TO_DO, ("ExactTarget",))


def live(rights: dict[str, bool], *rows: Configuration) -> Finding:
    chosen = choices()
    return checks.check_live_use(seen(chosen, configuration=rows, rights=rights), chosen)


def test_an_empty_list_of_connections_counts_only_for_somebody_who_sees_all_records() -> None:
    assert live(EVERYTHING).code == "no_earlier_connection"
    assert live({"PermissionsViewSetup": True}).code == "may_be_hidden"


def test_a_connection_made_in_this_setup_is_no_earlier_one() -> None:
    assert live(EVERYTHING, Configuration("a0", "7", AFTER, AFTER)).status is Status.DONE
    assert live(EVERYTHING, Configuration("a0", "7", BEFORE, AFTER)).code == "mode_mismatch"


def test_a_missing_object_alone_does_not_prove_that_there_is_no_connection() -> None:
    chosen = choices()
    hidden = Part[Any](State.UNREADABLE, code="INVALID_TYPE")
    installed = replace(seen(chosen, package=(Package("Active"),)), configuration=hidden)
    assert checks.check_live_use(installed, chosen).code == "unreadable"
    missing = replace(seen(chosen, package=()), configuration=hidden)
    assert checks.check_live_use(missing, chosen).code == "no_package"


@pytest.mark.parametrize(("used", "code"), [(79, "usage_low"), (80, "usage_high"), (100, "usage_high")])
def test_few_api_calls_left_is_to_do_from_eighty_per_cent(used: int, code: str) -> None:
    chosen = choices()
    assert (
        checks.check_api_calls(seen(chosen, facts=Facts(api_used=used, api_limit=100)), chosen).code == code
    )


@pytest.mark.parametrize(
    ("mid", "code"), [("7654321", "mid_given"), ("", "mid_missing"), ("MID 7", "mid_malformed")]
)
def test_the_expected_account_id_is_digits(mid: str, code: str) -> None:
    chosen = choices(mid=mid)
    assert checks.check_mid(seen(chosen), chosen).code == code


def test_an_app_that_has_become_an_external_client_app_is_told_and_can_be_signed_for(stand: Stand) -> None:
    found = at_start(stand, "app_is_external")
    for key in ("app", "permitted_users", "ip_relaxation", "refresh_token", "set_on_app"):
        assert found[key] == "cannot_check app_external", key
