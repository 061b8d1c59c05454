"""jsforce and openid-client, as their manuals show them (`node/with_*.mjs`)."""

from __future__ import annotations

import pytest

from simulator.client_apps import CLIENT_ID, CLIENT_SECRET
from simulator.org.store import Org
from simulator.server import Stand
from tests.conformance.programs import sign_in_and_report
from tests.simulator.visitor import Visitor, username_of

OURS = (CLIENT_ID, CLIENT_SECRET, "http://localhost:8000/orgs/callback/")


@pytest.fixture
def visitor(stand: Stand, org: Org) -> Visitor:
    return Visitor(stand.url).log_in(username_of(org))


def test_jsforce_signs_in_reads_and_writes(stand: Stand, org: Org, visitor: Visitor) -> None:
    found = sign_in_and_report("with_jsforce.mjs", stand.url, *OURS, visitor=visitor)
    assert found["person"]["id"] == found["identity"]["user_id"] == org.admin_id
    assert found["people"] == sorted(str(row["Username"]) for row in org.rows("User"))
    assert (found["found"]["Id"], found["found"]["Label"]) == (found["made"]["id"], "Changed")
    assert found["several"] == [True, False]
    assert not org.find("PermissionSet", Name="By_Jsforce")
    assert (found["refreshed"], found["organization"]) == (1, org.id)
    assert found["described"] == "005"
    assert "Account" in found["objects"]
    assert found["app"][0]["DeveloperName"] == "Salesforce_Marketing_Cloud"
    assert found["usage"]["limit"] == found["limits"]["Max"] == 100_000
    assert [each["fullName"] for each in found["listed"]] == ["Salesforce_Marketing_Cloud"]
    assert found["read"][0]["label"] == "DMTracking"
    assert found["refused"]["code"] == "INVALID_FIELD"
    assert found["elsewhere"]["code"] == "NOT_FOUND"
    assert "search is not modelled by the stand-in" in found["elsewhere"]["message"]


def test_openid_client_checks_all_that_it_can_check(stand: Stand, org: Org, visitor: Visitor) -> None:
    """Issuer, nonce, audience and signature of the id token; rotation; revocation."""
    found = sign_in_and_report("with_openid_client.mjs", stand.url, *OURS, visitor=visitor)
    assert found["claims"]["sub"] == found["person"]["sub"] == f"{stand.url}/id/{org.id}/{org.admin_id}"
    assert found["person"]["organization_id"] == org.id
    assert found["rotated"] is True
    assert (found["before"]["active"], found["after"]) == (True, {"active": False})
    assert found["again"]["code"] == "invalid_grant"
