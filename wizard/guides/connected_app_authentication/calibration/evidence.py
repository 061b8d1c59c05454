"""What calibration reads from an org: more than the guide needs, and nothing is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from orgs.salesforce.client import Client
from orgs.salesforce.errors import Refused, TemporaryProblem

Row = Mapping[str, Any]

_TOOLING = "tooling "

#: Name -> SOQL; what starts with "tooling " goes to the Tooling API.
QUERIES: Mapping[str, str] = {
    "app": "SELECT Id, Name, OptionsAllowAdminApprovedUsersOnly, OptionsRefreshTokenValidityMetric, "
    "RefreshTokenValidityPeriod FROM ConnectedApplication "
    "WHERE Name LIKE '%Marketing Cloud%' OR Name LIKE '%ExactTarget%'",
    "app_plain": "SELECT Id, Name FROM ConnectedApplication "
    "WHERE Name LIKE '%Marketing Cloud%' OR Name LIKE '%ExactTarget%'",
    "app_tooling": "tooling SELECT Id, Name, DeveloperName, Version FROM ConnectedApplication "
    "WHERE Name LIKE '%Marketing Cloud%'",
    "menu": "SELECT ApplicationId, Name, Label, NamespacePrefix FROM AppMenuItem "
    "WHERE Label LIKE '%Marketing Cloud%'",
    "rights": "SELECT PermissionsCustomizeApplication FROM UserPermissionAccess",
    "grants": "SELECT Id, ParentId, SetupEntityId FROM SetupEntityAccess "
    "WHERE SetupEntityType = 'ConnectedApplication'",
    "audit": "SELECT Action, Display, CreatedDate FROM SetupAuditTrail "
    "ORDER BY CreatedDate DESC, Id DESC LIMIT 2000",
    "logins": "SELECT Application, LoginType, LoginTime FROM LoginHistory ORDER BY LoginTime DESC LIMIT 500",
    "tokens": "SELECT AppName, UseCount FROM OauthToken WHERE AppName LIKE '%Marketing Cloud%' LIMIT 500",
    "package": "SELECT Status, AllowedLicenses, UsedLicenses FROM PackageLicense "
    "WHERE NamespacePrefix = 'et4ae5'",
    "seats": "SELECT UserId FROM UserPackageLicense WHERE PackageLicense.NamespacePrefix = 'et4ae5'",
    "holders": "SELECT AssigneeId FROM PermissionSetAssignment "
    "WHERE PermissionSet.NamespacePrefix = 'et4ae5' LIMIT 2000",
    "configuration": "SELECT Id, et4ae5__Parent_Account_MID__c FROM et4ae5__Configuration__c LIMIT 50",
    "package_state": "SELECT et4ae5__Send_Types__c, et4ae5__AwaitingBusinessUnits__c "
    "FROM et4ae5__Configuration__c LIMIT 50",
    "wizard": "SELECT et4ae5__Configuration_Wizard_Completed__c FROM et4ae5__ET4AE_Config__c LIMIT 50",
    "units": "SELECT Id FROM et4ae5__Business_Unit__c LIMIT 50",
    "proofs": "SELECT VerificationMethod, Status FROM VerificationHistory "
    "ORDER BY VerificationTime DESC LIMIT 2000",
    "valid_users": "SELECT Id FROM User WHERE et4ae5__ValidExactTargetUser__c = true LIMIT 50",
}

#: The objects, as the IT team is told.
OBJECTS = tuple(sorted({found for text in QUERIES.values() for found in re.findall(r"FROM (\w+)", text)}))


@dataclass(frozen=True)
class Reading:
    """Rows, or the code with which the org refused them."""

    rows: tuple[Row, ...] = ()
    code: str = ""

    @property
    def refused(self) -> bool:
        return bool(self.code)


Evidence = Mapping[str, Reading]


def gather(client: Client) -> Evidence:
    """Everything: in as few round trips as the org allows, as a person may be waiting for it."""
    plain = {name: text for name, text in QUERIES.items() if not text.startswith(_TOOLING)}
    found = _together(client, plain)
    for name in QUERIES.keys() - plain.keys():
        found[name] = _tried(partial(client.query, QUERIES[name].removeprefix(_TOOLING), tooling=True))
    found["fields"] = _tried(lambda: list(client.describe("ConnectedApplication")["fields"]))
    return found


def _together(client: Client, queries: Mapping[str, str]) -> dict[str, Reading]:
    try:
        results = client.queries(queries)
    except (Refused, TemporaryProblem) as refusal:
        return {name: Reading(code=refusal.code) for name in queries}
    return {each.ref: _tried(each.records) for each in results}


def _tried(ask: Callable[[], list[dict[str, Any]]]) -> Reading:
    """A refusal is an answer. So is a fault of one endpoint."""
    try:
        return Reading(tuple(ask()))
    except (Refused, TemporaryProblem) as refusal:
        return Reading(code=refusal.code)
