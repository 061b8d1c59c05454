"""Snapshots made by hand, for checks whose cases the stand-in org can't show."""

from __future__ import annotations

from typing import Any

from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.reading.parts import asked
from wizard.guides.connected_app_authentication.snapshot import App, AuditRow, Facts, Part, Snapshot, State

USER = "005000000000001AAA"
ANNA = "005000000000002AAA"
APP_ID = "0H4000000000001AAA"
SET_ID = "0PS000000000001AAA"
NAME = "Marketing_Cloud_Connected_App"
START = "2026-11-24T09:00:00.400000+00:00"
BEFORE = "2026-11-01T10:00:00.000+0000"
AFTER = "2026-11-24T09:00:00.000+0000"  # Salesforce keeps whole seconds
APP = App(APP_ID, "Salesforce Marketing Cloud", False)


def choices(**more: Any) -> Choices:
    chosen = {
        "mode": "first",
        "connection_user": USER,
        "people": (ANNA,),
        "set_name": NAME,
        "started_at": START,
    }
    return Choices(**{**chosen, **more})


def seen(chosen: Choices, *, facts: Facts = Facts(), **parts: Any) -> Snapshot:  # noqa: B008 - it is frozen
    """A snapshot in which the given parts are known for these choices."""
    known = {
        name: Part[Any](State.KNOWN, value, asked=asked(name, chosen), read_at=START)
        for name, value in parts.items()
    }
    return Snapshot(**known, facts=facts, read_at=START)


def ip_row(value: str, at: str, app: str = "Salesforce Marketing Cloud") -> AuditRow:
    display = f"Changed connected app {app} IP relaxation setting from Enforce IP restrictions to {value}"
    return AuditRow("changeIpRelaxationPolicy", display, at, "Ana Ruiz")
