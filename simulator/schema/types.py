"""What an object type is: its fields, flags and relationships. The tables are in `tables.py`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

NAMESPACE = "et4ae5"  # Marketing Cloud Connect's managed package


@dataclass(frozen=True)
class Field:
    name: str
    type: str
    length: int = 0
    filterable: bool = True
    sortable: bool = True
    createable: bool = False
    updateable: bool = False
    required: bool = False
    indexed: bool = False  # ours: looked up by value in milliseconds
    tooling_only: bool = False
    label: str = ""
    to: tuple[str, ...] = ()  # the object types a reference may point to
    relationship: str = ""  # the name used in a dotted path
    values: tuple[str, ...] = ()  # of a picklist

    @property
    def nillable(self) -> bool:
        return self.type not in ("id", "boolean") and not self.required

    @property
    def packaged(self) -> bool:
        return self.name.startswith(NAMESPACE + "__")


@dataclass(frozen=True)
class Child:
    """A child relationship: `(SELECT ... FROM name)` gives the rows whose `field` points here."""

    name: str
    sobject: str
    field: str


@dataclass(frozen=True)
class ObjectType:
    """One sObject. `tooling` says on which endpoint it lives: rest, tooling or both."""

    name: str
    label: str
    prefix: str
    fields: dict[str, Field] = field(default_factory=dict)  # by lower-case name
    children: tuple[Child, ...] = ()
    createable: bool = False
    updateable: bool = False
    deletable: bool = False
    tooling: str = "rest"
    read_rights: tuple[str, ...] = ()  # one of these is needed to see the object at all
    setup: bool = False  # a "Setup" object in the sense of the collections rule
    batch: int = 2000  # rows in one page of a query
    other_prefixes: tuple[str, ...] = ()  # key prefixes that its ids may have as well

    @property
    def packaged(self) -> bool:
        return self.name.startswith(NAMESPACE + "__")

    def field(self, name: str) -> Field | None:
        return self.fields.get(name.lower())

    def parent(self, relationship: str) -> Field | None:
        wanted = relationship.lower()
        return next((f for f in self.fields.values() if f.relationship.lower() == wanted), None)

    def child(self, relationship: str) -> Child | None:
        wanted = relationship.lower()
        return next((c for c in self.children if c.name.lower() == wanted), None)


class Schema:
    """The object types of one kind of org on one endpoint, found by any-case name."""

    def __init__(self, types: Iterable[ObjectType]) -> None:
        self.types = {each.name.lower(): each for each in types}
        self.by_prefix = {
            prefix: each
            for each in self.types.values()
            for prefix in (each.prefix, *each.other_prefixes)
            if prefix
        }

    def find(self, name: str) -> ObjectType | None:
        return self.types.get(name.lower())

    def of_id(self, record_id: str) -> ObjectType | None:
        return self.by_prefix.get(record_id[:3])


def view(all_types: Iterable[ObjectType], *, package: bool, tooling: bool) -> Schema:
    """The schema as seen with or without the package, on the REST or the Tooling endpoint."""
    kept = []
    for each in all_types:
        if (each.packaged and not package) or each.tooling not in ("both", "tooling" if tooling else "rest"):
            continue
        fields = {
            key: f
            for key, f in each.fields.items()
            if (package or not f.packaged) and (tooling or not f.tooling_only)
        }
        kept.append(replace(each, fields=fields))
    return Schema(kept)
