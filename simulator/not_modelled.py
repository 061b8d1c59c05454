"""What Salesforce has and the stand-in has not, so that a refusal says so. docs/stand-in.md lists it all."""

from __future__ import annotations

import re

# Documented resources of /services/data/vXX.X/, as the start of their paths.
RESOURCES = (
    "actions",
    "analytics",
    "appMenu",
    "async-queries",
    "chatter",
    "commerce",
    "compactLayouts",
    "composite/batch",
    "composite/graph",
    "composite/tree",
    "connect",
    "consent",
    "dedupe",
    "einstein",
    "event",
    "folders",
    "jobs",
    "knowledgeManagement",
    "licensing",
    "limits/recordCount",
    "localizedvalue",
    "metadata",
    "parameterizedSearch",
    "process",
    "quickActions",
    "recent",
    "scheduling",
    "search",
    "support",
    "tabs",
    "theme",
    "tooling/completions",
    "tooling/executeAnonymous",
    "tooling/runTestsAsynchronous",
    "tooling/runTestsSynchronous",
    "tooling/search",
    "ui-api",
    "wave",
)
# Other families of addresses: Apex's own, Bulk API 1.0, single sign-on.
SERVICES = ("/services/apexrest", "/services/async", "/services/auth")
# Objects that an org has and that people are likely to ask for.
OBJECTS = (
    "ApexClass",
    "ApexTrigger",
    "Asset",
    "AsyncApexJob",
    "Attachment",
    "Campaign",
    "CampaignMember",
    "Case",
    "Contact",
    "ContentDocument",
    "ContentVersion",
    "Contract",
    "CronTrigger",
    "CustomField",
    "CustomObject",
    "Dashboard",
    "Document",
    "EmailTemplate",
    "EntityDefinition",
    "Event",
    "FieldDefinition",
    "FlowDefinitionView",
    "GroupMember",
    "Lead",
    "LoginIp",
    "MutingPermissionSet",
    "NamedCredential",
    "Opportunity",
    "Order",
    "PermissionSetGroupComponent",
    "PermissionSetLicenseAssign",
    "Pricebook2",
    "Product2",
    "RecordType",
    "Report",
    "SandboxInfo",
    "SandboxProcess",
    "ScratchOrgInfo",
    "StaticResource",
    "Task",
    "TenantUsageEntitlement",
)
# SOQL, as it is written.
FUNCTIONS = (
    "AVG",
    "CALENDAR_MONTH",
    "CALENDAR_YEAR",
    "CONVERTCURRENCY",
    "CONVERTTIMEZONE",
    "COUNT_DISTINCT",
    "DAY_ONLY",
    "DISTANCE",
    "FIELDS",
    "FORMAT",
    "GROUPING",
    "MAX",
    "MIN",
    "SUM",
    "TOLABEL",
)
CLAUSES = ("ALL ROWS", "FOR", "GROUP BY", "HAVING", "TYPEOF", "USING", "WITH")
_DATE_LITERAL = re.compile(r"today|yesterday|tomorrow|(last|this|next)_\w+|n_\w+_ago", re.IGNORECASE)
_FOLDED_OBJECTS = {each.lower() for each in OBJECTS}


def resource(path: str) -> str:
    """The documented resource that this path asks for, or nothing."""
    return next((each for each in RESOURCES if path == each or path.startswith(f"{each}/")), "")


def service(path: str) -> str:
    return next((each for each in SERVICES if path == each or path.startswith(f"{each}/")), "")


def is_object(name: str) -> bool:
    return name.lower() in _FOLDED_OBJECTS


def clause(word: str) -> str:
    """The clause of SOQL that begins with this word, or nothing."""
    return next((each for each in CLAUSES if each.split()[0] == word.upper()), "")


def is_date_literal(word: str) -> bool:
    return _DATE_LITERAL.fullmatch(word) is not None
