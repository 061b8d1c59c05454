"""How this process's calls to Salesforce ended, until somebody takes the counts."""

from __future__ import annotations

from collections import Counter
from threading import Lock

_counts: Counter[str] = Counter()
_lock = Lock()


def note(outcome: str) -> None:
    with _lock:
        _counts[outcome] += 1


def give_back(counts: dict[str, int]) -> None:
    """What could not be handed on."""
    with _lock:
        _counts.update(counts)


def take() -> dict[str, int]:
    """The counts since the last time."""
    with _lock:
        taken = dict(_counts)
        _counts.clear()
    return taken
