"""The slow parts: when they have to be read although nobody asked, and the version among them."""

from __future__ import annotations

from wizard.guides.connected_app_authentication import lookups
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.reading.parts import AFTER_CONNECT, SLOW_PARTS, asked
from wizard.guides.connected_app_authentication.snapshot import Snapshot, State

SLOW = SLOW_PARTS | AFTER_CONNECT
OF_THE_CONNECTION_USER = "proofs"


def slow_due(snapshot: Snapshot | None, choices: Choices) -> bool:
    """Whether one of them was never asked for, or for another connection user or other people."""
    if snapshot is None:
        return True
    wanted = SLOW_PARTS if choices.connection_user else SLOW_PARTS - {OF_THE_CONNECTION_USER}
    if choices.everyone and lookups.connected(snapshot):
        wanted |= AFTER_CONNECT
    return any(_is_unread(snapshot, name, choices) for name in wanted)


def _is_unread(snapshot: Snapshot, name: str, choices: Choices) -> bool:
    part = snapshot.part(name)
    return part.state is State.NOT_READ or part.asked != asked(name, choices)


def package_version(snapshot: Snapshot) -> str | None:
    """As it was read with the other slow parts, if it was."""
    return next((row.number for row in snapshot.version.get(())), None)
