"""Each right that may be missing: said by its name before the stage starts, with who can grant it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from simulator.seeding.new_org import profile_id
from tests.faults.judging import shown
from tests.wizard.harness import SetupHarness
from wizard.guides.connected_app_authentication.checks_rights import LABELS
from wizard.guides.connected_app_authentication.guide import GUIDE

pytestmark = pytest.mark.django_db

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
            desk.theirs.patch(each, **{f"Permissions{right}": False for right in rights})


def ids(case: Any) -> str:
    return "+".join(case) if isinstance(case, list) else ""


@pytest.mark.parametrize(("rights", "stages", "names"), MISSING, ids=ids)
def test_a_missing_right_is_told_before_the_stage_starts(
    desk: SetupHarness, signed_in: Any, rights: list[str], stages: list[str], names: list[str]
) -> None:
    take_away(desk, rights)
    assert desk.check().state == "done"
    site = signed_in(desk.person)
    for stage in stages:
        page = shown(site, desk, stage)
        assert "So Salesforce will refuse what you try here." in page, stage
        assert "A system administrator of the org can do this." in page
        assert "Text for a colleague who can" in page
        for name in names:
            assert name in page
    for stage in {"permission_set", "people"} - set(stages):
        assert "So Salesforce will refuse" not in shown(site, desk, stage), "others can go on"


def test_the_text_for_a_colleague_names_org_person_permission_and_page(
    desk: SetupHarness, signed_in: Any
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


def test_the_first_stage_says_it_of_each_line(desk: SetupHarness, signed_in: Any) -> None:
    take_away(desk, ["ManageProfilesPermissionsets", "AssignPermissionSets", "ManageUsers"])
    desk.check()
    page = shown(signed_in(desk.person), desk, "prepare")
    assert page.count("Text for a colleague who can") >= 3
    assert "You may not assign people: Assign Permission Sets / Manage Users is missing." in page


def test_what_is_done_by_hand_is_still_offered(desk: SetupHarness, signed_in: Any) -> None:
    take_away(desk, ["ManageProfilesPermissionsets"])
    desk.check()
    site = signed_in(desk.person)
    page = site.get(reverse("wizard:stage", args=[desk.setup.pk, "permission_set"]), {"how": "manual"})
    assert "/lightning/setup/PermSets/home" in page.content.decode()


def test_somebody_with_every_right_is_told_nothing_of_the_kind(desk: SetupHarness, signed_in: Any) -> None:
    desk.check()
    for stage in ("policies", "permission_set", "people", "app_access"):
        assert "So Salesforce will refuse" not in shown(signed_in(desk.person), desk, stage)


def test_without_api_enabled_nothing_can_be_read_and_the_page_says_why(
    desk: SetupHarness, signed_in: Any
) -> None:
    take_away(desk, ["ApiEnabled"])
    job = desk.check()
    assert (job.state, job.error_code) == ("failed", "API_CURRENTLY_DISABLED")
    page = shown(signed_in(desk.person), desk, "prepare")
    assert "API Enabled" in page
    assert "You can still go on by hand." in page


def test_what_salesforce_refuses_for_want_of_a_right_is_explained(desk: SetupHarness, signed_in: Any) -> None:
    desk.check()
    job = desk.approve()
    take_away(desk, ["ManageProfilesPermissionsets"])
    job = desk.work(job)
    assert (job.state, job.error_code) == ("failed", "INSUFFICIENT_ACCESS_OR_READONLY")
    assert "you lack a permission" in shown(signed_in(desk.person), desk, "permission_set")


def test_every_stage_that_writes_or_edits_names_the_rights_that_it_needs() -> None:
    for stage in GUIDE.stages[1:-2]:
        assert stage.rights, stage.key
        assert set(stage.rights) <= {step.key for step in GUIDE.preparation.steps}


def test_the_cases_above_take_away_every_right_that_is_asked_for() -> None:
    taken = {f"Permissions{right}" for rights, _stages, _names in MISSING for right in rights}
    assert taken | {"PermissionsApiEnabled"} == set(LABELS)
