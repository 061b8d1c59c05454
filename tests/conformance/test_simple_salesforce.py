"""simple-salesforce takes the stand-in for an org: rows, records, describes, limits."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceResourceNotFound
from simple_salesforce.format import format_soql
from simple_salesforce.util import PerAppUsage, Usage

from simulator.org.store import Org
from simulator.scenarios import create
from simulator.server import Stand
from tests.conformance.conftest import objects


def test_a_query_comes_back_in_the_documented_shape(sf: Salesforce, org: Org) -> None:
    answer = sf.query(format_soql("SELECT Id, Name FROM User WHERE Id = {}", org.admin_id))
    assert (answer["totalSize"], answer["done"]) == (1, True)
    (row,) = answer["records"]
    assert row["attributes"] == {
        "type": "User",
        "url": f"/services/data/v66.0/sobjects/User/{org.admin_id}",
    }
    assert list(row) == ["attributes", "Id", "Name"]


def test_parents_children_and_counts_come_as_the_client_reads_them(sf: Salesforce, org: Org) -> None:
    (row,) = sf.query(
        "SELECT Profile.UserLicense.Name, (SELECT PermissionSetId FROM PermissionSetAssignments) "
        f"FROM User WHERE Id = '{org.connection_user_id}'"
    )["records"]
    assert row["Profile"]["UserLicense"]["Name"] == "Salesforce"
    assert row["PermissionSetAssignments"]["totalSize"] == 2
    counted = sf.query("SELECT count() FROM User")
    assert (counted["totalSize"], counted["records"]) == (len(list(org.rows("User"))), [])


def test_quoted_text_reaches_the_query_as_it_was(sf: Salesforce, org: Org) -> None:
    odd = 'O\'Hara \\ "Sons"\n100%'
    org.patch(org.admin_id, Title=odd)
    found = sf.query(format_soql("SELECT Id FROM User WHERE Title = {}", odd))["records"]
    assert [row["Id"] for row in found] == [org.admin_id]
    assert sf.query(format_soql("SELECT Id FROM User WHERE Title LIKE '%{:like}'", "100%"))["totalSize"] == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_text_that_the_client_quotes_is_found(sf: Salesforce, org: Org, text: str) -> None:
    org.patch(org.admin_id, Title=text)
    found = sf.query(format_soql("SELECT Title FROM User WHERE Title = {}", text))["records"]
    assert [row["Title"] for row in found] == [text]


def test_all_pages_are_followed(stand: Stand, connect: Callable[..., Salesforce]) -> None:
    org = create(stand.world, "fresh", name="Many people", people=4_100)
    sf = connect(org)
    first = sf.query("SELECT Id FROM User ORDER BY Username")
    assert (len(first["records"]), first["done"]) == (2_000, False)
    assert first["nextRecordsUrl"].startswith("/services/data/v66.0/query/01g")
    whole = sf.query_all("SELECT Id FROM User ORDER BY Username")
    assert whole["totalSize"] == len(whole["records"]) == first["totalSize"] == len(list(org.rows("User")))
    one_by_one = [row["Id"] for row in sf.query_all_iter("SELECT Id FROM User ORDER BY Username")]
    assert one_by_one == [row["Id"] for row in whole["records"]]
    assert len(set(one_by_one)) == len(one_by_one)
    locator = first["nextRecordsUrl"].rpartition("/")[2]
    assert sf.query_more(locator)["records"][0]["Id"] == one_by_one[2_000]
    assert sf.query_all("SELECT Id FROM User", include_deleted=True)["totalSize"] == whole["totalSize"]


def test_a_record_is_created_read_changed_and_deleted(sf: Salesforce) -> None:
    made = objects(sf, "PermissionSet").create({"Name": "Made_By_A_Client", "Label": "Made by a client"})
    assert (made["success"], made["errors"]) == (True, [])
    assert made["id"].startswith("0PS")
    assert objects(sf, "PermissionSet").get(made["id"])["Label"] == "Made by a client"
    assert objects(sf, "PermissionSet").get(made["id"][:15], params={"fields": "Label"}) == {
        "attributes": {
            "type": "PermissionSet",
            "url": f"/services/data/v66.0/sobjects/PermissionSet/{made['id']}",
        },
        "Label": "Made by a client",
    }
    assert objects(sf, "PermissionSet").update(made["id"], {"Label": "Changed"}) == 204
    assert objects(sf, "PermissionSet").get(made["id"])["Label"] == "Changed"
    assert objects(sf, "PermissionSet").delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound, match="ENTITY_IS_DELETED"):
        objects(sf, "PermissionSet").get(made["id"])
    assert sf.query(f"SELECT Id FROM PermissionSet WHERE Id = '{made['id']}'")["totalSize"] == 0


def test_describes_say_what_a_client_may_do(sf: Salesforce) -> None:
    everything = sf.describe()
    assert everything is not None
    assert (everything["encoding"], everything["maxBatchSize"]) == ("UTF-8", 200)
    names = {each["name"]: each for each in everything["sobjects"]}
    assert names["SetupEntityAccess"]["createable"] is True
    assert names["SetupEntityAccess"]["updateable"] is False
    app = objects(sf, "ConnectedApplication").describe()
    assert (app["createable"], app["updateable"], app["deletable"], app["keyPrefix"]) == (
        False,
        False,
        False,
        "0H4",
    )
    assert not any(field["createable"] or field["updateable"] for field in app["fields"])
    fields = {field["name"]: field for field in objects(sf, "LoginHistory").describe()["fields"]}
    assert [fields[name]["filterable"] for name in ("Application", "Status", "UserId")] == [
        False,
        False,
        True,
    ]
    grant = objects(sf, "SetupEntityAccess").describe()["fields"]
    assert {field["name"] for field in grant if field["createable"]} == {"ParentId", "SetupEntityId"}
    assert objects(sf, "User").metadata()["objectDescribe"]["name"] == "User"


def test_the_client_tells_a_sandbox_from_production(stand: Stand, connect: Callable[..., Salesforce]) -> None:
    for sandbox in (True, False):
        made = create(stand.world, "fresh", name=f"Sandbox {sandbox}", is_sandbox=sandbox, people=0)
        assert connect(made).is_sandbox() is sandbox


def test_limits_and_usage_are_read(sf: Salesforce, org: Org) -> None:
    org.switches.change(api_used=17, api_limit=5_000)
    limits = sf.limits()
    assert limits["DailyApiRequests"] == {"Max": 5_000, "Remaining": 4_982}
    assert limits["PermissionSets"]["CreateCustom"]["Max"] == 1_000
    assert sf.api_usage == {"api-usage": Usage(18, 5_000)}


def test_usage_for_each_app_is_read_where_the_org_has_it(sf: Salesforce, org: Org) -> None:
    org.switches.change(api_used=24, api_limit=5_000, per_app_api_limit=250)
    sf.query("SELECT Id FROM Organization")
    assert sf.api_usage["api-usage"] == Usage(25, 5_000)
    assert sf.api_usage["per-app-api-usage"] == PerAppUsage(25, 250, "Connect Guide")


def composite(*parts: dict[str, Any], all_or_none: bool = False) -> str:
    return json.dumps({"allOrNone": all_or_none, "compositeRequest": list(parts)})


def part(method: str, path: str, ref: str, body: object = None) -> dict[str, object]:
    made = {"method": method, "url": f"/services/data/v66.0/{path}", "referenceId": ref}
    return made | ({} if body is None else {"body": body})


def test_a_composite_call_with_references_is_one_call(sf: Salesforce, org: Org) -> None:
    before = org.switches.api_used
    parts = (
        part("POST", "sobjects/PermissionSet", "refSet", {"Name": "Composed", "Label": "Composed"}),
        part(
            "POST", "sobjects/PermissionSetAssignment", "refOne",
            {"AssigneeId": org.admin_id, "PermissionSetId": "@{refSet.id}"},
        ),
        part(
            "POST", "sobjects/SetupEntityAccess", "refApp",
            {"ParentId": "@{refSet.id}", "SetupEntityId": org.app_id},
        ),
        part("GET", "query?q=SELECT+Name+FROM+PermissionSet+WHERE+Id='@{refSet.id}'", "refRead"),
    )  # fmt: skip
    answer = sf.restful("composite", method="POST", data=composite(*parts))
    assert answer is not None
    answers = answer["compositeResponse"]
    assert [each["httpStatusCode"] for each in answers] == [201, 201, 201, 200]
    assert [each["referenceId"] for each in answers] == ["refSet", "refOne", "refApp", "refRead"]
    assert answers[2]["body"]["id"].startswith("0J0")
    assert answers[3]["body"]["records"][0]["Name"] == "Composed"
    assert org.switches.api_used == before + 1


def test_two_hundred_records_of_a_collection_each_have_their_outcome(sf: Salesforce, org: Org) -> None:
    (set_id,) = [row["Id"] for row in org.find("PermissionSet", Name="ExactTarget_Integration")]
    people = [row["Id"] for row in org.rows("User")]
    records = [
        {
            "attributes": {"type": "PermissionSetAssignment"},
            "AssigneeId": person,
            "PermissionSetId": set_id,
        }
        for person in [*people, people[0]]
    ]
    answer: Any = sf.restful(
        "composite/sobjects", method="POST", data=json.dumps({"allOrNone": False, "records": records})
    )
    assert answer[0]["success"] is True
    assert {error["statusCode"] for each in answer for error in each["errors"]} == {
        "DUPLICATE_VALUE",
        "FIELD_INTEGRITY_EXCEPTION",
        "INACTIVE_OWNER_OR_USER",
    }
    assert set(answer[-1]) == {"success", "errors"}
    assert set(answer[-1]["errors"][0]) == {"statusCode", "message", "fields"}


def test_tooling_is_reached_by_the_clients_own_call(sf: Salesforce) -> None:
    answer = sf.toolingexecute("query?q=SELECT+DeveloperName,Version+FROM+ConnectedApplication")
    assert [row["DeveloperName"] for row in answer["records"]] == ["Salesforce_Marketing_Cloud"]
    assert answer["records"][0]["attributes"]["url"].startswith("/services/data/v66.0/tooling/sobjects/")


def test_userinfo_is_reached_by_the_clients_own_call(sf: Salesforce, org: Org) -> None:
    found = sf.oauth2("userinfo")
    assert found is not None
    assert (found["organization_id"], found["user_id"]) == (org.id, org.admin_id)


@pytest.mark.parametrize("version", ["59.0", "64.0", "68.0"])
def test_several_versions_are_spoken(connect: Callable[..., Salesforce], org: Org, version: str) -> None:
    answer = connect(org, version=version).query("SELECT Id FROM Organization")
    assert answer["records"][0]["attributes"]["url"].startswith(f"/services/data/v{version}/")
