"""What was seen in the org at one moment: typed, immutable, explicit about what is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import cache, cached_property
from itertools import zip_longest
from typing import Any, Generic, TypeVar

from wizard.guides.text import Json

T = TypeVar("T")


class State(StrEnum):
    NOT_READ = "not_read"
    KNOWN = "known"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Part(Generic[T]):
    """One part of a snapshot. `asked` tells for which choices it was read (see `reading`)."""

    state: State = State.NOT_READ
    value: T | None = None
    code: str = ""
    message: str = ""
    asked: str = ""
    read_at: str = ""

    @property
    def is_known(self) -> bool:
        return self.state is State.KNOWN

    def get(self, default: T) -> T:
        """The value, or `default` when there is none to be had."""
        return default if self.value is None else self.value


@dataclass(frozen=True)
class App:
    """A ConnectedApplication row. The two refresh-token fields are kept raw (fact sheet 1b)."""

    id: str
    name: str
    admin_approved: bool
    refresh_period: int | None = None
    refresh_from_last_use: bool | None = None
    policies_seen: bool = True  # a caller without rights gets the row without its policies


@dataclass(frozen=True)
class ExternalApp:
    """An ExternalClientApplication row."""

    id: str
    name: str


@dataclass(frozen=True)
class AuditRow:
    action: str
    display: str
    at: str
    by: str = ""


@dataclass(frozen=True)
class Package:
    """A PackageLicense row. `allowed` is -1 for a licence without a seat limit."""

    status: str
    allowed: int | None = None
    used: int | None = None
    expires: str = ""


class SetKind(StrEnum):
    """What a PermissionSet row stands for. Only a plain set can be put on the app and given to people."""

    PLAIN = "plain"
    GROUP = "group"  # holds what a permission set group gives in sum
    SESSION = "session"  # works in activated sessions only
    OTHER = "other"  # a profile's own, one that Salesforce delivers, or one that does not say


@dataclass(frozen=True)
class PermissionSet:
    id: str
    name: str
    label: str
    namespace: str = ""
    needs_activation: bool = False
    licence_id: str = ""
    type: str = ""  # Salesforce's `Type`; empty in snapshots from before it was read
    group_id: str = ""
    of_profile: bool = False

    @property
    def kind(self) -> SetKind:
        if self.type == "Group" or self.group_id:
            return SetKind.GROUP
        if self.type == "Session" or self.needs_activation:
            return SetKind.SESSION
        if self.of_profile or self.type not in ("", "Regular"):
            return SetKind.OTHER
        return SetKind.PLAIN


@dataclass(frozen=True)
class Assignment:
    """A row with a `group_id` comes with a permission set group, which may mute what it gives."""

    id: str
    user_id: str
    set_id: str
    active: bool = True
    expires: str = ""
    group_id: str = ""
    lets_in_uninstalled: bool | None = None  # whether the set lets its people let in uninstalled apps


@dataclass(frozen=True)
class Grant:
    """A SetupEntityAccess row: a permission set that may use a connected app."""

    id: str
    set_id: str
    app_id: str


@dataclass(frozen=True)
class User:
    """The Salesforce-side connection user. None means that the org did not show the field."""

    id: str
    name: str
    username: str
    active: bool
    profile: str = ""
    licence: str = ""
    marketing_user: bool | None = None
    api_only: bool | None = None
    appexchange_user: bool | None = None
    appexchange_admin: bool | None = None
    valid_engagement_user: bool | None = None
    # Names come in the language of whoever is signed in; these do not.
    licence_key: str = ""
    administrator: bool | None = None  # whether the profile has the rights of System Administrator


@dataclass(frozen=True)
class Login:
    user_id: str
    frozen: bool
    locked: bool


@dataclass(frozen=True)
class Configuration:
    """An et4ae5__Configuration__c row: the package's record of its connection."""

    id: str
    mid: str
    created_at: str
    modified_at: str
    mid_seen: bool = True  # field-level security may hide which account it is
    # What the package wants after connecting; None where the org does not show it.
    send_types: str | None = None
    awaiting_units: bool | None = None


@dataclass(frozen=True)
class Unit:
    """An et4ae5__Business_Unit__c row: a business unit that has arrived."""

    id: str
    name: str


@dataclass(frozen=True)
class Wizard:
    """An et4ae5__ET4AE_Config__c row: how far the package's own wizard is, for the org or for somebody."""

    id: str
    owner_id: str
    completed: bool


@dataclass(frozen=True)
class Use:
    """An OauthToken or LoginHistory row: a person who uses an app, and when that was last.

    The name is empty and `active` None where the org hides that of people.
    """

    app: str
    user_id: str
    name: str
    username: str = ""
    active: bool | None = True
    last: str = ""


