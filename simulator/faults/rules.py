"""Rules: which requests, which of them, how often, and what happens to them."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from threading import Event, RLock
from typing import Any

from simulator.faults.catalogue import FAULTS, KINDS
from simulator.faults.passing import Passing

LONGEST = 600.0  # seconds that a fault may keep a request


class BadRule(ValueError):
    """What is wrong with a rule."""


@dataclass(frozen=True)
class Rule:
    """Empty fields match everything. Occurrences are counted per rule, from 1."""

    fault: str
    # which requests
    method: str = ""
    path: str = ""  # a regular expression, found anywhere in the path
    sobject: str = ""
    org: str = ""  # 18-character id
    kind: str = ""  # words of KINDS, all of which must fit
    once_seen: str = ""  # counts only after a request of this kind has gone by
    # which of them, and how often
    nth: int | None = None
    first: int = 1
    last: int | None = None
    every: int = 1
    probability: float = 1.0
    seed: int = 0
    times: int | None = None
    # what the fault needs
    effect: bool = False  # whether the request takes effect all the same
    seconds: float = 0.0
    retry_after: int | None = None
    status: int | None = None
    code: str = ""
    message: str = ""
    row: int = 1
    version: str = "60.0"

    def __post_init__(self) -> None:
        if self.fault not in FAULTS:
            raise BadRule(f"fault is one of {', '.join(FAULTS)}")
        for words in (self.kind, self.once_seen):
            if unknown := [word for word in words.split() if word not in KINDS]:
                raise BadRule(f"no such kind: {', '.join(unknown)}; there are {', '.join(KINDS)}")
        self._check_numbers()
        if self.fault == "refused" and not self.code:
            raise BadRule("refused needs the code of the refusal")
        if not re.fullmatch(r"\d+\.0", self.version):
            raise BadRule("version is one like 60.0")
        try:
            re.compile(self.path)
        except re.error as error:
            raise BadRule(f"path is no regular expression: {error}") from None

    def _check_numbers(self) -> None:
        for name in ("nth", "first", "last", "every", "times", "row"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise BadRule(f"{name} is at least 1")
        if not 0 <= self.probability <= 1:
            raise BadRule("probability is between 0 and 1")
        if not 0 <= self.seconds <= LONGEST:
            raise BadRule(f"seconds are between 0 and {LONGEST:.0f}")
        if self.status is not None and not 200 <= self.status <= 599:
            raise BadRule("status is between 200 and 599")

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Rule:
        if "fault" not in raw:
            raise BadRule(f"fault is one of {', '.join(FAULTS)}")
        known = {each.name: str(each.type) for each in fields(cls)}
        for name, value in raw.items():
            if name not in known:
                raise BadRule(f"unknown: {name}; there are {', '.join(known)}")
            if not _is_a(value, known[name]):
                raise BadRule(f"{name} takes {known[name]}")
        return cls(**raw)

    def matches(self, passing: Passing) -> bool:
        suits = FAULTS[self.fault].suits
        return (
            self.method.upper() in ("", passing.method)
            and self.org in ("", passing.org_id)
            and (not self.sobject or self.sobject.lower() in passing.sobjects)
            and passing.is_a(self.kind)
            and (not suits or not passing.kinds.isdisjoint(suits))
            and re.search(self.path, passing.path) is not None
        )

    def picks(self, occurrence: int) -> bool:
        if self.nth is not None:
            return occurrence == self.nth
        in_range = self.first <= occurrence and (self.last is None or occurrence <= self.last)
        return in_range and (occurrence - self.first) % self.every == 0


def _is_a(value: object, declared: str) -> bool:
    """Whether a JSON value fits a field's declared type."""
    kinds = {"str": str, "int": int, "float": (int, float), "bool": bool, "None": type(None)}
    allowed = [kinds[part.strip()] for part in declared.split("|")]
    is_number_like_bool = isinstance(value, bool) and bool not in allowed
    return not is_number_like_bool and any(isinstance(value, kind) for kind in allowed)  # type: ignore[arg-type]


@dataclass
class Standing:
    """A rule in force, with what it has seen and done."""

    id: int
    rule: Rule
    seen: int = 0
    done: int = 0
    armed: bool = True
    dice: random.Random = field(default_factory=random.Random, repr=False)

    def fires(self, passing: Passing) -> bool:
        """Count this request; whether the fault happens to it."""
        rule = self.rule
        if not self.armed:
            # The request that arms the rule does not count itself.
            self.armed = passing.is_a(rule.once_seen) and rule.org in ("", passing.org_id)
            return False
        if not rule.matches(passing):
            return False
        self.seen += 1
        over = rule.times is not None and self.done >= rule.times
        if over or not rule.picks(self.seen) or self.dice.random() >= rule.probability:
            return False
        self.done += 1
        return True


class Faults:
    """All rules in force. Safe to change while requests pass."""

    def __init__(self) -> None:
        self.latency = 0.0  # seconds before every answer
        self._standing: dict[int, Standing] = {}
        self._made = 0
        self._lock = RLock()
        self._cleared = Event()

    def add(self, rule: Rule) -> int:
        with self._lock:
            self._made += 1
            # A fault is to happen again the same way, so the dice are seeded: nothing secret here.
            dice = random.Random(rule.seed)  # noqa: S311
            self._standing[self._made] = Standing(self._made, rule, armed=not rule.once_seen, dice=dice)
            return self._made

    def remove(self, number: int) -> bool:
        """Take a rule away and let go whoever it keeps waiting."""
        with self._lock:
            gone = self._standing.pop(number, None) is not None
            self._let_go()
            return gone

    def clear(self) -> None:
        with self._lock:
            self._standing.clear()
            self.latency = 0.0
            self._let_go()

    def _let_go(self) -> None:
        self._cleared.set()
        self._cleared = Event()

    def standing(self) -> list[Standing]:
        with self._lock:
            return list(self._standing.values())

    def get(self, number: int) -> Standing | None:
        return self._standing.get(number)

    @property
    def at_work(self) -> bool:
        return bool(self._standing) or self.latency > 0

    def due(self, passing: Passing) -> list[Rule]:
        """The rules whose turn it is; every rule counts every request that it matches."""
        with self._lock:
            return [each.rule for each in self._standing.values() if each.fires(passing)]

    def wait(self, seconds: float) -> None:
        """Keep a request waiting, until the rules change at the latest."""
        self._cleared.wait(seconds)
