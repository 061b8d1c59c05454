"""Every deep link of section 10 opens, and links between orgs say where they lead."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from simulator.org.store import Org
from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.visitor import Visitor, username_of

APP = "Connected App: Salesforce Marketing Cloud"
DETAIL = "/app/mgmt/forceconnectedapps/forceAppDetail.apexp?connectedAppId={app}"
USER = "/lightning/setup/ManageUsers/page?address=%2F{user}%3Fnoredirect%3D1%26isUserEntityOverride%3D1"
DEEP_LINKS = (
    ("/lightning/setup/ConnectedApplication/home", "Connected Apps"),
    ("/app/mgmt/forceconnectedapps/forceInstalledConnectedAppList.apexp", "Connected Apps"),
    (DETAIL, APP),
    ("/lightning/setup/ConnectedApplication/page?address=%2F{app}", APP),
    ("/{app}", APP),
    ("/{app}/e", "Connected App Edit"),
    ("/lightning/setup/ConnectedAppsUsage/home", "Connected Apps OAuth Usage"),
    ("/lightning/setup/PermSets/home", "Permission Sets"),
    ("/0PS", "Permission Sets"),
    ("/lightning/setup/PermSets/page?address=%2F{set}", "Permission Set: Marketing Cloud Connector"),
    ("/{set}", "Permission Set: Marketing Cloud Connector"),
    ("/lightning/setup/PermSets/{set}/PermissionSetAssignment/home", "Current Assignments"),
    ("/lightning/setup/ManageUsers/home", "All Users"),
    (USER, "User: Ana Ruiz"),
    ("/{user}?noredirect=1&isUserEntityOverride=1", "User: Ana Ruiz"),
    ("/lightning/setup/ImportedPackage/home", "Installed Packages"),
    ("/0A3", "Installed Packages"),
    ("/lightning/setup/SecurityEvents/home", "View Setup Audit Trail"),
    ("/setup/org/orgsetupaudit.jsp", "View Setup Audit Trail"),
    ("/lightning/n/et4ae5__ExactTargetPhoenix", "Marketing Cloud"),
    ("/apex/et4ae5__ETSwitchboard", "Marketing Cloud"),
    ("/apex/et4ae5__MarketingCloudConfiguration", "Marketing Cloud"),
)


@pytest.fixture(scope="module")
def org(own_stand: Stand) -> Org:
    return create(own_stand.world, "half_done", name="Links")


@pytest.mark.parametrize(("path", "heading"), DEEP_LINKS)
def test_each_deep_link_opens_its_page(own_stand: Stand, org: Org, path: str, heading: str) -> None:
    packaged = org.find("PermissionSet", Name="ExactTarget_Integration")[0]["Id"]
    address = path.format(app=org.app_id[:15], set=packaged, user=org.admin_id)
    visitor = Visitor(own_stand.url).log_in(username_of(org)).open(address)
    assert heading in visitor.tree.findtext(".//h1")
    assert org.name in visitor.text


def test_a_record_of_another_org_offers_to_switch(own_stand: Stand, org: Org) -> None:
    other = create(own_stand.world, "fresh", name="The other one", people=0)
    visitor = Visitor(own_stand.url).log_in(username_of(other))
    for path in (f"/{org.app_id}", f"/{org.app_id}/e"):
        visitor.open(path, expect=404).click("Switch to Links")
        visitor.press("Ana Ruiz, System Administrator")
        assert visitor.path == path
        assert "Salesforce Marketing Cloud" in visitor.text
        visitor.log_in(username_of(other))


@pytest.mark.parametrize("path", ["/nothing", "/0PS000000000000", "/lightning/setup/PermSets/page"])
def test_what_does_not_exist_is_not_found(own_stand: Stand, org: Org, path: str) -> None:
    Visitor(own_stand.url).log_in(username_of(org)).open(path, expect=404)


def test_a_frame_address_never_leads_to_another_site(own_stand: Stand, org: Org) -> None:
    visitor = Visitor(own_stand.url).log_in(username_of(org))
    for address in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        visitor.open(f"/lightning/setup/PermSets/page?address={quote(address, safe='')}", expect=404)


def test_what_people_type_is_shown_as_text(own_stand: Stand) -> None:
    org = create(own_stand.world, "fresh", name="<b>Bold</b> & Co", people=0)
    visitor = Visitor(own_stand.url).log_in(username_of(org)).open("/lightning/setup/PermSets/new")
    visitor.press("Save", label="<script>alert(1)</script>")
    assert "<script>" not in visitor.page.text
    assert "<b>Bold" not in visitor.page.text
    assert "&lt;script&gt;" in visitor.page.text
