"""HTTP to one org: timeouts, bounded answers, bounded retries, typed errors.

Knows no database and no refresh: it is given a token for each call, so that it may run
in a thread. No token ever gets into an exception, a repr or a log.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import NamedTuple

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from orgs.salesforce import clock, outcomes, tls
from orgs.salesforce.errors import (
    HALTED,
    NoAnswer,
    Refused,
    SalesforceError,
    SessionExpired,
    TemporaryProblem,
    error_for,
    proves_nothing_happened,
)
from orgs.salesforce.redirects import redirected

MAX_BYTES = 32 * 1024 * 1024
MAX_SECONDS = 120.0  # for one whole answer, however slowly it trickles in
TIMEOUT = (5.0, 30.0)  # to connect, and between two bytes of an answer
PAUSES = (0.5, 1.0, 2.0)  # seconds before the second, third and last try
MAX_PAUSE = 10.0
MOST_WORDS = 500  # characters of an error that says nothing but words
log = logging.getLogger(__name__)
_USAGE = re.compile(r"(?<![\w-])api-usage=(\d+)/(\d+)")
_TOKEN = re.compile(r"[\x20-\x7e]+")  # RFC 6749, A.12 and A.17


class Usage(NamedTuple):
    """From `Sforce-Limit-Info: api-usage=18/15000` (fact sheet, section 8)."""

    used: int
    limit: int


@dataclass(frozen=True)
class Answer:
    status: int
    content: bytes
    body: object  # parsed JSON, or None


def is_token(text: str) -> bool:
    """Whether a header can carry `text`; for another one Python's HTTP raises an error that shows it."""
    return bool(_TOKEN.fullmatch(text))


class BearerAuth(requests.auth.AuthBase):
    """Sets the header itself: a header given plainly loses against a `.netrc` entry."""

    def __init__(self, token: str) -> None:
        if not is_token(token):
            raise SessionExpired("INVALID_SESSION_ID", "The stored token is none.")
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def __repr__(self) -> str:
        return "BearerAuth(***)"


class NoAuth(requests.auth.AuthBase):
    """Nothing at all, and no `.netrc` either."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class Transport:
    """One `requests.Session` to one org, usable from several threads.

    `patience` is how many seconds all its requests may take together, for whoever has a
    person waiting at a page that is still loading.
    """

    def __init__(
        self,
        instance_url: str,
        *,
        timeout: tuple[float, float] | None = None,
        patience: float | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.instance_url = instance_url.rstrip("/")
        self.usage: Usage | None = None
        self.calls = 0
        self._timeout = timeout or TIMEOUT
        self._give_up_at = time.monotonic() + patience if patience else None
        self._sleep = sleep
        self._lock = threading.Lock()
        self._http = requests.Session()
        self._http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        tls.mount(self._http, tls.Adapter(pool_connections=2, pool_maxsize=8, max_retries=0))
        self._http.mount("http://", HTTPAdapter(pool_connections=2, pool_maxsize=8, max_retries=0))

    def send(
        self,
        method: str,
        path: str,
        token: str | None,
        *,
        payload: object = None,
        safe: bool = False,
    ) -> Answer:
        """Send and answer, or raise a typed error.

        `safe` says that the request changes nothing: then every temporary problem is
        tried again. A write is tried again only where the answer proves that nothing
        happened; any other failure on the way raises `NoAnswer`.
        """
        for pause in (*PAUSES, None):
            try:
                answer = self._once(method, path, token, payload, safe)
                outcomes.note("ok")
                return answer
            except TemporaryProblem as problem:
                outcomes.note(type(problem).__name__)
                may_retry = safe or (not isinstance(problem, NoAnswer) and proves_nothing_happened(problem))
                if pause is None or not may_retry:
                    raise
                pause = min(MAX_PAUSE, max(pause, problem.retry_after))
                if self._give_up_at and time.monotonic() + pause >= self._give_up_at:
                    raise
                self._sleep(pause)
            except SalesforceError as problem:
                outcomes.note(type(problem).__name__)  # of few kinds, whatever codes an org invents
                raise
        raise AssertionError("unreachable")

    def _once(self, method: str, path: str, token: str | None, payload: object, safe: bool) -> Answer:
        with self._lock:
            self.calls += 1
        try:
            with self._http.request(
                method,
                self.instance_url + path,
                json=payload,
                headers={"Accept": "application/json"},
                auth=BearerAuth(token) if token else NoAuth(),
                timeout=self._time_left(),
                allow_redirects=False,
                stream=True,
            ) as response:
                self._note_usage(response.headers.get("Sforce-Limit-Info", ""))
                clock.compare(response.headers.get("Date", ""))
                answer = _read(response, self._seconds_left())
        except requests.Timeout:
            raise NoAnswer("TIMEOUT", "Salesforce did not answer in time.") from None
        except requests.RequestException as problem:
            # The exception's text may hold the address with its query: only its kind is told, to the log.
            log.warning("No answer from %s: %s", self.instance_url, type(problem).__name__)
            raise NoAnswer("CONNECTION_LOST", "The connection broke.") from None
        return _checked(self.instance_url, answer, response.headers, safe)

    def _time_left(self) -> tuple[float, float]:
        left = self._seconds_left()
        if left <= 0:
            raise NoAnswer("TIMEOUT", "Salesforce did not answer in time.")
        return min(self._timeout[0], left), min(self._timeout[1], left)

    def _seconds_left(self) -> float:
        """For one whole answer: `timeout` is only about the time between two bytes of it."""
        if self._give_up_at is None:
            return MAX_SECONDS
        return min(MAX_SECONDS, self._give_up_at - time.monotonic())

    def _note_usage(self, header: str) -> None:
        if found := _USAGE.search(header):
            with self._lock:
                self.usage = Usage(int(found[1]), int(found[2]))

    def close(self) -> None:
        self._http.close()


def read_bounded(
    response: requests.Response, max_bytes: int = MAX_BYTES, seconds: float = MAX_SECONDS
) -> bytes:
    """The body of a streamed answer, refused when it is too long or trickles."""
    deadline = time.monotonic() + seconds
    chunks: list[bytes] = []
    size = 0
    for chunk in _arriving(response):
        chunks.append(chunk)
        size += len(chunk)
        if size > max_bytes:
            raise Refused("ANSWER_TOO_LARGE", f"More than {max_bytes} bytes.", status=response.status_code)
        if time.monotonic() > deadline:
            raise NoAnswer("TIMEOUT", "The answer came too slowly.")
    return b"".join(chunks)


def _arriving(response: requests.Response) -> Iterator[bytes]:
    """What has come so far, each time: `iter_content` would wait for a full chunk of a trickling answer."""
    try:
        while chunk := response.raw.read1(64 * 1024, decode_content=True):
            yield chunk
    except (HTTPError, OSError) as problem:
        raise requests.ConnectionError(type(problem).__name__) from None


def _read(response: requests.Response, seconds: float) -> Answer:
    content = read_bounded(response, seconds=seconds)
    is_json = "json" in response.headers.get("Content-Type", "")
    return Answer(response.status_code, content, json_of(content) if is_json else None)


def json_of(content: bytes) -> object:
    """The JSON of an answer, or None where it is none."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):  # the second: nested without end
        return None


