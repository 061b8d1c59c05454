"""What is read from the org, as data, and the reading of it.

One query for each part, at most ten: a full read is two composites of five queries, sent
side by side. `PART_OBJECTS` is the whole list of what this guide ever reads, and the page
for a client's IT team is made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from orgs.salesforce.client import Sub, SubResult
from orgs.salesforce.soql import Names, soql
from wizard.guides.base import Access, Reader
from wizard.guides.connected_app_authentication.calibration.assumptions import SETTINGS
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.parsing import ADMINISTRATOR_RIGHTS, PARSERS
from wizard.guides.connected_app_authentication.snapshot import PARTS, Facts, Part, Snapshot, State
from wizard.guides.text import Json, Text
from wizard.guides.text import gettext_noop as _

NAMESPACE = "et4ae5"
APP_NAME = "Salesforce Marketing Cloud"
QUERIES_PER_COMPOSITE = 5
#: What a permission set may let people use, as SetupEntityAccess calls it (fact sheet, section 4c).
APP_TYPES = ("ConnectedApplication", "ExternalClientApplication")

#: SetupAuditTrail actions that touch an app's policies or its presence (fact sheet, section 6).
AUDIT_ACTIONS = (
    "changeUserRuntimeAccessPolicy",
    "changeIpRelaxationPolicy",
    "insertConnectedApplication",
    "deleteConnectedApplication",
)


PROFILE_RIGHTS = tuple(f"Profile.{right}" for right in ADMINISTRATOR_RIGHTS)


@dataclass(frozen=True)
class Source:
    """One part's object and fields. `guarded` fields are read only where the org has them.

    `filters` only narrow the query down; `why` is what a client's IT team is told.
    """

    sobject: str
    fields: tuple[str, ...]
    guarded: tuple[str, ...] = ()
    extra: bool = False  # read only when asked for by name
    filters: tuple[str, ...] = ()
    why: str = ""


PART_OBJECTS: Mapping[str, Source] = {
    "rights": Source(
        "UserPermissionAccess",
        (),
        (
            "PermissionsApiEnabled",
            "PermissionsViewSetup",
            "PermissionsCustomizeApplication",
            "PermissionsModifyAllData",
            "PermissionsViewAllData",
            "PermissionsManageRemoteAccess",
            "PermissionsManageProfilesPermissionsets",
            "PermissionsAssignPermissionSets",
            "PermissionsManageUsers",
        ),
        why=_("To tell you beforehand which steps you have no right for."),
    ),
    "app": Source(
        "ConnectedApplication",
        ("Id", "Name"),
        (
            "OptionsAllowAdminApprovedUsersOnly",
            "OptionsRefreshTokenValidityMetric",
            "RefreshTokenValidityPeriod",
        ),
        why=_("To find the Salesforce Marketing Cloud app, check its policies, and tell other apps by name."),
    ),
    "audit": Source(
        "SetupAuditTrail",
        ("Action", "Display", "CreatedDate", "CreatedBy.Name"),
        filters=("Id",),
        why=_("To prove IP relaxation, which no field shows. Only rows about connected apps' policies."),
    ),
    "package": Source(
        "PackageLicense",
        ("Status", "AllowedLicenses", "UsedLicenses", "ExpirationDate"),
        filters=("NamespacePrefix",),
        why=_("To see that Marketing Cloud Connect is installed and has seats."),
    ),
    "sets": Source(
        "PermissionSet",
        (
            "Id",
            "Name",
            "Label",
            "NamespacePrefix",
            "HasActivationRequired",
            "LicenseId",
            "Type",
            "PermissionSetGroupId",
            "IsOwnedByProfile",
        ),
        why=_("To find the package's permission sets and the new one."),
    ),
    "assignments": Source(
        "PermissionSetAssignment",
        ("Id", "AssigneeId", "PermissionSetId", "PermissionSetGroupId", "IsActive", "ExpirationDate"),
        filters=("PermissionSet.Name", "PermissionSet.NamespacePrefix"),
        why=_("To see who has the new set, and which sets the connection user has."),
    ),
    "grants": Source(
        "SetupEntityAccess",
        ("Id", "ParentId", "SetupEntityId"),
        filters=("SetupEntityType", "Parent.IsOwnedByProfile"),
        why=_("To see which permission sets may use an app."),
    ),
    "connection_user": Source(
        "User",
        (
            *("Id", "Name", "Username", "IsActive", "Profile.Name"),
            *("Profile.UserLicense.Name", "Profile.UserLicense.LicenseDefinitionKey"),
        ),
        (
            "UserPermissionsMarketingUser",
            "Profile.PermissionsApiUserOnly",
            *PROFILE_RIGHTS,
            "et4ae5__ExactTargetForAppExchangeUser__c",
            "et4ae5__ExactTargetForAppExchangeAdmin__c",
            "et4ae5__ValidExactTargetUser__c",
        ),
        why=_("To check that the connection user is active and set up for Marketing Cloud Connect."),
    ),
    "login": Source(
        "UserLogin",
        ("UserId", "IsFrozen", "IsPasswordLocked"),
        why=_("To see whether the connection user is frozen or locked."),
    ),
    "configuration": Source(
        "et4ae5__Configuration__c",
        ("Id", "et4ae5__Parent_Account_MID__c", "CreatedDate", "LastModifiedDate"),
        why=_("To see which Engagement account is connected, and since when."),
    ),
    "logins": Source("LoginHistory", ("Application", "Status", "LoginTime"), extra=True),
}

#: What is read without being asked for by name, as the IT team is told.
READS = tuple(
    Access(each.sobject, (*each.fields, *each.guarded), Text(each.why), each.filters)
    for each in PART_OBJECTS.values()
    if not each.extra
)

#: Guarded fields that every org has, read even where discovery kept nothing of their object.
_EVERYWHERE = frozenset(
    {
        "PermissionsApiEnabled",
        "PermissionsViewSetup",
        "PermissionsCustomizeApplication",
        "PermissionsModifyAllData",
        "PermissionsManageUsers",
        "OptionsAllowAdminApprovedUsersOnly",
        "OptionsRefreshTokenValidityMetric",
        "RefreshTokenValidityPeriod",
        "UserPermissionsMarketingUser",
        "Profile.PermissionsApiUserOnly",
        *PROFILE_RIGHTS,
    }
)

#: The parts that depend on what was chosen: they count as not read for other choices.
CHOICE_PARTS: Mapping[str, Callable[[Choices], str]] = {
    "sets": lambda choices: f"{choices.set_name}|{choices.set_label}|{choices.adopt}",
    "assignments": lambda choices: f"{choices.connection_user}|{choices.set_name}|{choices.adopt}",
    "connection_user": lambda choices: choices.connection_user,
    "login": lambda choices: choices.connection_user,
    "logins": lambda choices: choices.connection_user,
}


def asked(name: str, choices: Choices) -> str:
    """For which choices the part is (or would be) read."""
    return CHOICE_PARTS[name](choices) if name in CHOICE_PARTS else ""


def read(
    client: Reader,
    inputs: Choices,
    parts: Iterable[str] | None = None,
    known: Mapping[str, Json] | None = None,
) -> Snapshot:
    """The named parts (all but the extra ones if None) in one round trip."""
    known = known or {}
    wanted, made = [name for name in PARTS if _is_wanted(name, parts)], tuple(known.get("made") or ())
    answers: dict[str, Part[Any]] = {}
    subs: list[Sub] = []
    for name in wanted:
        fields = _fields(name, known)
        if fields is None:
            answers[name] = _unreadable("FIELDS_MISSING", PART_OBJECTS[name].sobject)
        elif text := _query(name, fields, inputs, made):
            subs.append(Sub.query(name, text))
    now = datetime.now(UTC).isoformat()
    for result in _ask(client, subs):
        answers[result.ref] = _part(result)
    stamped = {name: _stamp(part, asked(name, inputs), now) for name, part in answers.items()}
    return Snapshot(**stamped, facts=_facts(client, known), read_at=now)


def _is_wanted(name: str, parts: Iterable[str] | None) -> bool:
    return not PART_OBJECTS[name].extra if parts is None else name in frozenset(parts)


def _ask(client: Reader, subs: Sequence[Sub]) -> list[SubResult]:
    if not subs:
        return []
    size = QUERIES_PER_COMPOSITE
    batches = [subs[start : start + size] for start in range(0, len(subs), size)]
    return [result for batch in client.composite_side_by_side(batches) for result in batch]


def _fields(name: str, known: Mapping[str, Json]) -> list[str] | None:
    """What to select; None when the org is known not to have what the part needs."""
    source = PART_OBJECTS[name]
    described = known.get("fields") or {}
    if source.sobject not in described:
        chosen = [*source.fields, *(each for each in source.guarded if each in _EVERYWHERE)]
    else:
        there = frozenset(described[source.sobject])
        if any("." not in each and each not in there for each in source.fields):
            return None
        chosen = [*source.fields, *(each for each in source.guarded if "." in each or each in there)]
    profile = described.get("Profile")
    if profile is not None:
        chosen = [each for each in chosen if not _is_missing_on_profile(each, profile)]
    return chosen or None


def _is_missing_on_profile(field: str, profile: Iterable[str]) -> bool:
    relation, _, name = field.partition(".")
    return relation == "Profile" and name.startswith("Permissions") and name not in frozenset(profile)


def _query(name: str, fields: Sequence[str], choices: Choices, made: Sequence[str] = ()) -> str:
    """The part's query, or nothing when there is nobody to ask about."""
    source = PART_OBJECTS[name]
    start = "SELECT {fields} FROM {sobject}"
    more = {"fields": Names(fields), "sobject": Names([source.sobject])}
    person = choices.connection_user
    match name:
        case "rights":
            return soql(start, **more)
        case "app":
            # All of them: a set of ours may be on another app, and names may begin alike.
            return soql(f"{start} ORDER BY Name LIMIT 2000", **more)
        case "audit":
            return soql(
                f"{start} WHERE Action IN {{actions}} ORDER BY CreatedDate DESC, Id DESC LIMIT 200",
                actions=AUDIT_ACTIONS,
                **more,
            )
        case "package":
            return soql(f"{start} WHERE NamespacePrefix = {{namespace}}", namespace=NAMESPACE, **more)
        case "sets":
            return _sets_query(start, more, choices, made)
        case "assignments":
            return _assignments_query(start, more, choices, made)
        case "grants":
            return soql(
                f"{start} WHERE SetupEntityType IN {{apps}} AND Parent.IsOwnedByProfile = false",
                apps=APP_TYPES,
                **more,
            )
        case "configuration":
            return soql(f"{start} ORDER BY LastModifiedDate DESC LIMIT 50", **more)
        case "connection_user":
            return soql(f"{start} WHERE Id = {{person}}", person=person, **more) if person else ""
        case "login":
            return soql(f"{start} WHERE UserId = {{person}}", person=person, **more) if person else ""
        case "logins":
            where = "WHERE UserId = {person} ORDER BY LoginTime DESC LIMIT 100"
            return soql(f"{start} {where}", person=person, **more) if person else ""
    raise KeyError(name)


