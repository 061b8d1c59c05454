"""One person who opens streams without end, and a database connection that breaks under the hub."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator

import pytest
from django.db import InterfaceError

from wizard.live import stream
from wizard.live.access import StreamTicket


def of(user: str) -> StreamTicket:
    return StreamTicket(str(uuid.uuid4()), "people", user)


def test_one_person_fills_only_their_own_seats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST_SEATS", 3)

    async def story() -> None:
        hub = stream.Hub()
        seats = [hub.join([of("1")]) for _ in range(3)]
        assert hub.is_full("1")
        assert not hub.is_full("2")
        hub.leave(seats[0])
        assert not hub.is_full("1")
        for task in hub._tasks:
            task.cancel()

    asyncio.run(story())


def test_who_may_not_look_is_cut_off_after_a_connection_broke_too(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: Iterator[InterfaceError | set[StreamTicket]] = iter([InterfaceError("connection closed"), set()])

    def allowed(passes: list[StreamTicket]) -> set[StreamTicket]:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(stream, "RECHECK_SECONDS", 0.01)
    monkeypatch.setattr(stream, "_still_allowed", allowed)

    async def story() -> bool:
        hub = stream.Hub()
        seat = hub.join([of("1")])
        for _ in range(2_000):
            if seat.cut:
                break
            await asyncio.sleep(0.01)
        for task in hub._tasks:
            task.cancel()
        return seat.cut

    assert asyncio.run(story())
