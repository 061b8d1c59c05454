"""Calls of the API: refusals in words, a server that is away waited for."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import requests

from cli.ends import End, Failure

PREFIX = "/api/v1/"
TIMEOUT = (10, 60)  # seconds for connecting, and between two bytes
PATIENCE = 60  # seconds for which a server that has answered before may be away
PAUSE = 2.0
LONGEST_PAUSE = 30.0
MOST_PARTS = 10_000  # of a list: a server that never ends one is not ours
LOOPBACK = ("localhost", "127.0.0.1", "::1")
AWAY = (429, 502, 503, 504)
END_OF = {
    401: End.NOT_LET_IN,
    403: End.NOT_LET_IN,
    404: End.NOT_FOUND,
    409: End.NOT_AS_THINGS_STAND,
    422: End.USAGE,
    501: End.NOT_AS_THINGS_STAND,
}

#: What to do here about a refusal whose words are for every program.
HINTS = {
    "plan_changed": "Nothing was done. Run `plan` again, look at it, and approve the id that it prints.",
    "name_missing": "Nothing was done. This org is in production: name it with --org-name.",
    "token_reads_only": "Nothing was done.",
}

Json = Any  # what a JSON body holds; each command looks at it through `cli.answers`
Query = Mapping[str, str | int | None]


def address_of(typed: str) -> str:
    """The origin of the server that was typed; a key is not sent in the open."""
    found = urlsplit(typed if "://" in typed else f"https://{typed}")
    if found.scheme not in ("http", "https") or not found.hostname or found.username:
        raise Failure(End.USAGE, f"{typed!r} is no address of a server: write https://guide.example.com.")
    if found.scheme == "http" and found.hostname not in LOOPBACK:
        raise Failure(End.USAGE, f"Your key would be sent in the open to {found.hostname}: use https.")
    return f"{found.scheme}://{found.netloc.lower()}"


class Bearer(requests.auth.AuthBase):
    """As `auth` of a session, so that no .netrc goes before it."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


class Server:
    """One Connect Guide, as one person."""

    def __init__(self, address: str, session: requests.Session, *, keeps_answers: bool = True) -> None:
        self.address = address
        self._session = session
        self._keeps_answers = keeps_answers  # so that an act may be sent once more
        self._has_answered = False

    def get(self, path: str, **query: str | int | None) -> Json:
        return self._json(self._send("GET", path, query))

    def post(self, path: str, body: object = None) -> Json:
        """An act: done once, however often it has to be sent."""
        key = {"Idempotency-Key": str(uuid.uuid4())} if self._keeps_answers else {}
        return self._json(self._send("POST", path, {}, body, key))

    def file(self, path: str, **query: str | int | None) -> bytes:
        return self._send("GET", path, query).content

    def every(self, path: str, **query: str | int | None) -> Iterator[Json]:
        """A whole list, part by part."""
        cursor: str | None = None
        for _part in range(MOST_PARTS):
            found = self.get(path, **query, limit=100, cursor=cursor)
            yield from found["items"]
            cursor = found["next_cursor"]
            if not cursor:
                return
        raise self._not_ours()

    def _send(
        self,
        method: str,
        path: str,
        query: Query,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        deadline = time.monotonic() + (PATIENCE if self._has_answered else 0)
        may_repeat = method == "GET" or self._keeps_answers
        while True:
            pause, problem = PAUSE, None
            try:
                response = self._once(method, path, query, body, headers)
            except (requests.ConnectionError, requests.Timeout) as away:
                problem = self._no_answer(away)
            else:
                if response.status_code not in AWAY:
                    self._has_answered = True
                    return self._good(response)
                problem, pause = self._refused(response), _asked_to_wait(response)
            if not may_repeat or time.monotonic() + pause > deadline:
                raise problem
            time.sleep(pause)

    def _once(
        self, method: str, path: str, query: Query, body: object, headers: Mapping[str, str] | None
    ) -> requests.Response:
        return self._session.request(
            method,
            f"{self.address}{PREFIX}{path}",
            params={name: value for name, value in query.items() if value not in (None, "")},
            json=body,
            headers={"Accept-Language": "en", **(headers or {})},
            timeout=TIMEOUT,
            allow_redirects=False,
        )

    def _good(self, response: requests.Response) -> requests.Response:
        if response.is_redirect:
            leads = response.headers.get("Location", "")
            raise Failure(End.NO_SERVER, f"{self.address} leads to {leads}: log in at that address.")
        if not response.ok:
            raise self._refused(response)
        return response

    def _json(self, response: requests.Response) -> Json:
        try:
            return response.json()
        except requests.JSONDecodeError as problem:
            raise self._not_ours() from problem

    def _refused(self, response: requests.Response) -> Failure:
        """The server's own words and code; `errors` name the field."""
        told = _problem_in(response)
        if told is None:
            return self._not_ours(response.status_code)
        errors = [f"  {each['where']}: {each['message']}" for each in told.get("errors", ())]
        end = END_OF.get(response.status_code, End.NOT_ALL_DONE)
        end = End.NO_SERVER if response.status_code in AWAY and told["code"] == "server_away" else end
        said = f"{told['title']} ({told['code']})"
        if end is End.NOT_LET_IN and response.status_code == requests.codes.unauthorized:
            said += (
                f"\nMake a key at {self.address}/team/tokens/ and run `connect-guide login {self.address}`."
            )
        said += f"\n{HINTS[told['code']]}" if told["code"] in HINTS else ""
        return Failure(end, "\n".join([said, *errors]), code=str(told["code"]))

    def _no_answer(self, away: requests.RequestException) -> Failure:
        if isinstance(away, requests.exceptions.SSLError):
            why = "its certificate is not trusted (REQUESTS_CA_BUNDLE names a file with your authority)"
        elif isinstance(away, requests.Timeout):
            why = "it took too long"
        else:
            why = "nothing listens there, or the net is away"
        return Failure(End.NO_SERVER, f"No answer from {self.address}: {why}. Try again later.")

    def _not_ours(self, status: int = 200) -> Failure:
        return Failure(
            End.NO_SERVER,
            f"{self.address} does not answer as Connect Guide does (HTTP {status}). Is the address right, "
            "and is its version not older than this command's?",
        )


def _problem_in(response: requests.Response) -> Mapping[str, Json] | None:
    if "problem+json" not in response.headers.get("Content-Type", ""):
        return None
    try:
        found = response.json()
    except requests.JSONDecodeError:
        return None
    return cast(Mapping[str, Json], found) if isinstance(found, dict) and "code" in found else None


def _asked_to_wait(response: requests.Response) -> float:
    asked = response.headers.get("Retry-After", "")
    return min(max(float(asked), PAUSE), LONGEST_PAUSE) if asked.isdecimal() else PAUSE
