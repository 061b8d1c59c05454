"""Where the lines go, and from which level on."""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from typing import TextIO

from config.logs.lines import OneLine
from config.logs.repeats import Kind, Repeats, shape

#: One line for each request is no repetition, however alike they are: a reference has to be found.
EACH_COUNTS = "requests.done"


class Stderr(logging.StreamHandler[TextIO]):
    """Writes each record as a line, and counts those that are said too often."""

    def __init__(self) -> None:
        super().__init__(sys.__stderr__)  # where `print` leads to may be a log itself
        self.setFormatter(OneLine())
        self._repeats = Repeats()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            now = time.monotonic()
            for kind, count in self._repeats.due(now):
                self._tell(kind, count)
            if record.name == EACH_COUNTS or self._repeats.admits(_kind(record), now):
                super().emit(record)
        except Exception:  # noqa: BLE001 - whatever is wrong with a record must not reach who wrote it
            self.handleError(record)

    def close(self) -> None:
        for kind, count in self._repeats.rest():
            self._tell(kind, count)
        super().close()

    def handleError(self, record: logging.LogRecord) -> None:
        """A record that can't be written is told as one that can."""
        told = {"level": "error", "logger": record.name, "message": f"unreadable record: {record.msg!r}"}
        self.stream.write(json.dumps({**told, "traceback": traceback.format_exc()}) + self.terminator)

    def _tell(self, kind: Kind, count: int) -> None:
        name, level, message, _error = kind
        told = logging.LogRecord(
            str(name), int(str(level)), "", 0, "%d more times: %s", (count, message), None
        )
        super().emit(told)


def _kind(record: logging.LogRecord) -> Kind:
    error = record.exc_info[0] if record.exc_info else None
    return record.name, record.levelno, shape(record.getMessage()), error


def configuration(level: str) -> dict[str, object]:
    of_readiness = {"level": "DEBUG" if level == "DEBUG" else "INFO"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"stderr": {"class": "config.logs.stderr.Stderr"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers mail admins and colour the console: neither is wanted.
            "django": {"handlers": [], "level": level, "propagate": True},
            # Beat's once-a-second tick would be all that is in the log.
            "celery.beat": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            # That they are ready is always said: `make run` waits for it.
            "celery.apps.worker": of_readiness,
            "config.serve.scheduler": of_readiness,
        },
    }
