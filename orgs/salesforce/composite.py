"""What goes into a composite call and what comes out (fact sheet, section 8)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from orgs.salesforce.errors import HALTED, LOCKED, NoAnswer, SalesforceError
from orgs.salesforce.transport import first_error

MAX_SUBREQUESTS = 25
MAX_QUERIES = 5  # queries and collections together
_REF = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_REFERENCE = re.compile(r"@\{(\w+)[.\[]")  # to the result of another subrequest


@dataclass(frozen=True)
class Sub:
    """One subrequest. `path` is relative to `/services/data/vXX.0/`."""

    method: str
    path: str
    ref: str
    body: Mapping[str, Any] | None = None

    @classmethod
    def query(cls, ref: str, soql: str, *, tooling: bool = False) -> Sub:
        return cls("GET", query_path(soql, tooling=tooling), ref)

    @property
    def counts_as_query(self) -> bool:
        return self.path.startswith(("query", "tooling/query", "composite/sobjects"))

    @property
    def of_tooling(self) -> bool:
        return self.path.startswith("tooling/")


@dataclass(frozen=True)
class Save:
    """What became of one record of a collections call."""

    id: str | None
    success: bool
    error: SalesforceError | None = None

    @classmethod
    def parse(cls, row: Mapping[str, Any]) -> Save:
        errors = row.get("errors") or []
        success = bool(row.get("success"))
        error = None if success else first_error(400, errors)
        return cls(row.get("id"), success, error)


@dataclass(frozen=True)
class SubResult:
    ref: str
    status: int
    body: Any

    @property
    def error(self) -> SalesforceError | None:
        return None if self.status < 400 else first_error(self.status, self.body)

    def records(self) -> list[dict[str, object]]:
        """The rows of a query, all pages; raises its error."""
        if (error := self.error) is not None:
            raise error
        if not isinstance(self.body, Mapping) or not isinstance(self.body.get("records"), list):
            raise NoAnswer("UNREADABLE_ANSWER", "A query's answer has no records.", status=self.status)
        return list(self.body["records"])

    def saves(self) -> list[Save]:
        """The rows of a collections call (`composite/sobjects`); raises its error."""
        if (error := self.error) is not None:
            raise error
        return parse_saves(self.body)


def query_path(soql: str, *, tooling: bool = False) -> str:
    return f"{'tooling/' if tooling else ''}query/?q={quote(soql, safe='')}"


def resource_of(subs: Sequence[Sub]) -> str:
    """Requests of the Tooling API have a composite resource of their own (its guide)."""
    return "tooling/composite" if all(sub.of_tooling for sub in subs) else "composite"


def only_reads(subs: Sequence[Sub]) -> bool:
    return all(sub.method == "GET" for sub in subs)


def check_limits(subs: Sequence[Sub]) -> None:
    """Raise `ValueError` beyond Salesforce's limits of one composite call."""
    if not 0 < len(subs) <= MAX_SUBREQUESTS:
        raise ValueError(f"A composite takes 1 to {MAX_SUBREQUESTS} subrequests, not {len(subs)}")
    if sum(sub.counts_as_query for sub in subs) > MAX_QUERIES:
        raise ValueError(f"A composite takes at most {MAX_QUERIES} queries and collections")
    refs = [sub.ref for sub in subs]
    if len(set(refs)) < len(refs) or not all(_REF.fullmatch(ref) for ref in refs):
        raise ValueError("References must be unique letters, digits and underscores")


def request_body(subs: Sequence[Sub], prefix: str, *, all_or_none: bool) -> dict[str, object]:
    """The JSON of a composite call."""
    return {"allOrNone": all_or_none, "compositeRequest": [_subrequest(sub, prefix) for sub in subs]}


def _subrequest(sub: Sub, prefix: str) -> dict[str, object]:
    raw: dict[str, Any] = {"method": sub.method, "url": prefix + sub.path, "referenceId": sub.ref}
    if sub.body is not None:
        raw["body"] = dict(sub.body)
    return raw


def to_send_again(subs: Sequence[Sub], results: Mapping[str, SubResult], *, whole: bool) -> list[Sub]:
    """Those that a row lock kept from being done, with what they wait for filled in.

    `whole`: a lock undid all of it, or nothing could be done twice.
    """
    codes = {ref: error.code for ref, each in results.items() if (error := each.error) is not None}
    if LOCKED not in codes.values():
        return []
    if whole:
        return list(subs)
    left = [sub for sub in subs if codes.get(sub.ref) in (LOCKED, HALTED)]
    there = {ref: each.body["id"] for ref, each in results.items() if ref not in codes and _has_id(each.body)}
    filled = [_filled_in(sub, there) for sub in left]
    refs = {sub.ref for sub in filled}
    return [sub for sub in filled if refs.issuperset(_REFERENCE.findall(json.dumps(sub.body)))]


def _has_id(body: Any) -> bool:
    return isinstance(body, Mapping) and isinstance(body.get("id"), str)


def _filled_in(sub: Sub, ids: Mapping[str, str]) -> Sub:
    """References to what is there by now, as their ids: they are not in the next call."""
    raw = json.dumps(sub.body)
    for ref, row_id in ids.items():
        raw = raw.replace(f"@{{{ref}.id}}", row_id)
    return replace(sub, body=json.loads(raw))


def parse_results(subs: Sequence[Sub], body: object) -> list[SubResult]:
    """The results in the order of `subs`."""
    rows = body.get("compositeResponse") if isinstance(body, Mapping) else None
    if not isinstance(rows, list) or not all(_is_result(row) for row in rows):
        raise NoAnswer("UNREADABLE_ANSWER", "The answer to a composite call has no results.", status=200)
    by_ref = {row["referenceId"]: row for row in rows}
    if missing := [sub.ref for sub in subs if sub.ref not in by_ref]:
        raise NoAnswer("UNREADABLE_ANSWER", f"No result for {', '.join(missing)}.", status=200)
    return [SubResult(sub.ref, by_ref[sub.ref]["httpStatusCode"], by_ref[sub.ref]["body"]) for sub in subs]


def _is_result(row: object) -> bool:
    return isinstance(row, Mapping) and {"referenceId", "httpStatusCode", "body"} <= set(row)


def parse_saves(body: object, count: int | None = None) -> list[Save]:
    """The rows of a collections answer; what took effect is not known if it is anything else."""
    if not isinstance(body, list) or not all(isinstance(row, Mapping) for row in body):
        raise NoAnswer("UNREADABLE_ANSWER", "The answer to a collections call has no results.", status=200)
    if count is not None and len(body) != count:
        raise NoAnswer("UNREADABLE_ANSWER", f"{len(body)} results for {count} records.", status=200)
    return [Save.parse(row) for row in body]
