"""Section 11, row by row: without a right, what the sheet says fails for a program does fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import requests

from simulator.org.store import Org
from simulator.server import Stand
from tests.simulator.core import Api, api_for
from tests.simulator.people import busy_org, new_set, numbers, person_without


@pytest.fixture(scope="module")
def org(own_stand: Stand) -> Org:
    return busy_org(own_stand)


@dataclass(frozen=True)
class Call:
    """What a program does, and how one knows that it was refused or that rows were withheld."""

    send: Callable[[Api, Org], requests.Response]
    refused: Callable[[requests.Response], bool]


def code_of(answer: requests.Response) -> str:
    body = answer.json() if "json" in answer.headers["Content-Type"] else None
    return str(body[0]["errorCode"]) if isinstance(body, list) and body and "errorCode" in body[0] else ""


def says(status: int, code: str) -> Callable[[requests.Response], bool]:
    return lambda answer: (answer.status_code, code_of(answer)) == (status, code)


def query(soql: str, tooling: str = "") -> Callable[[Api, Org], requests.Response]:
    return lambda api, org: api.send(
        "GET", f"{tooling}query", params={"q": soql.format(user=org.connection_user_id)}
    )


def nothing(answer: requests.Response) -> bool:
    return answer.status_code == 200 and answer.json()["totalSize"] == 0


def make_set(api: Api, org: Org) -> requests.Response:
    name = f"Made_{next(numbers)}"
    return api.send("POST", "sobjects/PermissionSet", json={"Name": name, "Label": name})


def change_set(api: Api, org: Org) -> requests.Response:
    return api.send("PATCH", f"sobjects/PermissionSet/{new_set(org)}", json={"Label": "Other"})


def grant(api: Api, org: Org) -> requests.Response:
    body = {"ParentId": new_set(org), "SetupEntityId": org.app_id}
    return api.send("POST", "sobjects/SetupEntityAccess", json=body)


def take_grant(api: Api, org: Org) -> requests.Response:
    values = {"ParentId": new_set(org), "SetupEntityId": org.app_id}
    made = org.insert("SetupEntityAccess", values, org.admin_id)
    return api.send("DELETE", f"sobjects/SetupEntityAccess/{made}")


def assign(api: Api, org: Org) -> requests.Response:
    body = {"AssigneeId": org.admin_id, "PermissionSetId": new_set(org)}
    return api.send("POST", "sobjects/PermissionSetAssignment", json=body)


def take_assignment(api: Api, org: Org) -> requests.Response:
    values = {"AssigneeId": org.admin_id, "PermissionSetId": new_set(org)}
    made = org.insert("PermissionSetAssignment", values, org.admin_id)
    return api.send("DELETE", f"sobjects/PermissionSetAssignment/{made}")


def assign_many(api: Api, org: Org) -> requests.Response:
    record = {
        "attributes": {"type": "PermissionSetAssignment"},
        "AssigneeId": org.admin_id,
        "PermissionSetId": new_set(org),
    }
    return api.send("POST", "composite/sobjects", json={"allOrNone": False, "records": [record]})


def each_refused(answer: requests.Response) -> bool:
    (outcome,) = answer.json()
    codes = [error["statusCode"] for error in outcome["errors"]]
    return answer.status_code == 200 and codes == ["INSUFFICIENT_ACCESS_OR_READONLY"]


def give_seat(api: Api, org: Org) -> requests.Response:
    person = person_without(org)
    licence = next(iter(org.rows("PackageLicense")))["Id"]
    return api.send(
        "POST", "sobjects/UserPackageLicense", json={"PackageLicenseId": licence, "UserId": person}
    )


def metadata(api: Api, org: Org) -> requests.Response:
    text = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:m="http://soap.sforce.com/2006/04/metadata"><e:Header><m:SessionHeader>'
        f"<m:sessionId>{api.token}</m:sessionId></m:SessionHeader></e:Header>"
        "<e:Body><m:listMetadata><m:queries><m:type>PermissionSet</m:type></m:queries></m:listMetadata></e:Body>"
        "</e:Envelope>"
    )
    headers = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'}
    return requests.post(f"{api.url}/services/Soap/m/66.0", text.encode(), headers=headers, timeout=60)


def faults(code: str) -> Callable[[requests.Response], bool]:
    return lambda answer: answer.status_code == 500 and f"<faultcode>sf:{code}</faultcode>" in answer.text


NO_TYPE, NO_WRITE = says(400, "INVALID_TYPE"), says(403, "INSUFFICIENT_ACCESS_OR_READONLY")
CALLS = {
    "any call": Call(query("SELECT Id FROM Organization"), says(403, "API_CURRENTLY_DISABLED")),
    "any metadata call": Call(metadata, faults("API_CURRENTLY_DISABLED")),
    "limits": Call(lambda api, org: api.send("GET", "limits"), lambda answer: answer.status_code == 403),
    "read SetupEntityAccess": Call(query("SELECT Id FROM SetupEntityAccess"), NO_TYPE),
    "read PermissionSet": Call(query("SELECT Id FROM PermissionSet"), NO_TYPE),
    "read PermissionSetAssignment": Call(query("SELECT Id FROM PermissionSetAssignment"), NO_TYPE),
    "read SetupAuditTrail": Call(query("SELECT Id FROM SetupAuditTrail"), NO_TYPE),
    "read ConnectedApplication": Call(query("SELECT Id FROM ConnectedApplication"), NO_TYPE),
    "read UserLogin": Call(query("SELECT Id FROM UserLogin"), NO_TYPE),
    "read the package's version": Call(
        query("SELECT Id FROM InstalledSubscriberPackage", "tooling/"), NO_TYPE
    ),
    # Every profile reads the package's objects, but rows of others only with View All Data.
    "read the connection's row": Call(query("SELECT Id FROM et4ae5__Configuration__c"), nothing),
    "read others' tokens": Call(query("SELECT AppName FROM OauthToken WHERE UserId = '{user}'"), nothing),
    "read others' logins": Call(query("SELECT Id FROM LoginHistory WHERE UserId = '{user}'"), nothing),
    "create a permission set": Call(make_set, NO_WRITE),
    "change a permission set": Call(change_set, NO_WRITE),
    "let a set use the app": Call(grant, NO_WRITE),
    "take a set from the app": Call(take_grant, NO_WRITE),
    "assign a set": Call(assign, NO_WRITE),
    "take an assignment": Call(take_assignment, NO_WRITE),
    "assign many": Call(assign_many, each_refused),
    "give a package seat": Call(give_seat, NO_WRITE),
    "metadata": Call(metadata, faults("INSUFFICIENT_ACCESS")),
}
# What is missing (all of them together) -> what fails. Where one of several is enough, all are missing.
WITHOUT = {
    ("ApiEnabled",): ("any call", "any metadata call"),
    ("ViewSetup",): (
        "limits", "read SetupEntityAccess", "read SetupAuditTrail", "let a set use the app",
        "take a set from the app",
    ),
    ("ViewSetup", "AssignPermissionSets", "ManageSessionPermissionSets", "ManageProfilesPermissionsets"): (
        "read PermissionSet",
    ),
    ("ViewSetup", "AssignPermissionSets", "ManageUsers"): ("read PermissionSetAssignment",),
    ("ManageProfilesPermissionsets",): (
        "create a permission set", "change a permission set", "let a set use the app",
        "take a set from the app",
    ),
    ("AssignPermissionSets", "ManageUsers"): ("assign a set", "take an assignment", "assign many"),
    ("CustomizeApplication",): ("read ConnectedApplication", "read others' tokens"),
    ("ManageUsers", "MonitorLoginHistory"): ("read others' logins",),
    ("ManageUsers",): ("read UserLogin",),
    ("ModifyMetadata", "ModifyAllData"): ("metadata",),
    ("InstallPackaging", "ViewSetup"): ("read the package's version",),
    ("ManagePackageLicenses",): ("give a package seat",),
    ("ViewAllData", "ModifyAllData"): ("read the connection's row",),
}  # fmt: skip
CASES = [(missing, name) for missing, names in WITHOUT.items() for name in names]


@pytest.mark.parametrize(("missing", "name"), CASES, ids=[f"{'+'.join(m)}: {n}" for m, n in CASES])
def test_a_program_without_the_right_is_refused(
    own_stand: Stand, org: Org, missing: tuple[str, ...], name: str
) -> None:
    api = api_for(own_stand.url, own_stand.world, org, person_without(org, *missing))
    answer = CALLS[name].send(api, org)
    assert CALLS[name].refused(answer), f"{answer.status_code} {answer.text[:300]}"


@pytest.mark.parametrize("name", CALLS)
def test_with_every_right_the_same_call_works(own_stand: Stand, org: Org, name: str) -> None:
    api = api_for(own_stand.url, own_stand.world, org, person_without(org))
    answer = CALLS[name].send(api, org)
    assert answer.status_code < 300, answer.text
    assert not CALLS[name].refused(answer)


ONE_IS_ENOUGH = [
    (right, name)
    for missing, names in WITHOUT.items()
    for name in names
    for right in missing
    if len(missing) > 1 and (right,) not in WITHOUT
]


@pytest.mark.parametrize(("right", "name"), ONE_IS_ENOUGH, ids=[f"{r}: {n}" for r, n in ONE_IS_ENOUGH])
def test_where_one_of_several_rights_is_enough_lacking_it_alone_does_no_harm(
    own_stand: Stand, org: Org, right: str, name: str
) -> None:
    api = api_for(own_stand.url, own_stand.world, org, person_without(org, right))
    assert not CALLS[name].refused(CALLS[name].send(api, org))