_SETS = "WHERE IsOwnedByProfile = false AND (NamespacePrefix = {{namespace}} OR ({})))"


def _sets_query(start: str, more: Mapping[str, Names], choices: Choices, made: Sequence[str]) -> str:
    """Our sets by their ids too: somebody may have renamed them."""
    ours = "NamespacePrefix = null AND (Label = {label} OR Name = {name}"
    values: dict[str, str] = {"label": choices.set_label, "name": choices.set_name, "namespace": NAMESPACE}
    by_id = sorted({*made, choices.adopt} - {""})
    if by_id:
        ours += " OR Id IN {by_id}"
        return soql(f"{start} {_SETS.format(ours)}", by_id=by_id, **values, **more)
    return soql(f"{start} {_SETS.format(ours)}", **values, **more)


def _assignments_query(start: str, more: Mapping[str, Names], choices: Choices, made: Sequence[str]) -> str:
    wanted: list[str] = []
    values: dict[str, Any] = {}
    if choices.connection_user:
        wanted.append("AssigneeId = {person}")
        values["person"] = choices.connection_user
    by_id = sorted({*made, choices.adopt} - {""})
    if by_id:
        wanted.append("PermissionSetId IN {by_id}")
        values["by_id"] = by_id
    if choices.set_name and not choices.adopt:
        wanted.append("(PermissionSet.NamespacePrefix = null AND PermissionSet.Name = {name})")
        values["name"] = choices.set_name
    return soql(f"{start} WHERE {' OR '.join(wanted)}", **values, **more) if wanted else ""


def _part(result: SubResult) -> Part[Any]:
    if (error := result.error) is not None:
        return _unreadable(error.code, error.message)
    return Part(State.KNOWN, PARSERS[result.ref](result.records()))


def _unreadable(code: str, message: str) -> Part[Any]:
    return Part(State.UNREADABLE, code=code, message=message)


def _stamp(part: Part[Any], asked_for: str, now: str) -> Part[Any]:
    return Part(part.state, part.value, part.code, part.message, asked_for, now)


def _facts(client: Reader, known: Mapping[str, Json]) -> Facts:
    """Usage as the last answer gave it; else what the runner had from before."""
    usage, before = getattr(client, "usage", None), known.get("usage") or {}
    used, limit = usage[:2] if usage else (before.get("used"), before.get("limit"))
    return Facts(
        package_version=known.get("package_version"),
        is_sandbox=known.get("is_sandbox"),
        api_used=used,
        api_limit=limit,
        made_sets={row_id: str(data["name"]) for row_id, data in (known.get("made") or {}).items()},
        **{name: known.get(name) for name in SETTINGS},
    )
