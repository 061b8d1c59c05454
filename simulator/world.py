"""All orgs of the stand-in, the tokens that open them, and the log of requests."""

from __future__ import annotations

import json
import os
from collections import deque
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from threading import RLock
from typing import Any

from simulator.clock import Clock, parse, stamp
from simulator.errors import session_expired
from simulator.faults import Faults
from simulator.org.store import Org
from simulator.seeding.new_org import furnish
from simulator.switches import Switches

_LOG_SIZE = 50_000


@dataclass
class Token:
    """An access token (a session). `chain` ties it to the refresh tokens of the same grant."""

    value: str
    org_id: str
    user_id: str
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ("api",)
    client_id: str = ""
    chain: str = ""
    issued: int = 0  # seconds since 1970


@dataclass(frozen=True)
class LogEntry:
    at: datetime
    method: str
    path: str
    org_id: str
    api_call: bool  # counts against the org's allowance
    status: int
    queries: int  # SOQL queries inside, so of a composite too
    fault: str = ""  # what struck it (simulator.faults)


@dataclass
class World:
    """The whole state. Hold `lock` while reading or writing anything in it."""

    lock: RLock = field(default_factory=RLock, repr=False)
    clock: Clock = field(default_factory=Clock)
    orgs: dict[str, Org] = field(default_factory=dict)  # by 18-character id
    tokens: dict[str, Token] = field(default_factory=dict)
    log: deque[LogEntry] = field(default_factory=lambda: deque(maxlen=_LOG_SIZE), repr=False)
    logged: int = 0  # entries ever written: what a mark is
    switches: Switches = field(default_factory=Switches)  # for new orgs
    extra: dict[str, Any] = field(default_factory=dict)  # JSON that sign-in keeps (refresh tokens...)
    faults: Faults = field(default_factory=Faults, repr=False)  # not kept
    cursors: dict[str, Any] = field(default_factory=dict, repr=False)  # open queries; not kept
    made: int = 0
    changed: bool = False

    def new_org(self, name: str, *, is_sandbox: bool, my_domain: str) -> Org:
        """An org as delivered: Organization, licences, profiles. A starting state fills it."""
        with self.lock:
            self.made += 1
            switches = replace(self.switches)
            switches.refresh_token_policy_values = dict(self.switches.refresh_token_policy_values)
            org = Org(
                self.made,
                name,
                is_sandbox=is_sandbox,
                my_domain=my_domain,
                clock=self.clock,
                switches=switches,
            )
            furnish(org)
            self.orgs[org.id] = org
            self.changed = True
            return org

    def org_of_token(self, token: str) -> tuple[Org, str]:
        """The org and the user's id, or ApiError INVALID_SESSION_ID."""
        with self.lock:
            known = self.tokens.get(token)
            org = self.orgs.get(known.org_id) if known else None
            if known is None or org is None:
                raise session_expired()
            if known.expires_at is not None and known.expires_at <= self.clock.now():
                raise session_expired()
            return org, known.user_id

    # -- the log of requests

    def record(self, entry: LogEntry) -> None:
        with self.lock:
            self.log.append(entry)
            self.logged += 1

    def mark(self) -> int:
        return self.logged

    def log_since(self, mark: int) -> list[LogEntry]:
        """The requests answered since `mark()` gave this number."""
        with self.lock:
            fresh = min(self.logged - mark, len(self.log))
            return list(islice(self.log, len(self.log) - fresh, None))

    def api_calls_since(self, mark: int, org_id: str | None = None) -> int:
        return sum(e.api_call and org_id in (None, e.org_id) for e in self.log_since(mark))

    # -- keeping

    def dirty(self) -> bool:
        return self.changed or any(org.changed for org in self.orgs.values())

    def save(self, path: str | Path) -> None:
        """Write everything to one JSON file, in one step (a crash leaves the old file)."""
        with self.lock:
            text = json.dumps(self._dump(), separators=(",", ":"))
            self.changed = False
            for org in self.orgs.values():
                org.changed = False
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_suffix(".new")
        with fresh.open("w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)

    def load(self, path: str | Path) -> None:
        raw = json.loads(Path(path).read_text())
        with self.lock:
            self.made, self.extra = raw["made"], raw["extra"]
            self.switches.change(**raw["switches"])
            self.orgs = {each["id"]: Org.load(each, self.clock) for each in raw["orgs"]}
            self.tokens = {each["value"]: _token(each) for each in raw["tokens"]}

    def _dump(self) -> dict[str, object]:
        return {
            "made": self.made,
            "extra": self.extra,
            "switches": asdict(self.switches),
            "orgs": [org.dump() for org in self.orgs.values()],
            "tokens": [
                asdict(token) | {"expires_at": stamp(token.expires_at) if token.expires_at else None}
                for token in self.tokens.values()
            ],
        }


def _token(raw: dict[str, Any]) -> Token:
    expires = parse(raw["expires_at"]) if raw["expires_at"] else None
    return Token(**raw | {"expires_at": expires, "scopes": tuple(raw["scopes"])})
