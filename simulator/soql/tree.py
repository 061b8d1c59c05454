"""What a parsed query is made of. `at` is always the place in the query's text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Path:
    """A field or a dotted path to a parent's field."""

    parts: tuple[str, ...]
    at: int

    @property
    def text(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True)
class Literal:
    """`kind` is string, number, boolean, null, date or datetime.

    A string's `pattern` is its text for LIKE, where `\\%` and `\\_` still stand for themselves.
    """

    kind: str
    value: Any
    at: int
    pattern: str = ""


@dataclass(frozen=True)
class Compare:
    path: Path
    operator: str  # = != < <= > >= like
    literal: Literal


@dataclass(frozen=True)
class InList:
    path: Path
    literals: tuple[Literal, ...]
    negated: bool


@dataclass(frozen=True)
class InQuery:
    path: Path
    query: Query
    negated: bool


@dataclass(frozen=True)
class Not:
    part: Condition


@dataclass(frozen=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Any_:
    parts: tuple[Condition, ...]


Condition = Compare | InList | InQuery | Not | All | Any_


@dataclass(frozen=True)
class Count:
    """count(): how many rows, and none of them."""

    at: int


Item = Path | Count


@dataclass(frozen=True)
class Order:
    path: Path
    descending: bool
    nulls_last: bool


@dataclass(frozen=True)
class Query:
    items: tuple[Item, ...]
    sobject: str
    at: int
    alias: str = ""
    children: tuple[Query, ...] = ()
    where: Condition | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    text: str = field(default="", repr=False)
