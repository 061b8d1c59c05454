"""Choices and snapshots of this guide that prove nothing, for what holds for every guide."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.reading.parts import asked
from wizard.guides.connected_app_authentication.snapshot import PARTS, Part, Snapshot, State

__all__ = ["CHOICES", "LINES", "NOTHING", "PARTS", "empty", "unreadable", "without"]

LINES = range(1, 39)
NOTHING = Snapshot()
CHOICES = {
    "nothing chosen": Choices(),
    "all chosen": Choices(
        mode="first",
        connection_user="005000000000001AAA",
        people=("005000000000002AAA", "005000000000003AAA"),
        set_name="Marketing_Cloud_Connected_App",
        mid="not a number",
        started_at="2026-11-24T09:00:00+00:00",
    ),
    "a repair that adopts": Choices(
        mode="repair", connection_user="005000000000001AAA", set_name="X", adopt="0PS000000000001AAA"
    ),
}


def unreadable(choices: Choices) -> Snapshot:
    parts: dict[str, Any] = {
        name: Part[Any](
            State.UNREADABLE, code="INSUFFICIENT_ACCESS", message="no", asked=asked(name, choices)
        )
        for name in PARTS
    }
    return Snapshot(**parts)


def empty(choices: Choices) -> Snapshot:
    parts: dict[str, Any] = {name: Part[Any](State.KNOWN, (), asked=asked(name, choices)) for name in PARTS}
    return Snapshot(**(parts | {"rights": Part(State.KNOWN, {})}))


def without(snapshot: Snapshot, *names: str) -> Snapshot:
    not_read: dict[str, Any] = {name: Part() for name in names}
    return replace(snapshot, **not_read)
