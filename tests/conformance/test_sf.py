"""Salesforce's own command line, from `sf org login web` on: to it the stand-in is an org."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from simulator.org.store import Org
from simulator.scenarios import create
from simulator.server import Stand
from tests.conformance.programs import alone_at, node_program, run, sign_in_by_browser
from tests.npm import WITH_NODE
from tests.simulator.visitor import Visitor, username_of

PORT = 1717  # of its callback, in every org
Sf = Callable[..., Any]


@pytest.fixture(scope="module")
def demo(stand: Stand) -> Org:
    return create(stand.world, "half_done", name="Command line", people=3)


@pytest.fixture(scope="module")
def sf(stand: Stand, demo: Org, tmp_path_factory: pytest.TempPathFactory) -> Sf:
    """Its commands, signed in as the administrator; the answer to `--json`."""
    folder = tmp_path_factory.mktemp("sf")
    env = WITH_NODE | {
        "HOME": str(folder),
        "SF_DISABLE_TELEMETRY": "true",
        "SF_AUTOUPDATE_DISABLE": "true",
        "SF_SKIP_NEW_VERSION_CHECK": "true",
        "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
    }
    address = stand.url
    login = [*node_program("sf"), "org", "login", "web", "--instance-url", address, "--set-default", "--json"]
    with alone_at(PORT):
        said = sign_in_by_browser(login, env, folder, Visitor(address), username_of(demo))
    assert json.loads(said)["result"]["orgId"] == demo.id

    def command(*words: str, as_text: bool = False) -> Any:
        said = run([*node_program("sf"), *words, *([] if as_text else ["--json"])], env, folder)
        return said if as_text else json.loads(said)["result"]

    return command


def test_a_query_shows_its_rows(sf: Sf) -> None:
    """A table needs `columns=true`, which `--json` does without."""
    query = (
        "SELECT Name, Profile.Name, (SELECT PermissionSet.Label FROM PermissionSetAssignments) "
        "FROM User WHERE Name = 'Marketing Cloud Connect'"
    )
    table = sf("data", "query", "--query", query, as_text=True)
    assert re.search(r"NAME\W+PROFILE\.NAME\W+PERMISSIONSETASSIGNMENTS\.PERMISSIONSET\.LABEL", table)
    assert re.search(r"Marketing Cloud Connect\W+System Administrator\W+\w+", table)
    tooling = sf("data", "query", "-t", "-q", "SELECT DeveloperName FROM ConnectedApplication", as_text=True)
    assert "Salesforce_Marketing_Cloud" in tooling


def test_the_package_is_listed(sf: Sf) -> None:
    (package,) = sf("package", "installed", "list")
    assert (package["SubscriberPackageNamespace"], package["SubscriberPackageVersionNumber"]) == (
        "et4ae5",
        "256.0.0.1",
    )
    assert package["VersionSettings"] == "namespace"


def test_a_page_is_opened_signed_in(sf: Sf, demo: Org) -> None:
    opened = sf("org", "open", "--url-only", "--path", "/lightning/setup/ManageUsers/home")
    assert "/secur/frontdoor.jsp?otp=" in opened["url"]
    visitor = Visitor(opened["url"].partition("/secur")[0]).open(opened["url"])
    assert visitor.path == "/lightning/setup/ManageUsers/home"
    assert demo.name in visitor.text


def test_people_get_permission_sets(sf: Sf, demo: Org) -> None:
    sf("org", "assign", "permset", "--name", "Marketing_Cloud_Connected_App")
    (row,) = demo.find("PermissionSet", Name="Marketing_Cloud_Connected_App")
    assert demo.find("PermissionSetAssignment", AssigneeId=demo.admin_id, PermissionSetId=row["Id"])


def test_limits_objects_and_metadata_are_read(sf: Sf) -> None:
    limits = {each["name"]: each for each in sf("org", "list", "limits")}
    assert limits["DailyApiRequests"]["max"] == 100_000
    assert len(limits) > 50
    assert {"Account", "PermissionSetLicense"} <= set(sf("sobject", "list", "--sobject", "all"))
    sets = {each["fullName"] for each in sf("org", "list", "metadata", "--metadata-type", "PermissionSet")}
    assert "et4ae5__ExactTarget_Integration" in sets


def test_what_is_not_modelled_says_so(sf: Sf) -> None:
    with pytest.raises(AssertionError, match="describeMetadata is not modelled by the stand-in"):
        sf("org", "list", "metadata-types")
