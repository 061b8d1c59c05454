"""How the client takes what a real org does to it: each fault over real HTTP."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from orgs.salesforce import transport
from orgs.salesforce.client import Client, Sub
from orgs.salesforce.errors import (
    CompositeRefused,
    LimitReached,
    NoAnswer,
    QueryLost,
    Refused,
    SalesforceError,
    SessionRefused,
    TemporaryProblem,
)
from tests.orgs.salesforce.scripted import Reply, Script, Tokens, answering

ROWS = Reply(body={"totalSize": 1, "done": True, "records": [{"Id": "1"}]})
MADE = Reply(201, {"id": "0PS1", "success": True, "errors": []})


def error(status: int, code: str, message: str = "no", **headers: str) -> Reply:
    return Reply(status, [{"message": message, "errorCode": code}], headers)


def limit(words: str) -> Reply:
    return error(403, "REQUEST_LIMIT_EXCEEDED", words)


EXPIRED = error(401, "INVALID_SESSION_ID")
BUSY = error(503, "SERVER_UNAVAILABLE")
MAINTENANCE = Reply(503, b"<html>We'll be back</html>")
LOCKED = error(400, "UNABLE_TO_LOCK_ROW")
CRASH = error(500, "UNKNOWN_EXCEPTION")
TOO_MANY = Reply(429, b"")
SLOW = Reply(wait=1.5, body={})


@contextmanager
def client(*replies: Reply, ending: str = "", **more: Any) -> Iterator[tuple[Client, Script, list[float]]]:
    pauses: list[float] = []
    patience = 1.0 if any(reply.wait for reply in replies) else 60.0
    with (
        answering(*replies) as script,
        Client(
            Tokens(script.url, ending=ending), "66.0", sleep=pauses.append, timeout=(60, patience), **more
        ) as made,
    ):
        yield made, script, pauses


def create(made: Client) -> str:
    return made.create("PermissionSet", {"Name": "A"})


def query(made: Client) -> list[dict[str, Any]]:
    return made.query("SELECT Id FROM X")


@pytest.mark.parametrize(
    "fault",
    [BUSY, MAINTENANCE, LOCKED, CRASH, TOO_MANY, Reply(drop=True), SLOW, Reply(502, b"")],
)
def test_a_read_is_tried_again_after_any_passing_fault(fault: Reply) -> None:
    with client(fault, ROWS) as (made, script, pauses):
        assert query(made) == [{"Id": "1"}]
        assert len(script.seen) == 2
        assert pauses == [0.5]


@pytest.mark.parametrize("fault", [BUSY, LOCKED, TOO_MANY])
def test_a_write_is_sent_again_only_where_the_answer_proves_that_nothing_happened(fault: Reply) -> None:
    with client(fault, MADE) as (made, script, _):
        assert create(made) == "0PS1"
        assert len(script.seen) == 2


@pytest.mark.parametrize(
    "fault",
    [
        MAINTENANCE,
        CRASH,
        Reply(502, b""),
        Reply(drop=True),
        SLOW,
        Reply(201, {"id": "0PS1"}, cut=True),
        Reply(200, b"<html>hello</html>"),
        Reply(201, b'{"id": ', {"Content-Type": "application/json"}),
    ],
)
def test_a_write_without_a_clear_answer_is_not_sent_again(fault: Reply) -> None:
    with client(fault, MADE) as (made, script, pauses):
        with pytest.raises(NoAnswer):
            create(made)
        assert len(script.seen) == 1
        assert pauses == []


def test_patience_is_bounded() -> None:
    with client(BUSY) as (made, script, pauses):
        with pytest.raises(TemporaryProblem) as problem:
            query(made)
        assert problem.value.code == "SERVER_UNAVAILABLE"
        assert len(script.seen) == 4
        assert pauses == [0.5, 1.0, 2.0]


def test_the_wait_that_salesforce_asks_for_is_kept_within_reason() -> None:
    with client(error(429, "", **{"Retry-After": "4"}), error(429, "", **{"Retry-After": "9999"}), ROWS) as (
        made,
        _,
        pauses,
    ):
        query(made)
        assert pauses == [4.0, 10.0]


def test_an_expired_token_is_refreshed_once_for_reads_and_writes() -> None:
    with client(EXPIRED, MADE, EXPIRED, ROWS) as (made, script, _):
        create(made)
        query(made)
        assert [seen.headers["Authorization"] for seen in script.seen] == [
            "Bearer secret-t0",
            "Bearer secret-t1",
            "Bearer secret-t1",
            "Bearer secret-t2",
        ]


@pytest.mark.parametrize(
    ("refusal", "words"),
    [(EXPIRED, "no")]
    + [(Reply(403, body), body.decode()) for body in (b"Bad_OAuth_Token", b"Missing_OAuth_Token")],
)
def test_a_token_that_stays_refused_is_an_error_not_a_loop(refusal: Reply, words: str) -> None:
    """The data APIs answer 401, the identity service 403 with a word of plain text."""
    with client(refusal) as (made, script, _):
        with pytest.raises(SessionRefused) as refused:
            made.user_info()
        assert len(script.seen) == 2
        assert refused.value.message == words, "Salesforce's own words are kept"


def test_a_fresh_token_that_a_composite_refuses_is_told_the_same_way() -> None:
    with client(EXPIRED) as (made, script, _):
        with pytest.raises(SessionRefused):
            made.composite(READS)
        assert len(script.seen) == 2


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (limit(""), LimitReached, "REQUEST_LIMIT_EXCEEDED"),
        (limit("TotalRequests Limit exceeded."), LimitReached, "REQUEST_LIMIT_EXCEEDED"),
        (limit("Per user limit exceeded."), LimitReached, "USER_LIMIT"),
        (limit("Something new."), LimitReached, "OTHER_LIMIT"),
        (error(400, "INVALID_FIELD"), Refused, "INVALID_FIELD"),
        (error(404, "NOT_FOUND"), Refused, "NOT_FOUND"),
        (Reply(404, b"<html>"), Refused, "NOT_FOUND"),
        (Reply(403, b"No_Access"), Refused, "No_Access"),
        (Reply(403, b"Wrong_Org\n"), Refused, "Wrong_Org"),
        (Reply(404, b"Bad_Id"), Refused, "Bad_Id"),
        (Reply(403, b"Inactive"), Refused, "Inactive"),
        (Reply(403, b"Forbidden"), Refused, "HTTP_403"),
        (Reply(403, b"Access_Denied by your proxy"), Refused, "HTTP_403"),
        (Reply(302, b"", {"Location": "https://evil.example/"}), Refused, "UNEXPECTED_REDIRECT"),
    ],
)
def test_a_refusal_is_typed_and_final(reply: Reply, kind: type[SalesforceError], code: str) -> None:
    with client(reply) as (made, script, _):
        with pytest.raises(kind) as refused:
            create(made)
        assert refused.value.code == code
        assert len(script.seen) == 1


@pytest.mark.parametrize(
    ("fault", "ending"),
    [
        *((each, "") for each in (EXPIRED, error(400, "X"), Reply(drop=True), SLOW)),
        (Reply(302, b"", {"Location": "x"}), ""),
        *((MADE, ending) for ending in ("\r\nX: y", "\n", "\0", "\u20ac", "\ud800")),
    ],
)
def test_no_token_gets_into_an_exception_a_repr_or_a_log(
    fault: Reply, ending: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with client(fault, ending=ending) as (made, _, _):
        with pytest.raises(SalesforceError) as problem:
            create(made)
        chain: list[BaseException] = []
        current: BaseException | None = problem.value
        while current is not None:
            chain.append(current)
            current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
        assert "secret-t" not in repr(chain) + str(made.__dict__) + repr(made) + caplog.text


def test_a_netrc_entry_does_not_replace_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with client(Reply(body=[{"version": "66.0"}]), ROWS) as (made, script, _):
        made.versions()
        query(made)
        assert "Authorization" not in script.seen[0].headers
        assert script.seen[1].headers["Authorization"] == "Bearer secret-t0"


def test_cookies_are_not_kept() -> None:
    reply = Reply(200, ROWS.body, {"Set-Cookie": "BrowserId=abc; Path=/"})
    with client(reply) as (made, script, _):
        query(made)
        query(made)
        assert "Cookie" not in script.seen[1].headers


def test_an_endless_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport.read_bounded, "__defaults__", (1000, 120.0))
    with client(Reply(body={"records": ["x" * 2000]})) as (made, _, _), pytest.raises(Refused) as refused:
        query(made)
    assert refused.value.code == "ANSWER_TOO_LARGE"


def test_an_answer_that_trickles_is_not_waited_for_beyond_the_patience() -> None:
    """Each byte comes in time, and the whole of it would take an hour: a person waits at a page."""
    slow = Reply(body={"records": ["x" * 72_000]}, trickle=0.05)
    with client(slow, patience=0.5) as (made, script, _), pytest.raises(NoAnswer) as late:
        query(made)
    assert late.value.code == "TIMEOUT"
    assert len(script.seen) == 1


@pytest.mark.parametrize(
    "url", ["https://evil.example/services/data/", "@evil.example/x", "//evil.example", None, 7]
)
def test_a_next_page_elsewhere_is_not_followed(url: object) -> None:
    page = Reply(body={"done": False, "records": [], "nextRecordsUrl": url})
    with client(page) as (made, script, _):
        with pytest.raises(NoAnswer):
            query(made)
        assert len(script.seen) == 1


@pytest.mark.parametrize("body", [None, [], "x", {"done": True}, {"records": 7}])
def test_an_answer_of_another_shape_is_no_empty_list(body: object) -> None:
    with client(Reply(body=body)) as (made, _, _), pytest.raises(SalesforceError):
        query(made)


def composite_of(*statuses: tuple[int, object], first: int = 0) -> Reply:
    parts = [
        {"referenceId": f"r{number}", "httpStatusCode": status, "body": body, "httpHeaders": {}}
        for number, (status, body) in enumerate(statuses, first)
    ]
    return Reply(body={"compositeResponse": parts})


LOCK_BODY = [{"errorCode": "UNABLE_TO_LOCK_ROW", "message": "locked"}]
READS = [Sub.query("r0", "SELECT Id FROM X")]
WRITES = [Sub("POST", "sobjects/PermissionSet", "r0", {"Name": "A"})]


@pytest.mark.parametrize(("subs", "all_or_none"), [(READS, False), (WRITES, True), (WRITES, False)])
def test_a_row_lock_inside_a_composite(subs: list[Sub], all_or_none: bool) -> None:
    good = composite_of((200, {"done": True, "records": []}))
    with client(composite_of((400, LOCK_BODY)), good) as (made, script, _):
        assert made.composite(subs, all_or_none=all_or_none)[0].error is None
        assert len(script.seen) == 2


HALT_BODY = [{"errorCode": "PROCESSING_HALTED", "message": "halted"}]
ROW = {"ParentId": "@{r0.id}"}
TIED = [*WRITES, Sub("POST", "sobjects/SetupEntityAccess", "r1", ROW), Sub("POST", "sobjects/X", "r2", {})]


def sent(script: Script, number: int) -> list[tuple[str, Any]]:
    subs = json.loads(script.seen[number].body)["compositeRequest"]
    return [(sub["referenceId"], sub.get("body")) for sub in subs]


def test_only_the_locked_part_of_a_composite_is_sent_again_with_what_it_waits_for_filled_in() -> None:
    first = composite_of((201, {"id": "0PS1"}), (400, LOCK_BODY), (201, {"id": "X1"}))
    again = composite_of((201, {"id": "0J01"}), first=1)
    with client(first, again) as (made, script, pauses):
        results = made.composite(TIED)
        assert sent(script, 1) == [("r1", {"ParentId": "0PS1"})]
        assert pauses == [0.5]
    assert [result.body["id"] for result in results] == ["0PS1", "0J01", "X1"]


def test_what_was_halted_by_a_lock_goes_with_it_and_what_was_done_does_not() -> None:
    first = composite_of((400, LOCK_BODY), (400, HALT_BODY), (201, {"id": "X1"}))
    again = composite_of((201, {"id": "0PS1"}), (201, {"id": "0J01"}))
    with client(first, again) as (made, script, _):
        results = made.composite(TIED)
        assert sent(script, 1) == [("r0", {"Name": "A"}), ("r1", ROW)]
    assert all(result.error is None for result in results)


def test_what_waits_for_something_that_was_refused_is_not_sent_again() -> None:
    refused = [{"errorCode": "DUPLICATE_DEVELOPER_NAME", "message": "there"}]
    first = composite_of((400, refused), (400, HALT_BODY), (400, LOCK_BODY))
    again = composite_of((201, {"id": "X1"}), first=2)
    with client(first, again) as (made, script, _):
        results = made.composite(TIED)
        assert sent(script, 1) == [("r2", {})]
    assert [result.error.code if result.error else "" for result in results] == [
        "DUPLICATE_DEVELOPER_NAME",
        "PROCESSING_HALTED",
        "",
    ]


def test_a_lock_that_stays_is_an_answer_after_a_bounded_wait() -> None:
    with client(composite_of((400, LOCK_BODY))) as (made, script, pauses):
        result = made.composite(WRITES)[0]
    assert result.error is not None
    assert result.error.code == "UNABLE_TO_LOCK_ROW"
    assert (len(script.seen), pauses) == (4, [0.5, 1.0, 2.0])


@pytest.mark.parametrize(
    "words",
    [
        "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
        "ConcurrentPerOrgLongTxn Limit exceeded.",
        "Concurrent\u00a0requests limit exceeded.",
        "CONCURRENT REQUESTS LIMIT EXCEEDED",
    ],
)
def test_a_limit_of_requests_at_the_same_time_is_waited_for(words: str) -> None:
    full = limit(words)
    with client(full, MADE, full, ROWS) as (made, _, pauses):
        assert create(made) == "0PS1"
        query(made)
        assert pauses == [0.5, 0.5]
    with client(full) as (made, _, _):
        with pytest.raises(TemporaryProblem) as problem:
            query(made)
        assert problem.value.code == "CONCURRENT_LIMIT"


FIRST_PAGE = Reply(
    body={"done": False, "records": [{"Id": "1"}], "nextRecordsUrl": "/services/data/v66.0/query/01g-1"}
)
LAST_PAGE = Reply(body={"done": True, "records": [{"Id": "2"}]})


@pytest.mark.parametrize(
    "lost",
    [error(400, "INVALID_QUERY_LOCATOR"), error(404, "NOT_FOUND"), error(404, "INVALID_QUERY_LOCATOR")],
)
def test_a_query_whose_further_pages_are_gone_is_begun_again(lost: Reply) -> None:
    with client(FIRST_PAGE, lost, FIRST_PAGE, LAST_PAGE) as (made, script, _):
        assert query(made) == [{"Id": "1"}, {"Id": "2"}]
        assert len(script.seen) == 4
    with client(composite_of((200, FIRST_PAGE.body)), lost, FIRST_PAGE, LAST_PAGE) as (made, script, _):
        assert made.composite(READS)[0].records() == [{"Id": "1"}, {"Id": "2"}]
        assert script.seen[2].path.startswith("/services/data/v66.0/query/?q=SELECT")


def test_a_query_that_loses_its_pages_twice_is_read_at_the_third_time() -> None:
    lost = error(400, "INVALID_QUERY_LOCATOR")
    with client(*[FIRST_PAGE, lost] * 2, FIRST_PAGE, LAST_PAGE) as (made, script, _):
        assert query(made) == [{"Id": "1"}, {"Id": "2"}]
        assert len(script.seen) == 6


def test_a_query_is_not_begun_again_without_end() -> None:
    lost = error(400, "INVALID_QUERY_LOCATOR")
    with client(*[FIRST_PAGE, lost] * 9) as (made, script, _):
        with pytest.raises(QueryLost):
            query(made)
        assert len(script.seen) == 6


def test_a_query_that_takes_too_long_says_so_and_is_not_begun_again() -> None:
    """Salesforce gives a query two minutes: asking again at once would only load the org once more."""
    slow = error(400, "QUERY_TIMEOUT")
    for beginning in (Reply(body=FIRST_PAGE.body), composite_of((200, FIRST_PAGE.body))):
        with client(beginning, slow) as (made, script, _):
            with pytest.raises(Refused) as refused:
                query(made) if beginning.body == FIRST_PAGE.body else made.composite(READS)
            assert refused.value.code == "QUERY_TIMEOUT"
            assert len(script.seen) == 2


REFUSALS = [
    error(403, "FUNCTIONALITY_NOT_ENABLED"),
    error(404, "NOT_FOUND"),
    Reply(405, b"<html>"),
    error(403, "API_DISABLED_FOR_ORG"),
]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_an_org_that_refuses_composite_calls_is_read_by_single_ones(refusal: Reply) -> None:
    reads = [*READS, Sub("GET", "sobjects/X/describe", "r1")]
    missing = error(404, "NOT_FOUND")
    with client(refusal, ROWS, ROWS, missing, ROWS, missing) as (made, script, _):
        rows, described = made.composite(reads)
        assert rows.records() == [{"Id": "1"}]
        assert described.error is not None
        assert described.error.code == "NOT_FOUND"
        made.composite(reads)
        assert sum(seen.path.endswith("/composite") for seen in script.seen) == 1, "it is not asked again"
        with pytest.raises(CompositeRefused):
            made.composite(WRITES)


@pytest.mark.parametrize("refusal", REFUSALS)
def test_an_org_that_refuses_everything_is_told_by_the_first_refusal(refusal: Reply) -> None:
    with client(refusal) as (made, script, _):
        with pytest.raises(Refused) as refused:
            made.composite(READS)
        assert refused.value.code != "COMPOSITE_REFUSED"
        assert len(script.seen) == 2


def test_single_calls_in_place_of_composite_ones_are_bounded() -> None:
    many = [Sub("GET", "limits", f"r{number}") for number in range(25)]
    with client(error(405, "METHOD_NOT_ALLOWED"), ROWS) as (made, script, _):
        made.composite(many)
        made.composite(many)
        with pytest.raises(CompositeRefused):
            made.composite(many)
        assert len(script.seen) == 52


def test_a_write_that_an_org_refuses_in_a_composite_is_not_sent_another_way() -> None:
    with client(error(403, "FUNCTIONALITY_NOT_ENABLED")) as (made, script, _):
        with pytest.raises(Refused):
            made.composite(WRITES)
        assert len(script.seen) == 1


def test_a_halted_composite_names_the_cause() -> None:
    halted = [
        {"errorCode": "PROCESSING_HALTED", "message": "halted"},
        {"errorCode": "FIELD_INTEGRITY_EXCEPTION", "message": "licence", "fields": ["PermissionSetId"]},
    ]
    with client(composite_of((400, halted))) as (made, _, _):
        problem = made.composite(WRITES)[0].error
        assert problem is not None
        assert (problem.code, problem.fields) == ("FIELD_INTEGRITY_EXCEPTION", ("PermissionSetId",))


def test_one_lost_composite_of_several_is_raised() -> None:
    good = composite_of((200, {"done": True, "records": []}))
    with client(error(403, "REQUEST_LIMIT_EXCEEDED"), good) as (made, _, _), pytest.raises(LimitReached):
        made.composite_side_by_side([READS, READS])


def test_only_the_locked_rows_of_a_collection_are_sent_again() -> None:
    lock = {"success": False, "errors": [{"statusCode": "UNABLE_TO_LOCK_ROW", "message": "x", "fields": []}]}
    refused = {"success": False, "errors": [{"statusCode": "DUPLICATE_VALUE", "message": "x", "fields": []}]}
    with client(
        Reply(body=[{"id": "1", "success": True, "errors": []}, lock, refused]),
        Reply(body=[{"id": "2", "success": True, "errors": []}]),
    ) as (made, script, pauses):
        saves = made.create_many("PermissionSetAssignment", [{"A": "a"}, {"A": "b"}, {"A": "c"}])
    assert [save.id for save in saves] == ["1", "2", None]
    assert saves[2].error is not None
    assert saves[2].error.code == "DUPLICATE_VALUE"
    assert b'"b"' in script.seen[1].body
    assert b'"a"' not in script.seen[1].body
    assert len(pauses) == 1


@pytest.mark.parametrize(
    "send",
    [
        lambda c: c.composite([]),
        lambda c: c.composite([Sub("GET", "limits", f"r{n}") for n in range(26)]),
        lambda c: c.composite([Sub.query(f"r{n}", "SELECT Id FROM X") for n in range(6)]),
        lambda c: c.composite([Sub("GET", "limits", "a"), Sub("GET", "limits", "a")]),
        lambda c: c.composite([Sub("GET", "limits", "a b")]),
        lambda c: c.create_many("X", [{}] * 201),
        lambda c: c.delete_many([]),
    ],
)
def test_what_salesforce_would_refuse_is_not_even_sent(send: Callable[[Client], object]) -> None:
    with client(ROWS) as (made, script, _):
        with pytest.raises(ValueError, match=r"\w"):
            send(made)
        assert script.seen == []


def test_usage_is_read_and_told() -> None:
    told: list[tuple[int, int]] = []
    header = {"Sforce-Limit-Info": "api-usage=18/15000; per-app-api-usage=17/250(appName=x)"}
    with client(Reply(200, ROWS.body, header), on_usage=lambda used, limit: told.append((used, limit))) as (
        made,
        _,
        _,
    ):
        query(made)
        assert made.usage == (18, 15000)
        assert told == [(18, 15000)]
        assert made.calls == 1
