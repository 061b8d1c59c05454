"""What was seen in the org at one moment: typed, immutable, explicit about what is not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from functools import cached_property
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


@dataclass(frozen=True)
class LoginRow:
    application: str
    status: str
    at: str


@dataclass(frozen=True)
class Facts:
    """What the runner knew of the org without reading it now."""

    package_version: str | None = None
    is_sandbox: bool | None = None
    api_used: int | None = None
    api_limit: int | None = None
    # What `manage.py calibrate` keeps for this org (see `assumptions`); None: as assumed.
    refresh_token_zero: str | None = None
    app_name: str | None = None
    ip_relaxed_ending: str | None = None
    connected_by: str | None = None
    # Id of each permission set that we made -> the API name that it was made with.
    made_sets: Mapping[str, str] | None = None


Rights = Mapping[str, bool]


@dataclass(frozen=True)
class Snapshot:
    """The parts, by the names that steps use in `reads`."""

    rights: Part[Rights] = Part()
    app: Part[tuple[App, ...]] = Part()
    audit: Part[tuple[AuditRow, ...]] = Part()
    package: Part[tuple[Package, ...]] = Part()
    sets: Part[tuple[PermissionSet, ...]] = Part()
    assignments: Part[tuple[Assignment, ...]] = Part()
    grants: Part[tuple[Grant, ...]] = Part()
    connection_user: Part[tuple[User, ...]] = Part()
    login: Part[tuple[Login, ...]] = Part()
    configuration: Part[tuple[Configuration, ...]] = Part()
    logins: Part[tuple[LoginRow, ...]] = Part()
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


ROW_TYPES: dict[str, Callable[..., Any]] = {
    "app": App,
    "audit": AuditRow,
    "package": Package,
    "sets": PermissionSet,
    "assignments": Assignment,
    "grants": Grant,
    "connection_user": User,
    "login": Login,
    "configuration": Configuration,
    "logins": LoginRow,
}
PARTS: tuple[str, ...] = ("rights", *ROW_TYPES)


def merge(old: Snapshot | None, new: Snapshot) -> Snapshot:
    """`new` laid over `old`: what was not read this time is kept from before."""
    if old is None:
        return new
    fresh = {name: new.part(name) for name in PARTS if new.part(name).state is not State.NOT_READ}
    facts = {each.name: getattr(new.facts, each.name) for each in fields(Facts)}
    known = {name: value for name, value in facts.items() if value is not None}
    return replace(old, **fresh, facts=replace(old.facts, **known), read_at=max(old.read_at, new.read_at))


def dump(snapshot: Snapshot) -> dict[str, Json]:
    parts = {name: _dump_part(snapshot.part(name)) for name in PARTS}
    return {"parts": parts, "facts": asdict(snapshot.facts), "read_at": snapshot.read_at}


def _dump_part(part: Part[Any]) -> dict[str, Json]:
    value = part.value
    if isinstance(value, tuple):
        value = [asdict(row) for row in value]
    elif isinstance(value, Mapping):
        value = dict(value)
    raw = {each.name: getattr(part, each.name) for each in fields(Part) if each.name != "value"}
    return {**raw, "state": part.state.value, "value": value}


def load(raw: Mapping[str, Json]) -> Snapshot:
    parts = raw.get("parts", {})
    loaded = {name: _load_part(name, parts[name]) for name in PARTS if name in parts}
    return Snapshot(**loaded, facts=Facts(**raw.get("facts", {})), read_at=raw.get("read_at", ""))


def _load_part(name: str, raw: Mapping[str, Json]) -> Part[Any]:
    value = raw.get("value")
    if value is not None and name != "rights":
        value = tuple(ROW_TYPES[name](**row) for row in value)
    return Part(**{**raw, "state": State(raw["state"]), "value": value})
