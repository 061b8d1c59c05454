"""All faults as rules to try, and the kinds of requests that each can happen to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simulator.faults import Rule
from simulator.faults.catalogue import FAULTS

ANSWER_TIME = 0.6  # seconds, where an answer never comes
WRITES = ("write", "refresh")


@dataclass(frozen=True)
class Trouble:
    """One fault in one form."""

    id: str
    fault: str
    more: dict[str, Any] = field(default_factory=dict)
    only: tuple[str, ...] = ()  # narrower than what the fault suits

    def rule(self, **where: Any) -> Rule:
        return Rule(self.fault, **self.more, **where)

    def can_strike(self, kinds: set[str]) -> bool:
        suits = FAULTS[self.fault].suits
        return (not suits or bool(kinds & set(suits))) and (not self.only or bool(kinds & set(self.only)))

    @property
    def loses_the_answer(self) -> bool:
        """What was asked for happened, but who asked does not learn it."""
        broken = ("truncated", "invalid_json", "other_shape", "empty")
        return bool(self.more.get("effect")) or self.fault in broken

    @property
    def answer_time(self) -> float:
        return ANSWER_TIME if self.fault == "timeout" else 20.0


def _trouble(fault: str, *, only: tuple[str, ...] = (), form: str = "", **more: object) -> Trouble:
    return Trouble(f"{fault}-{form}" if form else fault, fault, more, only)


TROUBLES = (
    _trouble("expired_session"),
    _trouble("revoked_grant"),
    _trouble("reuse_detected"),
    _trouble("limit_reached"),
    _trouble("too_many", retry_after=0),
    _trouble("unavailable"),
    _trouble("server_unavailable"),
    _trouble("maintenance"),
    _trouble("maintenance", form="moved", status=302),
    _trouble("unknown_exception", form="before"),
    _trouble("unknown_exception", form="after", effect=True, only=WRITES),
    _trouble("refused", code="INSUFFICIENT_ACCESS", status=403),
    _trouble("composite_refused"),
    _trouble("row_lock", form="set", sobject="PermissionSet"),
    _trouble("row_lock", form="one-assignment", sobject="PermissionSetAssignment", row=2),
    _trouble("row_lock", form="access", sobject="SetupEntityAccess"),
    _trouble("timeout", form="before"),
    _trouble("timeout", form="after", effect=True, only=WRITES),
    _trouble("slow", seconds=0.1),
    _trouble("dropped", form="before"),
    _trouble("dropped", form="after", effect=True, only=WRITES),
    _trouble("truncated"),
    _trouble("invalid_json"),
    _trouble("other_shape"),
    _trouble("empty"),
    _trouble("old_version"),
)

#: Where not each of them is tried: one of each sort that the app tells apart.
OF_EACH_SORT = (
    "expired_session",
    "revoked_grant",
    "limit_reached",
    "unavailable",
    "maintenance",
    "timeout-before",
    "timeout-after",
    "other_shape",
    "old_version",
)
