"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """As README.md shows it."""

    people: int = 1000  # of the large org
    seconds: float = 60.0  # of looking
    events: int = 2000
    viewers: int = 200
    setups: int = 10
    checks: int = 300
    warm_up: int = 100
    grown: int = 4  # setups
    weeks: int = 52


# Enough to see that every part comes to its end; its figures say nothing.
SHORT = Size(people=60, seconds=4.0, events=40, viewers=4, setups=2, checks=8, warm_up=4, grown=1, weeks=1)
