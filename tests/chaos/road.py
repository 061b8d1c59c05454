"""The way between the workers and the stand-in org: as slow as a real one, and every request is noted."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from tests.wizard.fault_proxy import Environ, Seen, in_front

__all__ = ["Passed", "Road", "in_front"]


@dataclass
class Passed(Seen):
    """One request to an org, and what was answered."""

    org_id: str = ""
    answer: str = ""


@dataclass
class Road:
    """A WSGI layer before the stand-in. `delay` is how long an API call takes, in seconds."""

    app: Any
    world: Any
    delay: tuple[float, float] = (0.15, 0.15)
    keep: bool = True  # what passed; not wanted where tens of thousands pass
    passed: list[Passed] = field(default_factory=list)
    calls: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: Environ, start_response: Any) -> Iterator[bytes]:
        if not environ["PATH_INFO"].startswith("/services/data"):
            answer: Iterator[bytes] = self.app(environ, start_response)
            return answer
        noted = self._note(environ)
        time.sleep(random.uniform(*self.delay) / 2)  # the way there
        body = b"".join(self.app(environ, start_response))
        time.sleep(random.uniform(*self.delay) / 2)  # the way back: a kill may fall between the two
        noted.ended = time.monotonic()
        noted.answer = body.decode() if self.keep else ""
        return iter([body])

    def _note(self, environ: Environ) -> Passed:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length and self.keep else b""
        if self.keep:
            environ["wsgi.input"] = BytesIO(body)
        noted = Passed(environ["REQUEST_METHOD"], environ["PATH_INFO"], body.decode(), time.monotonic())
        token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")[2]
        with self.world.lock:
            known = self.world.tokens.get(token)
            noted.org_id = known.org_id if known else ""
        with self.lock:
            self.calls += 1
            if self.keep:
                self.passed.append(noted)
        return noted

    def calls_to(self, org_id: str) -> int:
        with self.lock:
            return sum(each.org_id == org_id for each in self.passed)

    def writes(self, org_id: str = "") -> list[Passed]:
        with self.lock:
            return [each for each in self.passed if each.writes and org_id in ("", each.org_id)]

    def duplicates_tried(self, org_id: str) -> int:
        """Rows that were sent though they were there: Salesforce refused them as duplicates."""
        return sum(each.answer.count('"DUPLICATE_') for each in self.writes(org_id))

    def overlaps(self) -> int:
        """Pairs of writes to one org that were under way at the same time."""
        by_org: dict[str, list[Passed]] = defaultdict(list)
        for each in self.writes():
            by_org[each.org_id].append(each)
        found = 0
        for passed in by_org.values():
            passed.sort(key=lambda each: each.started)
            found += sum(a.ended > b.started for a, b in itertools.pairwise(passed))
        return found

    def most_at_once(self) -> int:
        """How many orgs were written to at the same moment, at most."""
        moments = [(each.started, 1) for each in self.writes()] + [(e.ended, -1) for e in self.writes()]
        now = most = 0
        for _at, step in sorted(moments):
            now += step
            most = max(most, now)
        return most
