"""Section 11, row by row: without a right, the page that needs it says so and does nothing."""

from __future__ import annotations

import pytest
import requests

from simulator.org.store import Org
from simulator.server import Stand
from tests.simulator.people import busy_org, new_set, numbers, person_without
from tests.simulator.visitor import Visitor


@pytest.fixture(scope="module")
def org(own_stand: Stand) -> Org:
    return busy_org(own_stand)


PAGES: dict[str, tuple[str, str, dict[str, str]]] = {  # method, path, form
    "list of apps": ("GET", "/lightning/setup/ConnectedApplication/home", {}),
    "the app": ("GET", "/{app}", {}),
    "edit policies": ("GET", "/{app}/e", {}),
    "save policies": ("POST", "/{app}/e", {"ip_relaxation": "BYPASS", "action": "save"}),
    "the app's sets": ("GET", "/{app}/permission-sets", {}),
    "save the app's sets": ("POST", "/{app}/permission-sets", {"set": "{set}"}),
    "OAuth usage": ("GET", "/lightning/setup/ConnectedAppsUsage/home", {}),
    "permission sets": ("GET", "/lightning/setup/PermSets/home", {}),
    "new permission set": ("GET", "/lightning/setup/PermSets/new", {}),
    "save a new set": ("POST", "/lightning/setup/PermSets/new", {"label": "By hand {n}"}),
    "assignments": ("GET", "/lightning/setup/PermSets/{set}/PermissionSetAssignment/home", {}),
    "assign": ("POST", "/lightning/setup/PermSets/{set}/PermissionSetAssignment/add", {"user": "{person}"}),
    "users": ("GET", "/lightning/setup/ManageUsers/home", {}),
    "freeze": ("POST", "/{person}/state", {"action": "freeze"}),
    "installed packages": ("GET", "/lightning/setup/ImportedPackage/home", {}),
    "install the package": ("POST", "/lightning/setup/ImportedPackage/home", {}),
    "audit trail": ("GET", "/lightning/setup/SecurityEvents/home", {}),
}
PAGES_WITHOUT = {
    ("ViewSetup",): (
        "list of apps", "the app", "permission sets", "assignments", "users", "installed packages",
        "audit trail", "new permission set", "assign", "freeze", "install the package",
    ),
    ("CustomizeApplication",): (
        "list of apps", "the app", "edit policies", "save policies", "the app's sets", "save the app's sets",
        "OAuth usage",
    ),
    ("ModifyAllData", "ManageRemoteAccess"): (
        "list of apps", "the app", "edit policies", "save policies", "OAuth usage",
    ),
    ("ModifyAllData",): ("the app's sets", "save the app's sets"),
    ("ManageProfilesPermissionsets",): (
        "new permission set", "save a new set", "the app's sets", "save the app's sets",
    ),
    ("AssignPermissionSets", "ManageUsers"): ("assign",),
    ("ManageUsers",): ("freeze",),
    ("InstallPackaging",): ("install the package",),
}  # fmt: skip
PAGE_CASES = [(missing, name) for missing, names in PAGES_WITHOUT.items() for name in names]


def visit(stand: Stand, org: Org, name: str, *missing: str) -> requests.Response:
    user = org.get(person_without(org, *missing))
    assert user is not None
    visitor = Visitor(stand.url).log_in(str(user["Username"]))
    method, path, form = PAGES[name]
    words = {
        "app": org.app_id,
        "set": new_set(org),
        "person": person_without(org),
        "n": str(next(numbers)),
    }
    values = {key: value.format(**words) for key, value in form.items()}
    return visitor.http.request(
        method, stand.url + path.format(**words), data=values, timeout=60, allow_redirects=False
    )


@pytest.mark.parametrize(("missing", "name"), PAGE_CASES, ids=[f"{'+'.join(m)}: {n}" for m, n in PAGE_CASES])
def test_a_person_without_the_right_is_told_which_one_is_missing(
    own_stand: Stand, org: Org, missing: tuple[str, ...], name: str
) -> None:
    before = {row["Action"] for row in org.rows("SetupAuditTrail")}
    answer = visit(own_stand, org, name, *missing)
    assert answer.status_code == 403
    assert "Insufficient Privileges" in answer.text
    written = {row["Action"] for row in org.rows("SetupAuditTrail")} - before
    assert written <= {"PermSetCreateNoLicense"}, "the page's own set is made by the test, nothing else"


@pytest.mark.parametrize("name", PAGES)
def test_with_every_right_the_same_page_opens(own_stand: Stand, org: Org, name: str) -> None:
    assert visit(own_stand, org, name).status_code < 400


@pytest.mark.parametrize("right", ["ModifyAllData", "ManageRemoteAccess"])
def test_either_right_opens_the_policies(own_stand: Stand, org: Org, right: str) -> None:
    assert visit(own_stand, org, "edit policies", right).status_code == 200


def test_the_older_guide_asks_for_less_to_attach_sets(own_stand: Stand, org: Org) -> None:
    org.switches.change(attach_needs_manage_profiles=False)
    try:
        assert visit(own_stand, org, "the app's sets", "ManageProfilesPermissionsets").status_code == 200
    finally:
        org.switches.change(attach_needs_manage_profiles=True)
