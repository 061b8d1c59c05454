"""Whoever runs us is told when our clock and Salesforce's differ."""

from __future__ import annotations

from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from time import time

import pytest

from orgs.salesforce import clock
from orgs.salesforce.client import Client
from tests.orgs.salesforce.scripted import Reply, Tokens, answering


@pytest.fixture(autouse=True)
def _nobody_was_told_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_told_at", None)
    monkeypatch.setattr(clock, "_ahead", 0.0)


@pytest.mark.parametrize(
    ("seconds", "way"),
    [(-7200, "7200 seconds ahead of"), (90, "90 seconds behind"), (600, "600 seconds behind")],
)
def test_an_answer_from_another_time_is_told_of(
    seconds: int, way: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = int(time())
    monkeypatch.setattr("orgs.salesforce.clock.time.time", lambda: float(now))
    monkeypatch.setattr(
        BaseHTTPRequestHandler, "date_time_string", lambda self: formatdate(now + seconds, usegmt=True)
    )
    with answering(Reply(body=[])) as script, Client(Tokens(script.url), "66.0") as client:
        client.versions()
        client.versions()
    told = [record.getMessage() for record in caplog.records if "clock" in record.getMessage()]
    assert told == [f"Our clock is {way} Salesforce's: is NTP running here?"], "once"


def test_it_is_told_again_after_an_hour(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = formatdate(time() - 1000, usegmt=True)
    clock.compare(wrong)
    monkeypatch.setattr(clock, "AGAIN", 0.0)
    clock.compare(wrong)
    assert len(caplog.records) == 2


@pytest.mark.parametrize("date", ["", "yesterday", "Tue, 99 Nov 2026 25:00:00 GMT", "now"])
def test_a_right_time_and_no_time_are_no_news(date: str, caplog: pytest.LogCaptureFixture) -> None:
    clock.compare(formatdate(usegmt=True) if date == "now" else date)
    assert caplog.records == []
