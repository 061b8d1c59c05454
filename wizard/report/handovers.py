"""What was true at a handover, of a setup that was opened again since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from wizard.guides.text import Text
from wizard.models import Event, Setup

KINDS = ("finished", "reopened")


@dataclass(frozen=True)
class Then:
    """A value of a line, as it was when the setup was handed over."""

    value: Text
    at: datetime


@dataclass(frozen=True)
class Handover:
    """One that is over: when and by whom it was, and what was done then."""

    event: Event
    reopened: Event
    left_open: tuple[Text, ...]

    @property
    def counts(self) -> dict[str, int] | None:
        """None for one of before these were kept."""
        data = self.event.data
        return {"done": data["lines_done"], "total": data["lines_total"]} if "lines_done" in data else None

    def value_of(self, step: str) -> Then | None:
        value = Text.from_json(self.event.data.get("values", {}).get(step))
        return Then(value, self.event.at) if value else None


def earlier(setup: Setup, events: Iterable[Event]) -> tuple[Handover, ...]:
    """From the events of a setup, oldest first."""
    found: list[Handover] = []
    last: Event | None = None
    for event in events:
        if event.kind == "finished":
            last = event
        elif event.kind == "reopened" and last:
            found.append(Handover(last, event, _titles(setup, last)))
            last = None
    return tuple(found)


def _titles(setup: Setup, event: Event) -> tuple[Text, ...]:
    left = set(event.data.get("left_open", ()))
    return tuple(step.title for step in setup.guide.steps() if step.key in left)