def _checked(asked: str, answer: Answer, headers: Mapping[str, str], safe: bool) -> Answer:
    if answer.status < 300:
        if answer.content and answer.body is None:
            # A gateway's or maintenance page with status 200, or half of the JSON.
            raise NoAnswer("UNREADABLE_ANSWER", "The answer is a page, not data.", status=answer.status)
        return answer
    if answer.status < 400:
        raise redirected(asked, headers.get("Location", ""), answer.status)
    error = _said_plainly(answer) or first_error(answer.status, answer.body)
    if isinstance(error, TemporaryProblem) and not safe and not proves_nothing_happened(error):
        raise NoAnswer(error.code, error.message, status=error.status)
    raise waiting(error, headers)


#: What the identity service says with 403 or 404, in plain text: one word, and nothing else.
_PLAIN_WORD = re.compile(rb"[A-Z][A-Za-z]{1,20}(?:_[A-Z][A-Za-z]{1,20}){1,3}|Inactive")
_NO_SESSION = ("Bad_OAuth_Token", "Missing_OAuth_Token")  # where the data APIs answer 401


def _said_plainly(answer: Answer) -> SalesforceError | None:
    if answer.status not in (403, 404) or not _PLAIN_WORD.fullmatch(answer.content.strip()):
        return None
    word = answer.content.strip().decode()
    return error_for(answer.status, "INVALID_SESSION_ID" if word in _NO_SESSION else word, word)


def waiting(error: SalesforceError, headers: Mapping[str, str]) -> SalesforceError:
    """The error with how long Salesforce asks us to wait, where waiting helps."""
    if isinstance(error, TemporaryProblem):
        error.retry_after = _seconds(headers.get("Retry-After", ""))
    return error


def first_error(status: int, body: object) -> SalesforceError:
    """The typed error of an error body: an array of `{errorCode, message, fields}`.

    In a composite that was halted the first entries only say `PROCESSING_HALTED`; the
    cause is the first other one.
    """
    rows = [row for row in (body if isinstance(body, list) else [body]) if isinstance(row, Mapping)]
    telling = [row for row in rows if _code(row) != HALTED] or rows
    if not telling:
        words = [row for row in body if isinstance(row, str)] if isinstance(body, list) else []
        return error_for(status, message=" ".join(words)[:MOST_WORDS])
    row = telling[0]
    fields = row.get("fields") or ()
    return error_for(
        status,
        _code(row),
        str(row.get("message") or row.get("error_description") or ""),
        tuple(str(field) for field in fields) if isinstance(fields, list | tuple) else (),
    )


def _code(row: Mapping[str, object]) -> str:
    return str(row.get("errorCode") or row.get("statusCode") or row.get("error") or "")


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() else 0.0
