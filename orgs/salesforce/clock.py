"""Does our clock agree with Salesforce's? A setup's start is ours, and what it is compared with is theirs.

Nothing is corrected by it: whoever runs us is told, in the log and on pages, and repairs the clock.
"""

from __future__ import annotations

import logging
import threading
import time
from email.utils import parsedate_to_datetime

TOLERATED = 60.0  # seconds: the header has whole ones, and an answer takes a while
AGAIN = 3600.0  # told so often at most

log = logging.getLogger(__name__)

_lock = threading.Lock()
_told_at: float | None = None
_ahead = 0.0


def ahead() -> float:
    """Seconds by which our clock was ahead when this process last asked Salesforce; 0 up to a minute."""
    return _ahead


def compare(date: str) -> None:
    """`date` is the header of an answer that came just now."""
    global _ahead, _told_at
    try:
        found = time.time() - parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):  # none, or not one
        return
    _ahead = found if abs(found) > TOLERATED else 0.0
    if not _ahead:
        return
    with _lock:
        if _told_at is not None and time.monotonic() - _told_at < AGAIN:
            return
        _told_at = time.monotonic()
    way = "ahead of" if found > 0 else "behind"
    log.error("Our clock is %.0f seconds %s Salesforce's: is NTP running here?", abs(found), way)
