"""Looks names up: a path in a query -> the field it means and a function that reads it from a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.org.computed import value_of
from simulator.org.store import Org, Record
from simulator.schema.types import Field, ObjectType
from simulator.soql import problems
from simulator.soql.tree import Path, Query

_MAX_DEPTH = 5
Getter = Callable[["Record"], Any]
# What a reference to several object types lets a query read of its target.
_ANYTHING = ObjectType(
    "Name",
    "Name",
    "",
    {
        "id": Field("Id", "id"),
        "name": Field("Name", "string"),
        "type": Field("Type", "picklist"),
    },
)


@dataclass(frozen=True)
class Found:
    """`steps` are the reference fields walked through; `get` reads the value from the first row."""

    field: Field
    kind: ObjectType
    steps: tuple[Field, ...]
    get: Getter


class Names:
    """The names that one FROM makes known."""

    def __init__(self, org: Org, kind: ObjectType, query: Query, *, tooling: bool) -> None:
        self.org = org
        self.kind = kind
        self.text = query.text
        self.own = {query.alias.lower(), kind.name.lower()} - {""}
        self.schema = org.schema(tooling=tooling)
        self._found: dict[tuple[str, ...], Found] = {}

    def find(self, path: Path) -> Found:
        """The field that `path` means; ApiError where a part of it does not exist."""
        key = tuple(part.lower() for part in path.parts)
        if key not in self._found:
            self._found[key] = self._look_up(path)
        return self._found[key]

    def _look_up(self, path: Path) -> Found:
        parts = list(path.parts)
        if len(parts) > 1 and parts[0].lower() in self.own and self.kind.parent(parts[0]) is None:
            parts = parts[1:]
        if len(parts) - 1 > _MAX_DEPTH:
            raise problems.invalid(self.text, path.at, "SOQL relationship path is too long: at most 5 levels")
        kind, steps = self.kind, []
        for relationship in parts[:-1]:
            reference = kind.parent(relationship)
            if reference is None or self.is_hidden(kind, relationship):
                raise problems.no_parent(self.text, path.at, relationship)
            steps.append(reference)
            kind = self.target(reference)
        field = kind.field(parts[-1])
        if field is None or self.is_hidden(kind, field.name):
            raise problems.no_column(self.text, path.at, parts[-1], kind.name)
        return Found(field, kind, tuple(steps), self._getter(tuple(steps), kind, field))

    def is_hidden(self, kind: ObjectType, name: str) -> bool:
        """Field-level security: Salesforce then says that there is none of that name."""
        return f"{kind.name}.{name}" in self.org.switches.hidden_fields

    def target(self, reference: Field) -> ObjectType:
        if len(reference.to) != 1:
            return _ANYTHING
        return self.schema.find(reference.to[0]) or _ANYTHING

    def parent_of(self, row: Record, steps: tuple[Field, ...]) -> Record | None:
        current: Record | None = row
        for step in steps:
            if current is None:
                return None
            current = self.org.get(current.get(step.name))
        return current

    def _getter(self, steps: tuple[Field, ...], kind: ObjectType, field: Field) -> Getter:
        read = value_of(self.org, kind, field)
        if not steps:
            return read

        def through_parents(row: Record) -> object:
            parent = self.parent_of(row, steps)
            return read(parent) if parent is not None else (False if field.type == "boolean" else None)

        return through_parents
