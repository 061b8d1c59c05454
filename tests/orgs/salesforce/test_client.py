"""The client against the stand-in org."""

from __future__ import annotations

from typing import Any

import pytest

from orgs.salesforce.client import Client, Sub
from orgs.salesforce.errors import Refused
from orgs.salesforce.soql import soql


def test_a_query_follows_every_page(client: Client, org: Any) -> None:
    rows = client.query("SELECT Id, Profile.Name FROM User ORDER BY Id")
    assert len(rows) == len(list(org.rows("User"))) > 2000
    assert rows[0]["Profile"]["Name"]


def test_a_query_in_a_composite_follows_every_page_too(client: Client, org: Any) -> None:
    users, organization = client.composite(
        [Sub.query("users", "SELECT Id FROM User"), Sub.query("org", "SELECT Id FROM Organization")]
    )
    assert len(users.records()) == len(list(org.rows("User")))
    assert organization.records()[0]["Id"] == org.id
    assert client.calls == 2


def test_composites_run_side_by_side_and_keep_their_order(client: Client) -> None:
    batches = [[Sub.query(f"q{n}", soql("SELECT Name FROM Profile WHERE Name = {name}", name=name))]
               for n, name in enumerate(("System Administrator", "Standard User", "nobody"))]  # fmt: skip
    results = client.composite_side_by_side(batches)
    assert [[row["Name"] for row in batch[0].records()] for batch in results] == [
        ["System Administrator"],
        ["Standard User"],
        [],
    ]


def test_more_queries_than_a_composite_holds_take_several_and_none_takes_no_call(client: Client) -> None:
    texts = {f"q{number}": "SELECT Id FROM Organization" for number in range(6)}
    assert [result.ref for result in client.queries(texts)] == list(texts)
    assert client.calls == 2
    assert client.queries({}) == []
    assert client.calls == 2


def test_queries_of_the_tooling_api_go_beside_the_others_in_a_call_of_their_own(client: Client) -> None:
    tooling = {
        "security": "SELECT Metadata FROM SecuritySettings",
        "sites": "SELECT SiteName FROM RemoteProxy",
    }
    texts = {**tooling, "org": "SELECT Id FROM Organization"}
    results = {each.ref: each.records() for each in client.queries(texts, tooling=tooling)}
    assert client.calls == 2
    assert {name: bool(rows) for name, rows in results.items()} == dict.fromkeys(texts, True)


def test_a_failing_subrequest_has_its_own_error(client: Client) -> None:
    good, bad = client.composite(
        [Sub.query("good", "SELECT Id FROM Organization"), Sub.query("bad", "SELECT Nope FROM Organization")]
    )
    assert len(good.records()) == 1
    assert bad.error is not None
    assert bad.error.code == "INVALID_FIELD"
    with pytest.raises(Refused):
        bad.records()


def test_create_find_and_delete(client: Client) -> None:
    made = client.create("PermissionSet", {"Name": "Made_By_Test", "Label": "It's made"})
    query = soql("SELECT Id FROM PermissionSet WHERE Label = {label}", label="It's made")
    assert [row["Id"] for row in client.query(query)] == [made]
    client.delete("PermissionSet", made)
    assert client.query(query) == []


def test_a_duplicate_is_refused_with_salesforces_code(client: Client) -> None:
    client.create("PermissionSet", {"Name": "Twice", "Label": "Twice"})
    with pytest.raises(Refused) as refused:
        client.create("PermissionSet", {"Name": "Twice", "Label": "Twice"})
    assert refused.value.code in ("DUPLICATE_DEVELOPER_NAME", "DUPLICATE_VALUE")


def test_collections_create_and_delete_many_in_one_call_each(client: Client, org: object) -> None:
    made = client.create("PermissionSet", {"Name": "Many", "Label": "Many"})
    people = [row["Id"] for row in client.query("SELECT Id FROM User WHERE IsActive = true LIMIT 150")]
    before = client.calls
    saves = client.create_many(
        "PermissionSetAssignment", [{"AssigneeId": who, "PermissionSetId": made} for who in people]
    )
    done = [save.id for save in saves if save.success and save.id]
    assert done
    assert client.calls == before + 1
    assert all(save.success for save in client.delete_many(done))
    assert client.calls == before + 2


def test_tooling_describe_versions_and_user_info(client: Client, org: Any) -> None:
    assert client.query("SELECT Id, DeveloperName FROM ConnectedApplication", tooling=True)
    assert client.describe("ConnectedApplication")["createable"] is False
    assert "66.0" in client.versions()
    assert client.user_info()["organization_id"] == org.id
    assert client.usage is not None
