"""Switches about the Marketing Cloud app: each alternative that the fact sheet names behaves differently."""

from __future__ import annotations

import pytest

from simulator import engagement, policies
from simulator.errors import ApiError
from simulator.org.store import Org
from simulator.scenarios import create
from simulator.server import Stand
from simulator.soql.run import run
from tests.simulator.core import Api, api_for, errors, select
from tests.simulator.people import person_without
from tests.simulator.visitor import Visitor, username_of

_COLUMNS = "OptionsAllowAdminApprovedUsersOnly, CreatedDate, LastModifiedDate"


@pytest.mark.parametrize("prefix", ["0H4", "0Ci"])
def test_the_apps_key_prefix(own_stand: Stand, prefix: str) -> None:
    own_stand.world.switches.change(app_key_prefix=prefix)
    try:
        org = create(own_stand.world, "fresh", name=f"Prefix {prefix}", people=0)
    finally:
        own_stand.world.switches.change(app_key_prefix="0H4")
    assert org.app_id.startswith(prefix)
    api = api_for(own_stand.url, own_stand.world, org, org.admin_id)
    assert api.send("GET", f"sobjects/ConnectedApplication/{org.app_id}").status_code == 200
    assert api.query(f"SELECT Id FROM ConnectedApplication WHERE Id = '{org.app_id[:15]}'")["totalSize"] == 1
    set_id = org.insert("PermissionSet", {"Name": "Mine", "Label": "Mine"}, org.admin_id)
    body = {"ParentId": set_id, "SetupEntityId": org.app_id}
    assert api.send("POST", "sobjects/SetupEntityAccess", json=body).status_code == 201
    visitor = Visitor(own_stand.url).log_in(username_of(org)).open(f"/{org.app_id[:15]}")
    assert "Connected App: Salesforce Marketing Cloud" in visitor.text


def test_the_apps_developer_name_and_namespace(org: Org) -> None:
    org.switches.change(app_developer_name="SFMC", app_namespace="sfmc", tooling_app_namespace=True)
    (app,) = select(org, "SELECT DeveloperName, NamespacePrefix FROM ConnectedApplication", tooling=True)
    assert (app["DeveloperName"], app["NamespacePrefix"]) == ("SFMC", "sfmc")
    (item,) = select(org, "SELECT Name, NamespacePrefix FROM AppMenuItem WHERE NamespacePrefix = 'sfmc'")
    assert (item["Name"], item["NamespacePrefix"]) == ("SFMC", "sfmc")


def test_tooling_may_not_know_the_namespace_column(org: Org) -> None:
    with pytest.raises(ApiError, match="No such column 'NamespacePrefix'"):
        run(org, "SELECT NamespacePrefix FROM ConnectedApplication", org.admin_id, tooling=True)


@pytest.mark.parametrize(
    ("state", "columns", "code"),
    [
        ("hidden", "Id", "INVALID_TYPE"),
        ("fewer_fields", "Id, Name", None),
        ("fewer_fields", "OptionsAllowAdminApprovedUsersOnly", "INVALID_FIELD"),
        ("fewer_fields", "CreatedDate", "INVALID_FIELD"),
        ("fewer_fields", "LastModifiedDate", "INVALID_FIELD"),
        ("readable", _COLUMNS, None),
    ],
)
def test_what_others_see_of_the_app(org: Org, state: str, columns: str, code: str | None) -> None:
    org.switches.change(connected_application_without_right=state)
    person = person_without(org, "CustomizeApplication")
    text = f"SELECT {columns} FROM ConnectedApplication"
    if code is None:
        assert len(select(org, text, person)) == 1
    else:
        with pytest.raises(ApiError) as caught:
            run(org, text, person)
        assert caught.value.code == code
    assert len(select(org, f"SELECT {_COLUMNS} FROM ConnectedApplication")) == 1, (
        "an administrator sees it all"
    )


def test_fewer_fields_show_in_the_describe_too(api: Api) -> None:
    api.org.switches.change(connected_application_without_right="fewer_fields")
    person = api.as_user(person_without(api.org, "CustomizeApplication"))
    fields = person.send("GET", "sobjects/ConnectedApplication/describe").json()["fields"]
    assert "CreatedDate" not in {field["name"] for field in fields}


@pytest.mark.parametrize("code", ["METHOD_NOT_ALLOWED", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"])
def test_the_code_that_refuses_a_write_to_the_app(api: Api, code: str) -> None:
    api.org.switches.change(connected_application_write_error=code)
    for answer in (
        api.send("PATCH", f"sobjects/ConnectedApplication/{api.org.app_id}", json={"Name": "x"}),
        api.send("POST", "sobjects/ConnectedApplication", json={"Name": "x"}),
        api.send("DELETE", f"sobjects/ConnectedApplication/{api.org.app_id}"),
    ):
        assert errors(answer) == [code]
        assert answer.status_code == (405 if code == "METHOD_NOT_ALLOWED" else 400)


@pytest.mark.parametrize("needs_approval", [False, True])
def test_the_apps_page_may_list_sets_only_once_it_is_admin_approved(
    own_stand: Stand, needs_approval: bool
) -> None:
    org = create(own_stand.world, "fresh", name=f"Related list {needs_approval}", people=0)
    org.switches.change(sets_list_needs_admin_approval=needs_approval)
    visitor = Visitor(own_stand.url).log_in(username_of(org)).open(f"/{org.app_id}")
    assert ("Manage Permission Sets" in visitor.text) is not needs_approval
    policies.save(org, org.app_id, policies.WANTED, org.admin_id)
    assert "Manage Permission Sets" in visitor.open(f"/{org.app_id}").text


def test_the_menu_item_says_who_may_use_the_app(org: Org) -> None:
    """`IsAccessible` is about the caller (section 1c)."""
    text = "SELECT Id FROM AppMenuItem WHERE IsAccessible = true"
    assert len(select(org, text)) == 1
    policies.save(org, org.app_id, policies.WANTED, org.admin_id)
    assert select(org, text) == []
    set_id = org.insert("PermissionSet", {"Name": "Mine", "Label": "Mine"}, org.admin_id)
    org.insert("SetupEntityAccess", {"ParentId": set_id, "SetupEntityId": org.app_id}, org.admin_id)
    org.insert(
        "PermissionSetAssignment", {"PermissionSetId": set_id, "AssigneeId": org.admin_id}, org.admin_id
    )
    (item,) = select(org, text)
    assert engagement.admin_approved(org, org.admin_id)
    assert item["Id"].startswith("0DS")
