"""Runs a query for one user: which rows, in which order, in which shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from simulator import not_modelled
from simulator.errors import ApiError
from simulator.org import rights
from simulator.org.store import Org, Record
from simulator.org.visibility import visible_rows
from simulator.schema.types import ObjectType
from simulator.soql import problems
from simulator.soql.columns import describe, of_children
from simulator.soql.names import Found, Names
from simulator.soql.parser import parse
from simulator.soql.tree import Count, Order, Path, Query
from simulator.soql.where import Conditions

_MAX_OFFSET = 2000
_OAUTH_TOKEN_CAP = 2500  # section 6
Shape = Callable[["Record"], dict[str, Any]]


@dataclass(frozen=True)
class Answer:
    """`rows` are not in their JSON shape yet: `shape` makes one, so that paging pays only for its page."""

    total: int
    rows: list[Any]
    shape: Callable[[Any], dict[str, Any]]
    batch: int


@dataclass(frozen=True)
class Caller:
    org: Org
    user_id: str
    tooling: bool
    base: str  # "/services/data/v66.0"


def run(org: Org, text: str, user_id: str, *, version: str = "66.0", tooling: bool = False) -> Answer:
    """Evaluate one query; ApiError with Salesforce's text for anything wrong in it."""
    return _prepared(org, text, user_id, version, tooling=tooling).answer()


def columns(org: Org, text: str, user_id: str, *, version: str, tooling: bool) -> dict[str, Any]:
    """What the columns of a query are, without its rows."""
    return _prepared(org, text, user_id, version, tooling=tooling).columns()


def _prepared(org: Org, text: str, user_id: str, version: str, *, tooling: bool) -> _Execution:
    base = f"/services/data/v{version}" + ("/tooling" if tooling else "")
    caller = Caller(org, user_id, tooling, base)
    query = parse(text)
    return _Execution(caller, query, _type(caller, query))


def _type(caller: Caller, query: Query) -> ObjectType:
    kind = caller.org.schema(tooling=caller.tooling).find(query.sobject)
    if kind is None and not_modelled.is_object(query.sobject):
        raise problems.not_modelled(query.text, query.at, query.sobject, "INVALID_TYPE")
    if kind is None:
        raise problems.no_type(query.text, query.at, query.sobject)
    seen = rights.seen_as(caller.org, kind, caller.user_id)
    if seen is None:
        raise problems.no_type(query.text, query.at, query.sobject, caller.org.switches.no_read_right_code)
    return seen


