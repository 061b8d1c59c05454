"""Every refusal reaches a client as its own class of exception, with Salesforce's content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import (
    SalesforceError,
    SalesforceExpiredSession,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from simulator.org.store import Org
from simulator.server import Stand
from tests.conformance.conftest import objects


def content(caught: pytest.ExceptionInfo[SalesforceError]) -> Any:
    """The answer's JSON; the client calls it bytes."""
    return caught.value.content


def codes(caught: pytest.ExceptionInfo[SalesforceError]) -> list[str]:
    return [each["errorCode"] for each in content(caught)]


def test_a_bad_query_is_a_malformed_request_with_the_place(sf: Salesforce) -> None:
    with pytest.raises(SalesforceMalformedRequest) as caught:
        sf.query("select count() from XYZZY")
    assert caught.value.status == 400
    # The text recorded in CumulusCI's cassette (section 8).
    assert content(caught) == [
        {
            "message": "\nselect count() from XYZZY\n                    ^\nERROR at Row:1:Column:21\n"
            "sObject type 'XYZZY' is not supported. If you are attempting to use a custom object, be sure to "
            "append the '__c' after the entity name. Please reference your WSDL or the describe call for the "
            "appropriate names.",
            "errorCode": "INVALID_TYPE",
        }
    ]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT Id FROM ConnectedApplication WHERE OptionsIPRestrictions = true", "INVALID_FIELD"),
        ("SELECT Id FROM LoginHistory WHERE Application = 'x'", "INVALID_FIELD"),
        ("SELECT Id FROM User WHERE", "MALFORMED_QUERY"),
    ],
)
def test_each_wrong_query_has_its_code(sf: Salesforce, query: str, code: str) -> None:
    with pytest.raises(SalesforceMalformedRequest) as caught:
        sf.query(query)
    assert codes(caught) == [code]


def test_an_ended_session_is_an_expired_session(stand: Stand, sf: Salesforce) -> None:
    del stand.world.tokens[sf.session_id]
    with pytest.raises(SalesforceExpiredSession) as caught:
        sf.query("SELECT Id FROM Organization")
    assert content(caught) == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


def test_a_used_up_allowance_is_a_refused_request(sf: Salesforce, org: Org) -> None:
    org.switches.change(api_limit=3, api_used=3)
    with pytest.raises(SalesforceRefusedRequest) as caught:
        sf.query("SELECT Id FROM Organization")
    assert content(caught) == [
        {"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}
    ]


def test_a_missing_right_is_a_refused_request(connect: Callable[..., Salesforce], org: Org) -> None:
    limited = connect(org, org.extra["limited_admin_id"])
    with pytest.raises(SalesforceRefusedRequest) as caught:
        objects(limited, "PermissionSet").create({"Name": "Nope", "Label": "Nope"})
    assert content(caught)[0]["errorCode"] == "INSUFFICIENT_ACCESS_OR_READONLY"


def test_what_is_not_there_is_a_resource_not_found(sf: Salesforce) -> None:
    for look in (objects(sf, "Nonsense").describe, lambda: objects(sf, "User").get("005000000000000AAA")):
        with pytest.raises(SalesforceResourceNotFound) as caught:
            look()
        assert content(caught) == [
            {"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"}
        ]
    with pytest.raises(SalesforceResourceNotFound) as caught:
        objects(sf, "User").get_by_custom_id("Nickname", "bo")
    assert "Provided external ID field does not exist" in content(caught)[0]["message"]


def test_a_read_only_object_refuses_the_method(sf: Salesforce, org: Org) -> None:
    app = objects(sf, "ConnectedApplication")
    for write in (
        lambda: app.update(org.app_id, {"OptionsAllowAdminApprovedUsersOnly": True}),
        lambda: app.delete(org.app_id),
        lambda: app.create({"Name": "Mine"}),
    ):
        with pytest.raises(SalesforceGeneralError) as caught:
            write()
        assert caught.value.status == 405
        assert content(caught)[0]["errorCode"] == "METHOD_NOT_ALLOWED"


def test_a_duplicate_names_the_record_that_is_there(sf: Salesforce, org: Org) -> None:
    (known,) = org.find("PermissionSet", Name="Marketing_Cloud_Connected_App")
    with pytest.raises(SalesforceMalformedRequest) as caught:
        objects(sf, "PermissionSet").create({"Name": known["Name"], "Label": "Again"})
    assert codes(caught) == ["DUPLICATE_DEVELOPER_NAME"]
    assert known["Id"][:15] in content(caught)[0]["message"]
    wanted = {"AssigneeId": org.connection_user_id, "PermissionSetId": known["Id"]}
    with pytest.raises(SalesforceMalformedRequest) as caught:
        objects(sf, "PermissionSetAssignment").create(wanted)
    (error,) = content(caught)
    assert error["errorCode"] == "DUPLICATE_VALUE"
    assert error["message"] == (
        f"Duplicate PermissionSetAssignment. Assignee: {org.connection_user_id[:15]}; "
        f"Permission Set: {known['Id'][:15]}"
    )


def test_an_unfit_version_is_not_found(connect: Callable[..., Salesforce], org: Org) -> None:
    with pytest.raises(SalesforceResourceNotFound):
        connect(org, version="99.0").query("SELECT Id FROM Organization")
