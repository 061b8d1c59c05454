"""The one place that every request passes before the org sees it: a WSGI layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any

from cheroot.errors import FatalSSLAlert

from simulator.fault_injection.acts import ACTS, Answer, HangUp, Passage
from simulator.fault_injection.reading import Environ, look
from simulator.faults.passing import Passing
from simulator.faults.rules import Rule
from simulator.web.hooks import is_api_call
from simulator.world import LogEntry, World

StartResponse = Callable[..., Any]
App = Callable[[Environ, StartResponse], Iterable[bytes]]
STRUCK = "stand_in.fault"  # in the environ: the fault that struck a request which went on


@dataclass
class FaultLayer:
    """Lets requests pass as they are, unless a rule strikes them."""

    app: App
    world: World

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start = self._with_our_time(start_response)
        faults = self.world.faults
        if not faults.at_work or _is_our_own(environ["PATH_INFO"]):
            return self.app(environ, start)
        passing = look(environ, self.world)
        rules = faults.due(passing)
        delays = [rule for rule in rules if rule.fault == "slow"]
        faults.wait(faults.latency + sum(rule.seconds for rule in delays))
        struck = next((rule for rule in rules if rule.fault != "slow"), None)
        if struck is None:
            if delays:
                environ[STRUCK] = "slow"
            return self.app(environ, start)
        return self._strike(struck, passing, environ, start)

    def _strike(
        self, rule: Rule, passing: Passing, environ: Environ, start: StartResponse
    ) -> Iterable[bytes]:
        went_on = False

        def forward() -> Answer:
            nonlocal went_on
            went_on = True
            environ[STRUCK] = rule.fault
            return _run(self.app, environ)

        try:
            answer = ACTS[rule.fault](Passage(rule, passing, self.world, forward))
        except HangUp:
            if not went_on:
                self._note(rule, passing, environ, 0)
            raise FatalSSLAlert from None  # cheroot closes the connection and says nothing
        if not went_on:
            self._note(rule, passing, environ, answer.status)
        start(answer.status_line, answer.headers)
        return _broken_off(answer.body) if answer.cut else [answer.body]

    def _note(self, rule: Rule, passing: Passing, environ: Environ, status: int) -> None:
        """What never reached the org is in the log all the same; status 0 is no answer."""
        query = environ.get("QUERY_STRING", "")
        self.world.record(
            LogEntry(
                self.world.clock.now(),
                passing.method,
                passing.path + (f"?{query}" if query else ""),
                passing.org_id,
                is_api_call(passing.path),
                status,
                0,
                rule.fault,
            )
        )

    def _with_our_time(self, start_response: StartResponse) -> StartResponse:
        """The Date header of a stand-in whose clock was moved."""
        if not self.world.clock.offset:
            return start_response
        now = format_datetime(self.world.clock.now(), usegmt=True)

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [*headers, ("Date", now)], *more)

        return start


def _is_our_own(path: str) -> bool:
    """The stand-in's home page and controls always answer."""
    return path == "/" or path.startswith(("/stand-in/", "/static/"))


def _run(app: App, environ: Environ) -> Answer:
    seen: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> None:
        seen.update(status=int(status[:3]), headers=headers)

    chunks = app(environ, start)
    try:
        body = b"".join(chunks)
    finally:
        if (close := getattr(chunks, "close", None)) is not None:
            close()
    return Answer(seen["status"], seen["headers"]).with_body(body) if body else Answer(**seen)


def _broken_off(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    raise FatalSSLAlert
