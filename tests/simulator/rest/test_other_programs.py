"""What the guide never asks, and other programs do of any org."""

from __future__ import annotations

import pytest

from simulator.rest.about_org import ALLOWANCES
from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.core import Api, api_for, select
from tests.simulator.people import person_without


@pytest.mark.parametrize("name", ["Account", "Group", "UserRole", "PermissionSetLicense"])
def test_an_object_of_every_org_is_described_and_queried(own_stand: Stand, name: str) -> None:
    org = create(own_stand.world, "fresh", name=f"Has {name}", people=0)
    api = api_for(own_stand.url, own_stand.world, org, org.admin_id)
    described = api.send("GET", f"sobjects/{name}/describe").json()
    columns = ", ".join(field["name"] for field in described["fields"])
    rows = api.query(f"SELECT {columns} FROM {name}")["records"]
    assert rows
    assert rows[0]["Id"].startswith(described["keyPrefix"])


def test_installed_packages_are_listed_as_salesforces_command_line_asks(api: Api) -> None:
    text = (
        "SELECT Id, SubscriberPackage.NamespacePrefix, SubscriberPackageVersion.MajorVersion, "
        "SubscriberPackageVersion.Package2ContainerOptions "
        "FROM InstalledSubscriberPackage ORDER BY SubscriberPackageId"
    )
    (row,) = select(api.org, text, tooling=True)
    assert row["SubscriberPackage"]["NamespacePrefix"] == "et4ae5"
    assert row["SubscriberPackageVersion"]["MajorVersion"] == 256
    assert row["SubscriberPackageVersion"]["Package2ContainerOptions"] is None  # first generation


def test_limits_have_every_documented_key(api: Api) -> None:
    found = api.send("GET", "limits").json()
    assert set(found) == {*ALLOWANCES, "DailyApiRequests", "PermissionSets"}
    assert all(0 <= each["Remaining"] <= each["Max"] for each in found.values())


def test_storage_is_shown_to_those_who_manage_users(api: Api) -> None:
    """Reference of the REST API, Limits."""
    person = person_without(api.org, "ManageUsers")
    found = api.as_user(person).send("GET", "limits").json()
    assert {*ALLOWANCES} - set(found) == {"DataStorageMB", "FileStorageMB"}
