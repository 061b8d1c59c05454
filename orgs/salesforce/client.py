"""The Salesforce client: what we ask of an org, in as few calls as possible.

Tokens come from a `Session` (`orgs.connections.tokens` implements it). An expired one is refreshed
once per request, always in the calling thread, so that threads never touch the database.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, urlencode

from orgs.salesforce import transport
from orgs.salesforce.answers import (
    beginning_again,
    in_every_version,
    next_page,
    of_a_further_page,
    records,
)
from orgs.salesforce.composite import (
    MAX_QUERIES,
    Save,
    Sub,
    SubResult,
    check_limits,
    parse_saves,
    query_path,
)
from orgs.salesforce.composite_calls import Batch, CompositeCalls, Outcome
from orgs.salesforce.errors import (
    LOCKED,
    NoAnswer,
    OrgMoved,
    Refused,
    SalesforceError,
    SessionExpired,
    SessionRefused,
)
from orgs.salesforce.plain_calls import PlainCalls
from orgs.salesforce.transport import Answer, Transport, Usage

__all__ = ["Client", "Save", "Session", "Sub", "SubResult", "Usage"]

MAX_PAGES = 2_000  # of one query; a page has 200 rows or more, so these are at least 400,000
MAX_COLLECTION = 200  # records of one collections call (fact sheet, section 8)

T = TypeVar("T")


class Session(Protocol):
    """Where the tokens come from."""

    @property
    def instance_url(self) -> str: ...

    def access_token(self) -> str: ...

    def refresh(self, stale: str) -> str:
        """A token that is not `stale`; raises `NeedsReconnecting` when there is none."""

    def moved(self, origin: str) -> None:
        """The org answers at this address now."""


class Client:
    def __init__(
        self,
        session: Session,
        api_version: str,
        *,
        on_usage: Callable[[int, int], None] | None = None,
        on_answer: Callable[[], None] | None = None,
        timeout: tuple[float, float] | None = None,
        patience: float | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._session = session
        self._on_usage = on_usage
        self._on_answer = on_answer
        self._sleep = sleep
        self._plain = PlainCalls(self._ask)
        self._transport = Transport(session.instance_url, timeout=timeout, patience=patience, sleep=sleep)
        self.use_version(api_version)

    def __repr__(self) -> str:
        return f"Client({self._transport.instance_url}, v{self.api_version})"

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._transport.close()

    def use_version(self, api_version: str) -> None:
        self.api_version = api_version
        self._prefix = f"/services/data/v{api_version}/"

    @property
    def usage(self) -> Usage | None:
        return self._transport.usage

    @property
    def calls(self) -> int:
        """HTTP calls made so far."""
        return self._transport.calls

    # Reading

    def query(self, soql: str, *, tooling: bool = False) -> list[dict[str, Any]]:
        """All rows, following every page."""
        pages = beginning_again(lambda: list(self.iter_pages(soql, tooling=tooling)))
        return [row for page in pages for row in page]

    def iter_pages(self, soql: str, *, tooling: bool = False) -> Iterator[list[dict[str, Any]]]:
        """The pages as they come; raises `QueryLost` where only a new beginning can go on."""
        with in_every_version():
            body = self._json("GET", self._prefix + query_path(soql, tooling=tooling), safe=True)
        for page in self._pages(body):
            yield records(page)

    def _pages(self, body: Any) -> Iterator[Any]:
        """The page and those after it. A query that never ends must not keep a job for ever."""
        for _page in range(MAX_PAGES):
            yield body
            if not isinstance(body, Mapping) or body.get("done", True):
                return
            with of_a_further_page():
                body = self._json("GET", next_page(body), safe=True)
        raise Refused("ANSWER_TOO_LARGE", f"More than {MAX_PAGES} pages.")

    def describe(self, sobject: str) -> dict[str, Any]:
        described = self._json("GET", f"{self._prefix}sobjects/{quote(sobject, safe='')}/describe", safe=True)
        return dict(described)

    def versions(self) -> list[str]:
        """The API versions that the org speaks, lowest first. Needs no token."""
        answer = self._transport.send("GET", "/services/data/", None, safe=True)
        if not isinstance(answer.body, list):
            raise SalesforceError("UNREADABLE_ANSWER", "No list of API versions.", status=answer.status)
        return sorted((str(row["version"]) for row in answer.body), key=_version_key)

    def user_info(self) -> dict[str, Any]:
        """Who is signed in: OpenID Connect's userinfo (fact sheet, section 7)."""
        body = self._json("GET", "/services/oauth2/userinfo", safe=True)
        if not isinstance(body, Mapping) or "preferred_username" not in body:
            raise NoAnswer("UNREADABLE_ANSWER", "The answer does not say who is signed in.")
        return dict(body)

    # Composite

    def composite(self, subs: Sequence[Sub], *, all_or_none: bool = False) -> list[SubResult]:
        """One call (and one more for each further page of a query's rows)."""
        return self._run([(subs, all_or_none)])[0]

    def composite_side_by_side(self, batches: Sequence[Sequence[Sub]]) -> list[list[SubResult]]:
        """Several composites at the same time, each in its own thread."""
        return self._run([(batch, False) for batch in batches])

    def queries(self, texts: Mapping[str, str], *, tooling: Collection[str] = ()) -> list[SubResult]:
        """Several queries in one round trip, by their names, in as few composites as hold them.

        `tooling` are the names of those that only the Tooling API answers.
        """
        subs = [Sub.query(name, text, tooling=name in tooling) for name, text in texts.items()]
        kinds = ([sub for sub in subs if sub.of_tooling is kind] for kind in (False, True))
        batches = [
            each[start : start + MAX_QUERIES] for each in kinds for start in range(0, len(each), MAX_QUERIES)
        ]
        answers = self.composite_side_by_side(batches) if batches else []
        return [result for batch in answers for result in batch]

    def _run(self, batches: list[Batch]) -> list[list[SubResult]]:
        for subs, _all_or_none in batches:
            check_limits(subs)
        if self._plain.needed:
            return [self._whole(subs, self._plain.run(subs)) for subs, _ in batches]
        calls = CompositeCalls(self._transport, self._prefix, self._sleep)
        numbered = dict(enumerate(batches))
        token = self._session.access_token()
        outcomes = calls.send(numbered, token)
        expired = {i: numbered[i] for i, outcome in outcomes.items() if isinstance(outcome, SessionExpired)}
        if expired:
            outcomes |= calls.send(expired, self._session.refresh(token))
        self._tell_usage()
        if not any(isinstance(outcome, SalesforceError) for outcome in outcomes.values()):
            self._tell_answer()
        return [self._whole(subs, self._results(subs, outcomes[i])) for i, (subs, _) in numbered.items()]

    def _results(self, subs: Sequence[Sub], outcome: Outcome) -> list[SubResult]:
        return self._without_composite(subs, outcome) if isinstance(outcome, SalesforceError) else outcome

    def _whole(self, subs: Sequence[Sub], results: Sequence[SubResult]) -> list[SubResult]:
        return [self._with_all_pages(sub, each) for sub, each in zip(subs, results, strict=True)]

    def _without_composite(self, subs: Sequence[Sub], error: SalesforceError) -> list[SubResult]:
        """An org may refuse composite calls and take single ones; any other error is raised."""
        if isinstance(error, SessionExpired):
            raise SessionRefused(error.message, status=error.status)
        if isinstance(error, OrgMoved):
            self._session.moved(error.origin)
        return self._plain.instead_of(subs, error)

    def _with_all_pages(self, sub: Sub, result: SubResult) -> SubResult:
        body = result.body
        if result.error or not isinstance(body, dict) or body.get("done", True) or "records" not in body:
            return result
        first: list[Any] = [body]

        def rows() -> list[dict[str, Any]]:
            start = first.pop() if first else self._ask(sub)
            return [row for page in self._pages(start) for row in records(page)]

        whole = {key: value for key, value in body.items() if key != "nextRecordsUrl"}
        return SubResult(result.ref, result.status, whole | {"records": beginning_again(rows)})

    # Writing

    def create(self, sobject: str, values: Mapping[str, Any]) -> str:
        body = self._json("POST", f"{self._prefix}sobjects/{quote(sobject, safe='')}", payload=dict(values))
        if not isinstance(body, Mapping) or "id" not in body:
            raise NoAnswer("UNREADABLE_ANSWER", "The answer to a create has no id.")
        return str(body["id"])

    def delete(self, sobject: str, record_id: str) -> None:
        path = f"{self._prefix}sobjects/{quote(sobject, safe='')}/{quote(record_id, safe='')}"
        self._call("DELETE", path)

    def create_many(self, sobject: str, rows: Sequence[Mapping[str, Any]]) -> list[Save]:
        """Create up to 200 records in one call; each row has its own result.

        Rows that met a row lock were not written: they alone are sent again.
        """
        records = [{"attributes": {"type": sobject}, **row} for row in rows]
        return self._collection(
            records,
            lambda part: self._json(
                "POST", f"{self._prefix}composite/sobjects", payload={"allOrNone": False, "records": part}
            ),
        )

    def delete_many(self, ids: Sequence[str]) -> list[Save]:
        """Delete up to 200 records in one call; each has its own result."""
        return self._collection(
            list(ids),
            lambda part: self._json(
                "DELETE",
                f"{self._prefix}composite/sobjects?"
                + urlencode({"ids": ",".join(part), "allOrNone": "false"}, safe=","),
            ),
        )

    def _collection(self, items: list[T], send: Callable[[list[T]], Any]) -> list[Save]:
        if not 0 < len(items) <= MAX_COLLECTION:
            raise ValueError(f"A collections call takes 1 to {MAX_COLLECTION} records, not {len(items)}")
        saves: dict[int, Save] = {}
        left = list(range(len(items)))
        for pause in (*transport.PAUSES, None):
            answer = send([items[i] for i in left])
            saves |= zip(left, parse_saves(answer, len(left)), strict=True)
            left = [i for i in left if (error := saves[i].error) and error.code == LOCKED]
            if not left or pause is None:
                break
            self._sleep(pause)
        return [saves[i] for i in range(len(items))]

    # Tokens

    def _ask(self, sub: Sub) -> Any:
        return self._json(sub.method, self._prefix + sub.path, safe=True)

    def _json(self, method: str, path: str, *, payload: Any = None, safe: bool = False) -> Any:
        answer = self._call(method, path, payload=payload, safe=safe)
        if answer.body is None:
            raise NoAnswer("UNREADABLE_ANSWER", "The answer is empty.", status=answer.status)
        return answer.body

    def _call(self, method: str, path: str, *, payload: Any = None, safe: bool = False) -> Answer:
        return self._with_token(
            lambda token: self._transport.send(method, path, token, payload=payload, safe=safe)
        )

    def _with_token(self, send: Callable[[str], Answer]) -> Answer:
        token = self._session.access_token()
        try:
            answer = self._send_or_renew(send, token)
        except OrgMoved as moved:
            self._session.moved(moved.origin)
            raise
        finally:
            self._tell_usage()
        self._tell_answer()
        return answer

    def _send_or_renew(self, send: Callable[[str], Answer], token: str) -> Answer:
        try:
            return send(token)
        except SessionExpired:  # proves that nothing happened, for writes too
            renewed = self._session.refresh(token)
        try:
            return send(renewed)
        except SessionExpired as refused:
            raise SessionRefused(refused.message, status=refused.status) from None

    def _tell_answer(self) -> None:
        if self._on_answer:
            self._on_answer()

    def _tell_usage(self) -> None:
        if self._on_usage and self.usage:
            self._on_usage(*self.usage)


def _version_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
