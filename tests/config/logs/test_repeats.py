"""A process that runs in circles fills no disk, and still tells how often."""

from __future__ import annotations

import io
import json
import logging

import pytest

from config.logs.repeats import FIRST_ONES, MOST_KINDS, Repeats, shape
from config.logs.stderr import EACH_COUNTS, Stderr

DAY = 24 * 3600


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What a process with our logging says."""
    said = io.StringIO()
    monkeypatch.setattr("sys.__stderr__", said)
    return said


def lines(out: io.StringIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def logger(name: str) -> tuple[logging.Logger, Stderr]:
    made, handler = logging.Logger(name), Stderr()
    made.addHandler(handler)
    return made, handler


def test_the_same_is_said_some_times_and_then_counted(out: io.StringIO) -> None:
    log, handler = logger("away")
    for attempt in range(5000):
        log.error("broker away, attempt %d of 12.5 s", attempt)
    log.error("another matter")
    handler.close()
    said = [line["message"] for line in lines(out)]
    assert said[:2] == ["broker away, attempt 0 of 12.5 s", "broker away, attempt 1 of 12.5 s"]
    assert said[FIRST_ONES:] == ["another matter", "4990 more times: broker away, attempt # of # s"]


def test_through_a_whole_day_it_stays_a_handful_and_none_is_lost() -> None:
    repeats, said, told = Repeats(), 0, 0
    for second in range(DAY):
        told += sum(count for _kind, count in repeats.due(second))
        said += repeats.admits(("broker away",), second)
    counts = [count for _kind, count in repeats.rest()]
    assert said == FIRST_ONES
    assert said + told + sum(counts) == DAY


def test_what_was_quiet_for_a_while_is_news_again() -> None:
    repeats = Repeats()
    for second in (*range(50), 500):
        told = list(repeats.due(second))
        admitted = repeats.admits(("broker away",), second)
    assert (told, admitted) == ([(("broker away",), 40)], True)


def test_different_jobs_and_errors_are_different_messages() -> None:
    assert shape("job 0b9fa41b-65ee begins") != shape("job 1b9fa41b-65ee begins")
    assert shape("in 2.00 s at 0x7f12") == shape("in 4.5 s at 0x7fff")
    repeats = Repeats()
    assert all(repeats.admits((number,), 0) for number in range(MOST_KINDS * 3))
    assert len(repeats._said) == MOST_KINDS


def test_every_request_has_its_line_however_alike_they_are(out: io.StringIO) -> None:
    log, _handler = logger(EACH_COUNTS)
    for _each in range(100):
        log.info("GET /healthz 200 in 0 ms, person -")
    assert len(lines(out)) == 100


def test_a_line_that_can_not_be_made_is_told_as_one_that_can(out: io.StringIO) -> None:
    log, _handler = logger("mistaken")
    log.error("%d jobs", "many")
    (line,) = lines(out)
    assert line["message"] == "unreadable record: '%d jobs'"
    assert "TypeError" in line["traceback"]
