"""What the last look after a handover saw to be other than then, as it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wizard.guides.base import AnyStep, Finding
from wizard.guides.text import Text
from wizard.messages import remedies
from wizard.messages.remedies.remedy import Remedy
from wizard.models import Event, Setup
from wizard.monitoring import acknowledged


@dataclass(frozen=True)
class Drifted:
    """A line that is not right any more: what was seen, and what to do about it."""

    key: str
    title: Text
    finding: Finding | None
    remedy: Remedy | None
    automatic: bool  # we can put it right, once the setup is open again


@dataclass(frozen=True)
class KnownLine:
    """A line whose difference somebody knows."""

    key: str
    title: Text
    until: date
    event: Event | None

    @property
    def reason(self) -> str:
        return str(self.event.data.get("text", "")) if self.event else ""


def lines(setup: Setup) -> list[Drifted]:
    return [_drifted(step, setup) for step in setup.guide.steps() if step.key in setup.drifted]


def known_lines(setup: Setup) -> list[KnownLine]:
    known: dict[str, acknowledged.Known] = {
        key: each for key, each in setup.known_drift.items() if each["stands"]
    }
    events = setup.events.in_bulk([each["event"] for each in known.values()]) if known else {}
    return [
        KnownLine(step.key, step.title, date.fromisoformat(each["until"]), events.get(each["event"]))
        for step in setup.guide.steps()
        if (each := known.get(step.key))
    ]


def _drifted(step: AnyStep, setup: Setup) -> Drifted:
    finding = Finding.from_json(setup.drift_findings.get(step.key))
    remedy = remedies.get(finding.remedy) if finding and finding.remedy else None
    return Drifted(step.key, step.title, finding, remedy, step.plan is not None)


def upgrade(setup: Setup) -> Event | None:
    """The last one of the package that a look after the handover has noticed."""
    if not setup.finished:
        return None
    told = setup.events.filter(kind="package_upgraded", at__gte=setup.finished_at)
    return told.order_by("-id").first()
