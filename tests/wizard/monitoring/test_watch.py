"""What the daily look after a handover sees of the org, each told with its cause and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from orgs.models import Org
from simulator import policies
from simulator.scenarios import SET_NAME, marketing_team
from simulator.seeding import odd_rows
from teams.models import Team
from tests.fixture_types import MakeSetup, SignedIn
from tests.orgs.salesforce.scripted import Reply, answering
from tests.wizard.harness import SetupHarness
from tests.wizard.monitoring.test_drift import LATER, state_of
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.jobs.handover import finish_setup
from wizard.models import Setup
from wizard.monitoring import drift
from wizard.support.reasons import Reason

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(make: MakeSetup) -> SetupHarness:
    """Everything was right when it was handed over."""
    desk = make("all_done", people=40)
    desk.choose([str(marketing_team(desk.theirs)[0]["Id"])], mid=str(desk.theirs.extra["mid"]))
    desk.check()
    Setup.objects.filter(pk=desk.setup.pk).update(keep_watching=True)
    finish_setup(desk.reload(), desk.person)
    desk.reload()
    return desk


def look(desk: SetupHarness) -> bool:
    Setup.objects.filter(pk=desk.setup.pk).update(drift_checked_at=timezone.now() - LATER)
    read = drift.check_drift(desk.setup.pk)
    desk.reload()
    return read


def page(desk: SetupHarness, signed_in: SignedIn) -> str:
    address = reverse("wizard:stage", args=[desk.setup.pk, "handover"])
    html = signed_in(desk.person).get(address).content.decode()
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def deactivated(desk: SetupHarness) -> None:
    desk.theirs.patch(desk.theirs.connection_user_id, IsActive=False)


def frozen(desk: SetupHarness) -> None:
    for login in desk.theirs.find("UserLogin", UserId=desk.theirs.connection_user_id):
        desk.theirs.patch(login["Id"], IsFrozen=True)


def frozen_by_ana(desk: SetupHarness) -> None:
    (login,) = desk.theirs.find("UserLogin", UserId=desk.theirs.connection_user_id)
    desk.theirs.update("UserLogin", login["Id"], {"IsFrozen": True}, desk.theirs.admin_id)


def sites_off(desk: SetupHarness) -> None:
    desk.theirs.switches.change(remote_sites_active=False)


def sessions_locked(desk: SetupHarness) -> None:
    desk.theirs.switches.change(sessions_locked_to_ip=True)


def ip_ranges_enforced(desk: SetupHarness) -> None:
    desk.theirs.switches.change(ip_ranges_on_every_request=True)


def passkeys_off(desk: SetupHarness) -> None:
    desk.theirs.switches.change(built_in_authenticator_allowed=False, security_keys_allowed=False)


def proved_weakly(desk: SetupHarness) -> None:
    desk.theirs.switches.change(connection_user_verified_by="Totp")


def licence_changed(desk: SetupHarness) -> None:
    theirs = desk.theirs
    full = next(row["Id"] for row in theirs.rows("UserLicense") if row["Name"] == "Salesforce")
    other = next(row["Id"] for row in theirs.rows("Profile") if row["UserLicenseId"] != full)
    theirs.patch(theirs.connection_user_id, ProfileId=other)


def profile_changed(desk: SetupHarness) -> None:
    other = next(row["Id"] for row in desk.theirs.rows("Profile") if row["Name"] == "Standard User")
    desk.theirs.patch(desk.theirs.connection_user_id, ProfileId=other)


def set_removed(desk: SetupHarness) -> None:
    user = desk.theirs.connection_user_id
    for row in desk.theirs.find("PermissionSetAssignment", AssigneeId=user):
        held = desk.theirs.get(row["PermissionSetId"])
        if held and held.get("NamespacePrefix") == "et4ae5":
            desk.theirs.remove(row["Id"])
            return


def policy_changed(desk: SetupHarness) -> None:
    wanted = replace(policies.WANTED, permitted="self")
    policies.save(desk.theirs, desk.theirs.app_id, wanted, desk.theirs.admin_id)


def ip_enforced(desk: SetupHarness) -> None:
    policies.save(
        desk.theirs, desk.theirs.app_id, replace(policies.WANTED, ip="ENFORCE"), desk.theirs.admin_id
    )


def refresh_token_kept(desk: SetupHarness) -> None:
    wanted = replace(policies.WANTED, refresh="infinite")
    policies.save(desk.theirs, desk.theirs.app_id, wanted, desk.theirs.admin_id)


def our_set(desk: SetupHarness) -> str:
    return str(desk.theirs.find("PermissionSet", Name=SET_NAME)[0]["Id"])


def our_set_renamed(desk: SetupHarness) -> None:
    desk.theirs.patch(our_set(desk), Label="Something else")


def our_set_deleted(desk: SetupHarness) -> None:
    ours = our_set(desk)
    for table, field in (("PermissionSetAssignment", "PermissionSetId"), ("SetupEntityAccess", "ParentId")):
        for row in list(desk.theirs.find(table, **{field: ours})):
            desk.theirs.remove(row["Id"])
    desk.theirs.remove(ours)


def person_lost_our_set(desk: SetupHarness) -> None:
    (person,) = desk.setup.inputs["people"]
    unassign(desk, person)


def user_lost_our_set(desk: SetupHarness) -> None:
    unassign(desk, desk.theirs.connection_user_id)


def unassign(desk: SetupHarness, user: str) -> None:
    for row in desk.theirs.find("PermissionSetAssignment", AssigneeId=user, PermissionSetId=our_set(desk)):
        desk.theirs.remove(row["Id"])


def set_off_the_app(desk: SetupHarness) -> None:
    for row in list(desk.theirs.find("SetupEntityAccess", ParentId=our_set(desk))):
        desk.theirs.remove(row["Id"])


def disconnected(desk: SetupHarness) -> None:
    for row in list(desk.theirs.rows("et4ae5__Configuration__c")):
        desk.theirs.remove(row["Id"])


def another_account(desk: SetupHarness) -> None:
    for row in list(desk.theirs.rows("et4ae5__Configuration__c")):
        desk.theirs.patch(row["Id"], et4ae5__Parent_Account_MID__c="1111111")


def settings_emptied(desk: SetupHarness) -> None:
    for row in list(desk.theirs.rows("et4ae5__Configuration__c")):
        desk.theirs.patch(row["Id"], et4ae5__Send_Types__c="")


def units_gone(desk: SetupHarness) -> None:
    for row in list(desk.theirs.rows("et4ae5__Business_Unit__c")):
        desk.theirs.remove(row["Id"])


def wizard_opened(desk: SetupHarness) -> None:
    for row in list(desk.theirs.rows("et4ae5__ET4AE_Config__c")):
        desk.theirs.patch(row["Id"], et4ae5__Configuration_Wizard_Completed__c=False)


def records_closed(desk: SetupHarness) -> None:
    desk.theirs.switches.change(profiles_read_package=False)


def app_uninstalled(desk: SetupHarness) -> None:
    odd_rows.uninstall_app(desk.theirs)


def package_uninstalled(desk: SetupHarness) -> None:
    for row in list(desk.theirs.rows("PackageLicense")):
        desk.theirs.remove(row["Id"])


BROKEN: list[tuple[Callable[[SetupHarness], None], str, str, str]] = [
    (deactivated, "connection_user_active", "is switched off", "Tick Active on the user's page"),
    (frozen, "connection_user_active", "Probably Salesforce did it itself", "Then click Unfreeze"),
    (frozen_by_ana, "connection_user_active", "Ana Ruiz froze Marketing Cloud Connect on", "why. If it was"),
    (licence_changed, "connection_user_licence", "needs a full Salesforce licence", "Change the licence"),
    (profile_changed, "connection_user_profile", "does not match Salesforce's checklist", "until nothing is"),
    (
        set_removed,
        "connection_user_sets",
        "lacks one of the four permission sets",
        "we can put it right for you",
    ),
    (policy_changed, "permitted_users", "Every user may authorise themselves", "under Edit Policies"),
    (ip_enforced, "ip_relaxation", "was last set to another value", "under Edit Policies"),
    (refresh_token_kept, "refresh_token", "is not that of the handover", "Look at the app's page"),
    (our_set_renamed, "set_name", "Something else", "Use that permission set"),
    (our_set_deleted, "set_created", "is not in the org", "we can put it right for you"),
    (
        person_lost_our_set,
        "people_assigned",
        "Not everyone who was chosen has",
        "we can put it right for you",
    ),
    (user_lost_our_set, "system_user_included", "lacks", "we can put it right for you"),
    (set_off_the_app, "set_on_app", "is not among the app's permission sets", "we can put it right for you"),
    (disconnected, "connected", "not connected", "Connect"),
    (another_account, "connected", "1111111 instead of", "Log out of Engagement everywhere"),
    (settings_emptied, "settings_chosen", "settings are still empty", "tab"),
    (units_gone, "units_arrived", "No business unit has arrived", "Engagement"),
    (wizard_opened, "wizard_done", "own wizard is not finished", "tab"),
    (records_closed, "people_see_it", "can't be read by", "Marketing Cloud Connector"),
    (app_uninstalled, "app", "is not installed in this org", "Install"),
    (package_uninstalled, "package", "not installed", "Install"),
    (sites_off, "remote_sites", "are switched off", "Activate each of them"),
    (sessions_locked, "sessions_not_locked", "Sessions are locked to the IP address", "security team"),
    (ip_ranges_enforced, "ip_ranges_at_sign_in", "are enforced on every request", "security team"),
    (passkeys_off, "passkeys_allowed", "Nobody in this org may register", "Allow at least one"),
    (proved_weakly, "connection_user_proof", "by Totp on", "Register one for this user"),
]


def test_each_step_that_says_it_is_watched_is_broken_here() -> None:
    watched = {step.key for step in GUIDE.steps() if step.watched and step.check}
    assert watched == {step for _break_it, step, _cause, _remedy in BROKEN}


@pytest.mark.parametrize(
    ("break_it", "step", "cause", "remedy"), BROKEN, ids=[each[0].__name__ for each in BROKEN]
)
def test_what_broke_after_the_handover_is_told_with_cause_and_remedy(
    kept: SetupHarness,
    team: Team,
    signed_in: SignedIn,
    break_it: Callable[[SetupHarness], None],
    step: str,
    cause: str,
    remedy: str,
) -> None:
    assert kept.statuses()[step] == "done"
    with kept.stand.world.lock:
        break_it(kept)
    assert look(kept)
    assert step in kept.setup.drifted
    assert step in {event.data["step"] for event in kept.events("drifted")}
    assert state_of(team) is Reason.DRIFTED
    told = page(kept, signed_in)
    assert "Not right any more: " in told
    assert cause in told
    assert remedy in told


def test_another_version_of_the_package_is_told_once(kept: SetupHarness, signed_in: SignedIn) -> None:
    with kept.stand.world.lock:
        for row in kept.theirs.rows("SubscriberPackageVersion"):
            kept.theirs.patch(row["Id"], MajorVersion=258)
    mark = kept.mark()
    assert look(kept)
    assert kept.calls(mark) <= 4
    assert look(kept)
    (told,) = kept.events("package_upgraded")
    assert (told.data["before"], told.data["after"]) == ("256.0", "258.0")
    assert kept.setup.drifted == []
    assert "was upgraded from 256.0 to 258.0" in page(kept, signed_in)
    assert Org.objects.get().known["package_version"] == "258.0"


def test_a_new_address_of_the_org_is_told_with_where_to_sign_in(
    kept: SetupHarness, team: Team, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept.stand.world.lock:
        kept.stand.world.tokens.clear()
    there = Reply(302, b"", {"Location": "https://acme-new.my.salesforce.com/services/oauth2/token"})
    with answering(there, there) as script, monkeypatch.context() as patch:
        patch.setattr("orgs.hosts.token_endpoint", lambda origin: script.url)
        assert not look(kept)
        assert not look(kept)
    (told,) = kept.events("watch_moved")
    assert told.data["host"] == "acme-new.my.salesforce.com"
    assert state_of(team) is Reason.RECONNECT
    said = page(kept, signed_in)
    assert "its My Domain has another name" in said
    assert "Sign in at acme-new.my.salesforce.com" in said
