"""Conditions: checked against the field's type, then compiled to functions of a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from simulator.clock import stamp
from simulator.errors import ApiError
from simulator.ids import to18
from simulator.org.store import Record
from simulator.schema.types import Field
from simulator.soql import problems
from simulator.soql.names import Found, Names
from simulator.soql.tree import All, Any_, Compare, Condition, InList, InQuery, Literal, Not, Path, Query

Test = Callable[["Record"], bool]
SubQuery = Callable[[Query, Path], frozenset[Any]]  # the values of a semi-join's one column

# Field type -> the kind of literal that it takes; all others take strings.
_WANTED = {"boolean": "boolean", "int": "number", "double": "number", "datetime": "datetime", "date": "date"}


class Conditions:
    """Compiles the WHERE of one query."""

    def __init__(self, names: Names, subquery: SubQuery) -> None:
        self.names = names
        self.text = names.text
        self.subquery = subquery
        self._memberships: dict[int, frozenset[Any]] = {}

    def compile(self, condition: Condition) -> Test:
        if isinstance(condition, All):
            tests = [self.compile(part) for part in condition.parts]
            return lambda row: all(test(row) for test in tests)
        if isinstance(condition, Any_):
            tests = [self.compile(part) for part in condition.parts]
            return lambda row: any(test(row) for test in tests)
        if isinstance(condition, Not):
            inner = self.compile(condition.part)
            return lambda row: not inner(row)
        if isinstance(condition, Compare):
            return self._compare(condition)
        found = self._filterable(condition.path)
        wanted, negated, get = self._members(condition, found), condition.negated, found.get
        return lambda row: (_fold(get(row)) in wanted) is not negated

    def narrowing(self, condition: Condition | None) -> tuple[str, Iterable[Any]] | None:
        """An indexed field of the object itself and the only values it may have, if there is one."""
        parts = condition.parts if isinstance(condition, All) else (condition,)
        for part in parts:
            if isinstance(part, Compare) and part.operator == "=":
                found = self._filterable(part.path)
                if not found.steps and found.field.indexed:
                    return found.field.name, [self._value(found.field, part.literal)]
            elif isinstance(part, InList | InQuery) and not part.negated:
                found = self._filterable(part.path)
                if not found.steps and (found.field.indexed or found.field.name == "Id"):
                    return found.field.name, self._members(part, found)
        return None

    # -- single comparisons

    def _filterable(self, path: Path) -> Found:
        found = self.names.find(path)
        # A parent's field can be filtered on only through a reference that can be (section 5).
        closed = next((each for each in (*found.steps, found.field) if not each.filterable), None)
        if closed is not None:
            message = f"field '{closed.name}' can not be filtered in a query call"
            raise problems.invalid(self.text, path.at, message)
        return found

    def _compare(self, node: Compare) -> Test:
        found = self._filterable(node.path)
        get, operator = found.get, node.operator
        if operator == "like":
            return self._like(found, node.literal)
        wanted = _fold(self._value(found.field, node.literal))
        if operator == "=":
            return lambda row: _fold(get(row)) == wanted
        if operator == "!=":
            return lambda row: _fold(get(row)) != wanted
        if wanted is None or found.field.type in ("id", "reference", "boolean"):
            raise self._wrong_operator(node.path.at, found)
        order = _ORDERS[operator]

        def test(row: Record) -> bool:
            value = _fold(get(row))
            return value is not None and order(value, wanted)

        return test

    def _wrong_operator(self, at: int, found: Found) -> ApiError:
        message = f"invalid operator on {found.field.type} field"
        return problems.at(self.text, at, "INVALID_QUERY_FILTER_OPERATOR", message)

    def _like(self, found: Found, literal: Literal) -> Test:
        if literal.kind != "string" or found.field.type in (*_WANTED, "id", "reference"):
            raise self._wrong_operator(literal.at, found)
        pattern, get = like_pattern(literal.pattern), found.get
        return lambda row: isinstance(value := get(row), str) and pattern.fullmatch(value) is not None

    def _members(self, node: InList | InQuery, found: Found) -> frozenset[Any]:
        if id(node) not in self._memberships:
            if isinstance(node, InQuery):
                if found.field.type not in ("id", "reference"):
                    message = (
                        "The left operand field in the where expression for outer query should be an id "
                        f"field, cannot use: '{found.field.name}'"
                    )
                    raise problems.invalid(self.text, node.path.at, message)
                members = self.subquery(node.query, node.path)
            else:
                members = frozenset(self._value(found.field, each) for each in node.literals)
            self._memberships[id(node)] = frozenset(map(_fold, members))
        return self._memberships[id(node)]

    def _check(self, field: Field, literal: Literal) -> None:
        wanted = _WANTED.get(field.type, "string")
        if literal.kind in (wanted, "null"):
            return
        kind = {"datetime": "dateTime", "reference": "ID", "id": "ID"}.get(field.type, field.type)
        quotes = f"should {'' if wanted == 'string' else 'not '}be enclosed in quotes"
        kind = kind if wanted != "string" or kind == "ID" else "string"
        message = f"value of filter criterion for field '{field.name}' must be of type {kind} and {quotes}"
        raise problems.invalid(self.text, literal.at, message)

    def _value(self, field: Field, literal: Literal) -> Any:
        """The literal in the form in which rows hold such a value."""
        self._check(field, literal)
        value = literal.value
        if literal.kind == "null":
            return False if field.type == "boolean" else None
        if isinstance(value, datetime):
            return stamp(value)
        if field.type in ("id", "reference"):
            return self._id(field, literal)
        return value

    def _id(self, field: Field, literal: Literal) -> str:
        full = to18(literal.value)
        if full is None:
            raise ApiError("INVALID_QUERY_FILTER_OPERATOR", problems.malformed(
                self.text, literal.at, f"invalid ID field: {literal.value}").message)  # fmt: skip
        return full


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _fold(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def like_pattern(text: str) -> re.Pattern[str]:
    """% is any text, _ one character, a backslash makes the next one plain; case does not matter."""
    parts, position = [], 0
    while position < len(text):
        char = text[position]
        if char == "\\" and position + 1 < len(text):
            position += 1
            parts.append(re.escape(text[position]))
        else:
            parts.append({"%": ".*", "_": "."}.get(char) or re.escape(char))
        position += 1
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