@dataclass(frozen=True)
class Verification:
    """A VerificationHistory row: how the connection user proved its identity once."""

    method: str
    status: str
    at: str


@dataclass(frozen=True)
class Security:
    """What we keep of the org's SecuritySettings. None means that the org did not show the setting."""

    built_in_authenticators: bool | None = None
    security_keys: bool | None = None
    locked_to_ip: bool | None = None
    ip_ranges_on_every_request: bool | None = None


@dataclass(frozen=True)
class Site:
    """A remote site of the package."""

    name: str
    active: bool


@dataclass(frozen=True)
class Version:
    """Which version of the package is installed."""

    number: str


@dataclass(frozen=True)
class Facts:
    """What the runner knew of the org without reading it now."""

    package_version: str | None = None
    is_sandbox: bool | None = None
    api_used: int | None = None
    api_limit: int | None = None
    caller_id: str | None = None  # the Salesforce user whom we are signed in as
    caller_name: str | None = None
    # What `manage.py calibrate` keeps for this org (see `assumptions`); None: as assumed.
    refresh_token_zero: str | None = None
    app_name: str | None = None
    ip_relaxed_ending: str | None = None
    connected_by: str | None = None
    ready_by: str | None = None
    proof_methods: str | None = None
    freeze_actions: str | None = None
    logins_since: str | None = None  # the oldest sign-in that was looked at in Login History
    # Id of each permission set that we made -> the API name that it was made with.
    made_sets: Mapping[str, str] | None = None
    former_apps: Sequence[str] | None = None  # names of connected apps that were seen, and are gone
    app_was_missing: bool | None = None  # when this setup first looked, or later


Rights = Mapping[str, bool]


@dataclass(frozen=True)
class Snapshot:
    """The parts, by the names that steps use in `reads`."""

    rights: Part[Rights] = Part()
    app: Part[tuple[App, ...]] = Part()
    external: Part[tuple[ExternalApp, ...]] = Part()  # read only where the app is no connected app
    audit: Part[tuple[AuditRow, ...]] = Part()
    package: Part[tuple[Package, ...]] = Part()
    sets: Part[tuple[PermissionSet, ...]] = Part()
    assignments: Part[tuple[Assignment, ...]] = Part()
    grants: Part[tuple[Grant, ...]] = Part()
    connection_user: Part[tuple[User, ...]] = Part()
    login: Part[tuple[Login, ...]] = Part()
    configuration: Part[tuple[Configuration, ...]] = Part()
    tokens: Part[tuple[Use, ...]] = Part()
    approvals: Part[tuple[Assignment, ...]] = Part()  # what else lets people use the app, who are not listed
    logins: Part[tuple[Use, ...]] = Part()  # who signed in through our app lately
    units: Part[tuple[Unit, ...]] = Part()
    wizard: Part[tuple[Wizard, ...]] = Part()
    readers: Part[tuple[Assignment, ...]] = Part()  # what lets the chosen people read the package's objects
    freezes: Part[tuple[AuditRow, ...]] = Part()  # by people; read only where the connection user is frozen
    proofs: Part[tuple[Verification, ...]] = Part()
    security: Part[tuple[Security, ...]] = Part()
    sites: Part[tuple[Site, ...]] = Part()
    version: Part[tuple[Version, ...]] = Part()
    facts: Facts = Facts()
    read_at: str = ""

    def part(self, name: str) -> Part[Any]:
        part: Part[Any] = getattr(self, name)
        return part

    @cached_property
    def direct_assignments(self) -> tuple[Assignment, ...]:
        """What people were given themselves, not by way of a group."""
        return tuple(row for row in self.assignments.get(()) if not row.group_id)

    @cached_property
    def assignments_by_user(self) -> Mapping[str, tuple[Assignment, ...]]:
        """An index: thousands of people are looked up one by one."""
        rows: dict[str, list[Assignment]] = {}
        for row in self.direct_assignments:
            rows.setdefault(row.user_id, []).append(row)
        return {user_id: tuple(each) for user_id, each in rows.items()}


ROW_TYPES: dict[str, Callable[..., object]] = {
    "app": App,
    "external": ExternalApp,
    "audit": AuditRow,
    "package": Package,
    "sets": PermissionSet,
    "assignments": Assignment,
    "grants": Grant,
    "connection_user": User,
    "login": Login,
    "configuration": Configuration,
    "tokens": Use,
    "approvals": Assignment,
    "logins": Use,
    "units": Unit,
    "wizard": Wizard,
    "readers": Assignment,
    "freezes": AuditRow,
    "proofs": Verification,
    "security": Security,
    "sites": Site,
    "version": Version,
}
PARTS: tuple[str, ...] = ("rights", *ROW_TYPES)


