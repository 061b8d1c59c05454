"""An org of the stand-in as a guide sees it: over real HTTP, by the real client."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from orgs.salesforce.client import Client
from simulator import scenarios
from simulator.org.rows import Record
from simulator.org.store import Org
from simulator.server import Stand
from simulator.world import Token
from wizard.guides.changes import Change, Outcome
from wizard.guides.connected_app_authentication.guide import GUIDE, Choices, Snapshot

NAME = "Marketing_Cloud_Connected_App"
_numbers = count(1)  # an org's people follow from its name, so names are the same in each run
DESCRIBED = ("UserPermissionAccess", "User", "ConnectedApplication")


@dataclass
class FixedSession:
    instance_url: str
    token: str

    def access_token(self) -> str:
        return self.token

    def refresh(self, stale: str) -> str:
        raise AssertionError("the token is good, so nothing should refresh it")

    def moved(self, origin: str) -> None:
        raise AssertionError("the org stays where it is")


@dataclass
class Recorder:
    """A watcher that keeps what it is told, and may stop before a batch."""

    batches: list[list[Change]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    before: Callable[[int], None] = lambda number: None

    def before_batch(self, changes: Sequence[Change]) -> None:
        self.before(len(self.batches))
        self.batches.append(list(changes))

    def after_batch(self, outcomes: Sequence[Outcome]) -> None:
        self.outcomes += outcomes

    @property
    def made(self) -> list[tuple[Change, str]]:
        return [(o.change, o.record_id or "") for o in self.outcomes if o.created]


@dataclass
class OrgAt:
    stand: Any
    org: Org
    client: Client
    known: dict[str, Any]

    @classmethod
    def create(cls, stand: Stand, scenario: str = "fresh", *, as_user: str = "", **more: Any) -> OrgAt:
        org = scenarios.create(stand.world, scenario, name=f"Org {next(_numbers):04}", **more)
        user_id = (
            org.find("User", Username=f"{as_user}@{org.extra['domain']}")[0]["Id"]
            if as_user
            else org.admin_id
        )
        token = Token(f"{org.id}!{secrets.token_hex(8)}", org.id, user_id)
        with stand.world.lock:
            stand.world.tokens[token.value] = token
        client = Client(FixedSession(stand.url, token.value), "66.0", sleep=lambda seconds: None)
        caller = {"id": user_id, "name": org.tables["User"][user_id]["Name"]}
        at = cls(stand, org, client, {"is_sandbox": org.is_sandbox, "caller": caller})
        at.discover()
        return at

    def discover(self) -> None:
        fields = {each: [f["name"] for f in self.client.describe(each)["fields"]] for each in DESCRIBED}
        self.known["fields"] = fields

    def choices(self, count: int = 20, **more: object) -> Choices:
        chosen = [row["Id"] for row in self.org.rows("User") if row["IsActive"] and self._is_full(row)]
        chosen = [each for each in chosen if each != self.org.connection_user_id][:count]
        raw = {
            "mode": "first",
            "connection_user": self.org.connection_user_id,
            "people": chosen,
            "set_name": NAME,
        }
        return GUIDE.parse_inputs({**raw, **more})

    def _is_full(self, user: Record) -> bool:
        profile = self.org.get(user["ProfileId"])
        licence = self.org.get(profile["UserLicenseId"]) if profile else None
        return bool(licence and licence["Name"] == "Salesforce")

    def read(self, choices: Choices, parts: Collection[str] | None = None, *, slow: bool = False) -> Snapshot:
        also = GUIDE.slow_parts if slow else frozenset()
        return GUIDE.read(self.client, choices, parts, self.known, also)

    def calls(self, mark: int) -> int:
        return int(self.stand.world.api_calls_since(mark, self.org.id))

    def mark(self) -> int:
        return int(self.stand.world.mark())


def plan(snapshot: Snapshot, choices: Choices) -> list[Change]:
    """The whole plan, each change once, as the runner makes it."""
    changes: dict[str, Change] = {}
    for step in GUIDE.steps():
        for change in step.plan(snapshot, choices) if step.plan else []:
            changes.setdefault(change.key, change)
    return list(changes.values())


def statuses(snapshot: Snapshot, choices: Choices) -> dict[str, str]:
    """Each checked step's status and code."""
    findings = {step.key: step.check(snapshot, choices) for step in GUIDE.steps() if step.check}
    return {key: f"{each.status.value} {each.code}" for key, each in findings.items()}