class _Execution:
    """One SELECT: the outer one, a child's, or the inner one of a semi-join."""

    def __init__(self, caller: Caller, query: Query, kind: ObjectType) -> None:
        self.caller, self.query, self.kind = caller, query, kind
        self.names = Names(caller.org, kind, query, tooling=caller.tooling)
        self.conditions = Conditions(self.names, self._semi_join)
        self.where = self.conditions.compile(query.where) if query.where else None
        self.orders = [(each, self._sortable(each)) for each in query.order]
        self._check_limits()

    # -- answers

    def answer(self) -> Answer:
        counts = [each for each in self.query.items if isinstance(each, Count)]
        if counts and len(self.query.items) > 1:
            raise problems.malformed(self.query.text, counts[0].at, "count() must stand alone")
        shape: Shape = dict if counts else self.shape()
        rows = self.rows()
        return Answer(len(rows), [] if counts else rows, shape, self.kind.batch)

    def columns(self) -> dict[str, Any]:
        children = [
            of_children(name, execution.columns()["columnMetadata"])
            for name, execution, _field in map(self._child_of, self.query.children)
        ]
        return describe(self.query, self.kind, self.names, children)

    def rows(self, candidates: Iterable[Record] | None = None) -> list[Record]:
        query = self.query
        rows: Iterable[Record] = self._candidates() if candidates is None else candidates
        rows = visible_rows(self.caller.org, self.kind, self.caller.user_id, rows)
        chosen = [row for row in rows if self.where(row)] if self.where else list(rows)
        for order, found in reversed(self.orders):
            chosen = _sorted(chosen, order, found)
        if self.kind.name == "OauthToken":
            chosen = chosen[:_OAUTH_TOKEN_CAP]
        end = None if query.limit is None else query.offset + query.limit
        return chosen[query.offset : end]

    def _candidates(self) -> Iterable[Record]:
        org, name = self.caller.org, self.kind.name
        narrowed = self.conditions.narrowing(self.query.where)
        if narrowed is not None:
            field, values = narrowed
            if field == "Id":
                by_id = {row_id.lower() for row_id in values if row_id}
                return [row for row in org.rows(name) if row["Id"].lower() in by_id]
            found = org.indexed(name, field, values)
            if found is not None:
                return found
        return list(org.rows(name))

    # -- shapes

    def shape(self) -> Shape:
        """A function that gives a row its JSON form, made once per query."""
        founds = self._selected()
        children = [self._child(each) for each in self.query.children]
        base, kind, names = self.caller.base, self.kind, self.names
        seen: set[tuple[str, ...]] = set()
        for found in founds:
            key = (*(step.name for step in found.steps), found.field.name)
            if key in seen:
                raise problems.invalid(
                    self.query.text, self.query.at, f"duplicate field selected: {found.field.name}"
                )
            seen.add(key)

        def make(row: Record) -> dict[str, Any]:
            result = _attributes(base, kind.name, row)
            for found in founds:
                if found.steps:
                    _nest(result, names, row, found, base)
                else:
                    result[found.field.name] = found.get(row)
            for name, rows_of in children:
                result[name] = rows_of(row)
            return result

        return make

    def _selected(self) -> list[Found]:
        return [self.names.find(item) for item in self.query.items if isinstance(item, Path)]

    def _child(self, query: Query) -> tuple[str, Callable[[Record], dict[str, Any] | None]]:
        """The relationship's name, and a function giving the child rows of one parent row."""
        name, execution, field = self._child_of(query)
        shape, org = execution.shape(), self.caller.org

        def rows_of(row: Record) -> dict[str, Any] | None:
            rows = execution.rows(org.find(execution.kind.name, **{field: row["Id"]}))
            return (
                {"totalSize": len(rows), "done": True, "records": [shape(each) for each in rows]}
                if rows
                else None
            )

        return name, rows_of

    def _child_of(self, query: Query) -> tuple[str, _Execution, str]:
        """The relationship's name, its SELECT, and the field that points to the parent."""
        relation = self.kind.child(query.sobject)
        if self.names.is_hidden(self.kind, query.sobject):
            relation = None
        kind = self.names.schema.find(relation.sobject) if relation else None
        kind = rights.seen_as(self.caller.org, kind, self.caller.user_id) if kind else None
        if relation is None or kind is None:
            raise problems.no_child(query.text, query.at, query.sobject)
        return relation.name, _Execution(self.caller, query, kind), relation.field

    # -- checks

    def _sortable(self, order: Order) -> Found:
        found = self.names.find(order.path)
        if not found.field.sortable:
            message = f"field '{found.field.name}' can not be sorted in a query call"
            raise problems.invalid(self.query.text, order.path.at, message)
        return found

    def _check_limits(self) -> None:
        if self.query.offset > _MAX_OFFSET:
            raise ApiError("NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {_MAX_OFFSET}")

    def _semi_join(self, query: Query, left: Path) -> frozenset[Any]:
        kind = _type(self.caller, query)
        if kind.name == self.kind.name:
            message = "The inner and outer selects should not be on the same object type"
            raise problems.malformed(self.query.text, left.at, message)
        item = query.items[0]
        if len(query.items) != 1 or query.children or not isinstance(item, Path):
            raise problems.malformed(
                query.text, query.at, "semi join sub-selects can only have one field in the select list"
            )
        inner = _Execution(self.caller, query, kind)
        found = inner.names.find(item)
        if found.field.type not in ("id", "reference"):
            message = (
                f"The selected field '{found.field.name}' in the subquery and the left operand field in the "
                f"where expression in the outer query '{left.text}' should point to the same object type"
            )
            raise problems.malformed(query.text, item.at, message)
        return frozenset(value for row in inner.rows() if (value := found.get(row)) is not None)


def _attributes(base: str, sobject: str, row: Record) -> dict[str, Any]:
    attributes = {"type": sobject}
    if row.get("Id"):
        attributes["url"] = f"{base}/sobjects/{sobject}/{row['Id']}"
    return {"attributes": attributes}


def _nest(result: dict[str, Any], names: Names, row: Record, found: Found, base: str) -> None:
    """Put a parent's field where its path says: {"Profile": {"UserLicense": {"Name": ...}}}."""
    current: dict[str, Any] = result
    parent: Record | None = row
    for step in found.steps:
        parent = names.parent_of(parent, (step,)) if parent is not None else None
        if parent is None:
            current[step.relationship] = None
            return
        kind = names.org.sobject_of(parent["Id"]) or "Name"
        if current.get(step.relationship) is None:
            current[step.relationship] = _attributes(base, kind if len(step.to) == 1 else "Name", parent)
        current = current[step.relationship]
    current[found.field.name] = found.get(row)


def _sorted(rows: list[Record], order: Order, found: Found) -> list[Record]:
    get = found.get
    empty = [row for row in rows if get(row) is None]
    full = [row for row in rows if get(row) is not None]
    full.sort(key=lambda row: _sort_key(get(row)), reverse=order.descending)
    return full + empty if order.nulls_last else empty + full


def _sort_key(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