def merge(old: Snapshot | None, new: Snapshot) -> Snapshot:
    """`new` laid over `old`: what was not read this time is kept from before."""
    if old is None:
        return new
    fresh = {name: new.part(name) for name in PARTS if new.part(name).state is not State.NOT_READ}
    facts = {each.name: getattr(new.facts, each.name) for each in fields(Facts)}
    known = {name: value for name, value in facts.items() if value is not None}
    known["former_apps"] = _former_apps(old, new)
    known["app_was_missing"] = old.facts.app_was_missing or _lacks_app(old) or None
    return replace(old, **fresh, facts=replace(old.facts, **known), read_at=max(old.read_at, new.read_at))


def _former_apps(old: Snapshot, new: Snapshot) -> list[str] | None:
    """The names of the apps that are there no more: the audit trail goes on to tell of them."""
    there = {app.name for app in (new.app if new.app.is_known else old.app).get(())}
    names = {app.name for app in old.app.get(())} | set(old.facts.former_apps or ())
    return sorted(names - there) or None


def _lacks_app(snapshot: Snapshot) -> bool:
    names = [app.name.lower() for app in snapshot.app.get(())]
    return snapshot.app.is_known and not any("marketing cloud" in name for name in names)


# What is stored outlives the code that wrote it: while an upgrade is under way both releases read it. So what
# is as always is left out, and what this code does not know is passed over.

#: Under its own name the release before keeps rows of another kind.
_STORED_AS = {"logins": "sign_ins"}
#: The release before loads no row that has one of these, so they are kept elsewhere. They go home a version
#: later: `load` finds them there already.
_NEWER: dict[type, frozenset[str]] = {
    Facts: frozenset(
        {
            *("caller_id", "caller_name", "ready_by", "logins_since", "former_apps", "app_was_missing"),
            *("proof_methods", "freeze_actions"),
        }
    ),
    Configuration: frozenset({"mid_seen", "send_types", "awaiting_units"}),
    Assignment: frozenset({"lets_in_uninstalled"}),
}


def dump(snapshot: Snapshot) -> dict[str, Json]:
    parts = {_STORED_AS.get(name, name): _dump_part(snapshot.part(name)) for name in PARTS}
    newer = {
        "facts": _dump_newer(snapshot.facts),
        "configuration": [_dump_newer(row) for row in snapshot.configuration.value or ()],
        "assignments": [_dump_newer(row) for row in snapshot.assignments.value or ()],
    }
    return {"parts": parts, "facts": _dump_row(snapshot.facts), "newer": newer, "read_at": snapshot.read_at}


def _dump_part(part: Part[Any]) -> dict[str, Json]:
    value = part.value
    if isinstance(value, tuple):
        value = [_dump_row(row) for row in value]
    elif isinstance(value, Mapping):
        value = dict(value)
    return {**_dump_row(part), "state": part.state.value, "value": value}


def _dump_row(row: Any) -> dict[str, Json]:
    newer = _NEWER.get(row.__class__, frozenset())
    return {name: value for name, value in _unusual(row).items() if name not in newer}


def _dump_newer(row: Any) -> dict[str, Json]:
    return {name: value for name, value in _unusual(row).items() if name in _NEWER[row.__class__]}


def _unusual(row: Any) -> dict[str, Json]:
    found = ((name, getattr(row, name), usual) for name, usual in _usual(row.__class__).items())
    return {name: value for name, value, usual in found if value != usual}


@cache
def _usual(kind: type) -> dict[str, object]:
    """Its fields with what they are where nothing is said."""
    return {each.name: each.default for each in fields(kind)}


def load(raw: Mapping[str, Json]) -> Snapshot:
    newer = raw.get("newer", {})
    parts = {name: raw.get("parts", {}).get(_STORED_AS.get(name, name)) for name in PARTS}
    loaded = {name: _load_part(name, part, newer.get(name, ())) for name, part in parts.items() if part}
    facts = _known(Facts, {**raw.get("facts", {}), **newer.get("facts", {})})
    return Snapshot(**loaded, facts=Facts(**facts), read_at=raw.get("read_at", ""))


def _load_part(name: str, raw: Mapping[str, Json], newer: Sequence[Mapping[str, Json]]) -> Part[Any]:
    value = raw.get("value")
    if value is not None and name != "rights":
        rows: Iterable[tuple[Any, Any]] = zip_longest(value, newer, fillvalue={})
        value = tuple(ROW_TYPES[name](**_known(ROW_TYPES[name], {**row, **more})) for row, more in rows)
    return Part(**{**_known(Part, raw), "state": State(raw["state"]), "value": value})


def _known(kind: Any, raw: Mapping[str, Json]) -> dict[str, Json]:
    names = _usual(kind)
    return {name: value for name, value in raw.items() if name in names}
