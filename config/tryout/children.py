"""Child processes: started, watched, restarted when they die, and never left behind."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from config.paths import BASE_DIR
from config.tryout.checks import Refused

GRACE_SECONDS = 8.0
MOST_RESTARTS, RESTART_WINDOW = 5, 60.0
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Child:
    """One process. It is ready when it `answers` over HTTP or `says` this in its log."""

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str]
    answers: str = ""
    says: str = ""


class Running:
    """A started child, with a thread that reads what it says."""

    def __init__(self, child: Child, log: Path) -> None:
        self.child = child
        self.tail: deque[str] = deque(maxlen=12)
        self.starts: deque[float] = deque(maxlen=MOST_RESTARTS)
        self.ready = False
        self._log = log
        self.process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        self.starts.append(time.monotonic())
        # A session of its own: the terminal's Ctrl-C reaches only us, and we stop in order.
        process = subprocess.Popen(
            self.child.argv,
            cwd=BASE_DIR,
            env=dict(self.child.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
        self._reader = threading.Thread(target=self._read, args=(process.stdout,), daemon=True)
        self._reader.start()
        return process

    def restart(self) -> None:
        self.process = self._start()

    def restarts_too_often(self) -> bool:
        return len(self.starts) == MOST_RESTARTS and time.monotonic() - self.starts[0] < RESTART_WINDOW

    def _read(self, lines: IO[str]) -> None:
        with lines, self._log.open("a", encoding="utf-8") as log:
            for line in lines:
                log.write(line)
                log.flush()
                self.tail.append(line.rstrip())
                if self.child.says and self.child.says in line:
                    self.ready = True
                if error := error_in(line):
                    print(f"{self.child.name}: {error}", file=sys.stderr, flush=True)

    def hear_out(self) -> None:
        """Wait for the last words of a process that has ended."""
        self._reader.join(timeout=2)

    def check_ready(self) -> bool:
        if not self.ready and self.child.answers:
            self.ready = _answers(self.child.answers)
        return self.ready

    def signal(self, number: signal.Signals) -> None:
        if self.process.poll() is None:
            # Its own children are in its process group; between the two lines it may have ended.
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return


class Supervisor:
    """All children. Leaving its context stops them: the last started first asked, all at once awaited."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: list[Running] = []

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, child: Child) -> Running:
        running = Running(child, self._logs / f"{child.name}.log")
        self._running.append(running)
        return running

    def wait_until_ready(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while waiting := [each for each in self._running if not each.check_ready()]:
            for each in waiting:
                if each.process.poll() is not None:
                    raise Refused(self._obituary(each))
            if time.monotonic() > deadline:
                names = ", ".join(each.child.name for each in waiting)
                raise Refused(f"Not ready after {seconds:.0f} s: {names}. See the logs in {self._logs}.")
            time.sleep(0.1)

    def restart_the_dead(self) -> None:
        for each in self._running:
            if each.process.poll() is None:
                continue
            if each.restarts_too_often():
                raise Refused(self._obituary(each) + "\nIt keeps ending, so everything is stopped.")
            print(
                f"{each.child.name} ended (code {each.process.returncode}) and is started again; "
                f"see {self._logs / each.child.name}.log",
                file=sys.stderr,
                flush=True,
            )
            each.restart()

    def stop(self) -> None:
        for each in reversed(self._running):
            each.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for each in self._running:
            try:
                each.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                each.signal(signal.SIGKILL)
                each.process.wait()
            each.hear_out()
        self._running.clear()

    def _obituary(self, each: Running) -> str:
        each.hear_out()
        said = map(in_words, each.tail)
        return "\n".join([f"{each.child.name} ended with code {each.process.returncode}:", *said])


def error_in(line: str) -> str | None:
    """The message of a log line that somebody at the terminal should see."""
    record = _record_in(line)
    if record.get("level") not in {"error", "critical"}:
        return None
    return str(record.get("message", ""))


def in_words(line: str) -> str:
    """A log line as a person at the terminal reads it, with its traceback."""
    record = _record_in(line)
    told = [str(record[key]) for key in ("message", "traceback") if key in record]
    return "\n".join(told) or line


def _record_in(line: str) -> dict[str, object]:
    """Of a log line; nothing of what a program says otherwise."""
    try:
        record = json.loads(line) if line.startswith("{") else {}
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - an address of our own on loopback
            return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False


def _end_with_parent() -> None:
    """Linux: be told to end even if the supervisor is killed and can't say so itself."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
