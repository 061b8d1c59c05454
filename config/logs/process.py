"""Whatever else a process would say of itself, as lines too: what nobody caught, warnings, prints."""

from __future__ import annotations

import logging
import logging.config
import sys
import threading
from types import TracebackType

from config.logs.stderr import configuration

log = logging.getLogger("process")


def begin(level: str = "INFO") -> None:
    """First of all, before there are settings. At a terminal Python's own words stay: a person reads them."""
    logging.config.dictConfig(configuration(level))
    logging.captureWarnings(True)
    if not sys.stderr.isatty():
        sys.excepthook = _uncaught
        sys.unraisablehook = _unraisable
        threading.excepthook = _uncaught_in_thread


def refuse(refusal: Exception) -> None:
    """Why it does not start: a line for each line, so that the log of a service can be read."""
    if sys.stderr.isatty():
        print(refusal, file=sys.stderr)
        return
    for line in str(refusal).splitlines():
        log.critical("%s", line)


def take_prints() -> None:
    """What a library prints; but the try-out's mails, which are printed too, are to be read."""
    from django.conf import settings

    if not (settings.TRYOUT or sys.stderr.isatty()):
        sys.stdout = sys.stderr = Printed()


class Printed:
    """Stands in for a stream: each piece that is written becomes a record, without its line's end."""

    encoding, errors, closed = "utf-8", "backslashreplace", False
    _log = logging.getLogger("printed")

    def write(self, text: str) -> int:
        if said := text.strip():
            self._log.warning("%s", said)
        return len(text)

    def flush(self) -> None:
        """Nothing is kept back."""

    def isatty(self) -> bool:
        return False


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        log.warning("stopped from the keyboard")
        return
    log.critical("this process ends of an error", exc_info=(kind, error, trace))


def _uncaught_in_thread(found: threading.ExceptHookArgs) -> None:
    if found.exc_value is None or issubclass(found.exc_type, SystemExit):
        return
    name = found.thread.name if found.thread else "?"
    log.error("thread %s ended of an error", name, exc_info=found.exc_value)


def _unraisable(found: sys.UnraisableHookArgs) -> None:
    log.error(
        "%s: %r", found.err_msg or "an error that nobody can catch", found.object, exc_info=found.exc_value
    )
