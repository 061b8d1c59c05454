"""Waiting for the thing itself: on a slow machine it comes later, and what never comes fails."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 120.0  # seconds


def eventually(what: str | Callable[[], str], found: Callable[[], T], *, pause: float = 0.05) -> T:
    """Ask until the answer is true, and give it; else fail with what did not happen."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := found()):
        assert time.monotonic() < deadline, (
            f"not within {PATIENCE} s: {what if isinstance(what, str) else what()}"
        )
        time.sleep(pause)
    return answer
