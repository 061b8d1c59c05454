"""Each right that may be missing: said by its name before the stage starts, with who can grant it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from simulator.seeding.new_org import profile_id
from tests.faults.judging import shown
from tests.fixture_types import MakeSetup, SignedIn
from tests.wizard.harness import SetupHarness
from wizard.guides.connected_app_authentication.checks_rights import LABELS
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.guides.connected_app_authentication.reading.parsing import APPROVE_UNINSTALLED

pytestmark = pytest.mark.django_db

REFUSED = "Salesforce refuses that to"

# What is taken away, the stages that can't be done then, and the names that are to be told.
MISSING = [
    (
        ["ManageProfilesPermissionsets"],
        ["permission_set", "app_access"],
        ["Manage Profiles and Permission Sets"],
    ),
    (["AssignPermissionSets", "ManageUsers"], ["people"], ["Assign Permission Sets", "Manage Users"]),
    (["CustomizeApplication"], ["policies", "app_access"], ["Customize Application"]),
    (["ModifyAllData"], ["app_access"], ["Modify All Data"]),
    (["ModifyAllData", "ManageRemoteAccess"], ["policies"], ["Modify All Data", "Manage Connected Apps"]),
    (
        ["ViewSetup"],
        ["policies", "permission_set", "people", "app_access"],
        ["View Setup and Configuration"],
    ),
]


def take_away(desk: SetupHarness, rights: list[str]) -> None:
    with desk.stand.world.lock:
        profile = profile_id(desk.theirs, "System Administrator")
        own_set = desk.theirs.find("PermissionSet", ProfileId=profile)[0]["Id"]
        for each in (profile, own_set):
            desk.theirs.patch(each, actor_id=None, **{f"Permissions{right}": False for right in rights})


def ids(case: object) -> str:
    return "+".join(case) if isinstance(case, list) else ""


@pytest.mark.parametrize(("rights", "stages", "names"), MISSING, ids=ids)
def test_a_missing_right_is_told_before_the_stage_starts(
    desk: SetupHarness, signed_in: SignedIn, rights: list[str], stages: list[str], names: list[str]
) -> None:
    take_away(desk, rights)
    assert desk.check().state == "done"
    site = signed_in(desk.person)
    for stage in stages:
        page = shown(site, desk, stage)
        assert f"{REFUSED} {desk.org.connection.username}, as whom we work here." in page, stage
        assert "A system administrator of the org can do this." in page
        assert "Text for a colleague who can" in page
        for name in names:
            assert name in page
    for stage in {"permission_set", "people"} - set(stages):
        assert REFUSED not in shown(site, desk, stage), "others can go on"


def test_the_text_for_a_colleague_names_org_person_permission_and_page(
    desk: SetupHarness, signed_in: SignedIn
) -> None:
    take_away(desk, ["ManageProfilesPermissionsets"])
    desk.check()
    page = shown(signed_in(desk.person), desk, "permission_set")
    text = page[page.index("Hello, I am setting up") :]
    for part in (
        desk.org.name,
        desk.org.instance_url,
        desk.org.connection.username,
        "You may not create the permission set: Manage Profiles and Permission Sets is missing.",
        f"{desk.org.instance_url}/lightning/setup/PermSets/home",
        "Thank you.",
        "Copy the text",
    ):
        assert part in text, part


def test_the_first_stage_says_it_of_each_line(desk: SetupHarness, signed_in: SignedIn) -> None:
    take_away(desk, ["ManageProfilesPermissionsets", "AssignPermissionSets", "ManageUsers"])
    desk.check()
    page = shown(signed_in(desk.person), desk, "prepare")
    assert page.count("Text for a colleague who can") >= 3
    assert "You may not assign people: Assign Permission Sets / Manage Users is missing." in page


def test_what_is_done_by_hand_is_still_offered(desk: SetupHarness, signed_in: SignedIn) -> None:
    take_away(desk, ["ManageProfilesPermissionsets"])
    desk.check()
    site = signed_in(desk.person)
    page = site.get(reverse("wizard:stage", args=[desk.setup.pk, "permission_set"]), {"how": "manual"})
    assert "/lightning/setup/PermSets/home" in page.content.decode()


def test_somebody_with_every_right_is_told_nothing_of_the_kind(
    desk: SetupHarness, signed_in: SignedIn
) -> None:
    desk.check()
    for stage in ("policies", "permission_set", "people", "app_access"):
        assert REFUSED not in shown(signed_in(desk.person), desk, stage)


def test_without_api_enabled_nothing_can_be_read_and_the_page_says_why(
    desk: SetupHarness, signed_in: SignedIn
) -> None:
    take_away(desk, ["ApiEnabled"])
    job = desk.check()
    assert (job.state, job.error_code) == ("failed", "API_CURRENTLY_DISABLED")
    page = shown(signed_in(desk.person), desk, "prepare")
    assert "API Enabled" in page
    assert "You can still go on by hand." in page


def test_what_salesforce_refuses_for_want_of_a_right_is_explained(
    desk: SetupHarness, signed_in: SignedIn
) -> None:
    desk.check()
    job = desk.approve()
    take_away(desk, ["ManageProfilesPermissionsets"])
    job = desk.work(job)
    assert (job.state, job.error_code) == ("failed", "INSUFFICIENT_ACCESS_OR_READONLY")
    assert "lacks a permission for this" in shown(signed_in(desk.person), desk, "permission_set")


def test_the_right_to_let_in_an_app_that_nobody_installed_is_told_where_the_app_is_missing(
    make: MakeSetup, signed_in: SignedIn
) -> None:
    desk = make("app_not_installed")
    desk.check()
    assert LABELS[APPROVE_UNINSTALLED] not in shown(signed_in(desk.person), desk, "prepare")
    take_away(desk, [APPROVE_UNINSTALLED.removeprefix("Permissions")])
    desk.check()
    assert LABELS[APPROVE_UNINSTALLED] in shown(signed_in(desk.person), desk, "prepare")


# Connecting, and what comes after it, is done by the connection user in the package, not in Setup.
IN_SETUP = ("policies", "permission_set", "people", "app_access")


def test_every_stage_that_writes_or_edits_names_the_rights_that_it_needs() -> None:
    automatic = {stage.key for stage in GUIDE.stages if any(step.plan for step in stage.steps)}
    assert automatic <= set(IN_SETUP)
    for stage in GUIDE.stages:
        assert bool(stage.rights) is (stage.key in IN_SETUP), stage.key
        assert set(stage.rights) <= {step.key for step in GUIDE.preparation.steps}


def test_the_cases_above_take_away_every_right_that_is_asked_for() -> None:
    taken = {f"Permissions{right}" for rights, _stages, _names in MISSING for right in rights}
    assert taken | {"PermissionsApiEnabled", APPROVE_UNINSTALLED} == set(LABELS)
