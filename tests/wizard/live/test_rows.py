"""The lists are live: a row is rendered once for all who look at it, and comes to members only."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from teams.models import Membership, User
from tests.fixture_types import MakeSetup, SignedIn
from tests.waiting import PATIENCE
from tests.wizard.given import given
from tests.wizard.harness import SetupHarness
from tests.wizard.live.test_stream import has_looked_again, hub, in_background
from tests.wizard.sse import Viewer, until
from wizard.actions import assignment, notes
from wizard.live import rows
from wizard.live import stream as live_stream
from wizard.live.access import StreamTicket
from wizard.live.ticket import list_ticket, read_ticket
from wizard.models import Setup

__all__ = ["hub"]
pytestmark = pytest.mark.django_db(transaction=True)


def ticket_to(person: User, *desks: SetupHarness, list_name: str = "home") -> str:
    shown = Setup.objects.filter(pk__in=[desk.setup.pk for desk in desks])
    return list_ticket(person.pk, list_name, shown)


def told(viewer: Viewer) -> int:
    return viewer.text.count("event: row\n")


async def while_looking(viewers: list[Viewer], story: Any) -> None:
    looking = [asyncio.create_task(viewer.look()) for viewer in viewers]
    await until(lambda: all(viewer.text for viewer in viewers))
    await story()
    for viewer in viewers:
        viewer.gone.set()
    await asyncio.wait_for(asyncio.gather(*looking), PATIENCE)


def test_a_row_that_changes_is_rendered_once_however_many_lists_show_it(
    make: MakeSetup, sam: User, hub: live_stream.Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = make(), make()
    rendered: list[str] = []
    render = rows.render

    def counted(list_name: str, setup_id: str) -> str:
        rendered.append(setup_id)
        return render(list_name, setup_id)

    monkeypatch.setattr(rows, "render", counted)
    viewers = [Viewer(ticket_to(mine.person, mine, other)) for _ in range(20)]
    viewers.append(Viewer(ticket_to(sam, mine)))

    async def story() -> None:
        await until(lambda: has_looked_again(hub))
        rendered.clear()
        before = [told(viewer) for viewer in viewers]
        await in_background(lambda: assignment.take_over(given(mine.setup, sam), sam))
        await until(lambda: all(told(v) == n + 1 for v, n in zip(viewers, before, strict=True)))

    asyncio.run(while_looking(viewers, story))
    assert rendered == [str(mine.setup.pk)]
    last = viewers[0].text.rpartition("event: row")[2]
    assert f'id="row-{mine.setup.pk}"' in last
    assert "Assigned to Sam Okafor." in last
    assert (hub._viewers, hub._rendered) == ({}, {}), "nothing is kept for viewers who left"


def test_what_changed_between_the_page_and_its_stream_comes_at_once(
    checked: SetupHarness, hub: live_stream.Hub
) -> None:
    viewer = Viewer(ticket_to(checked.person, checked, list_name="stuck"))
    notes.note(given(checked.setup, checked.person), checked.person, "Called.")

    async def story() -> None:
        await until(lambda: told(viewer) == 1)

    asyncio.run(while_looking([viewer], story))


def test_who_leaves_one_of_two_teams_is_told_of_the_other_teams_rows_only(
    make: MakeSetup, sam: User, hub: live_stream.Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_stream, "RECHECK_SECONDS", 0.05)
    lost = make()
    viewer = Viewer(ticket_to(sam, lost))

    async def story() -> None:
        await in_background(Membership.objects.filter(user=sam).delete)
        await until(lambda: not hub.viewers())

    asyncio.run(while_looking([viewer], story))
    after = Viewer(ticket_to(sam, lost))
    asyncio.run(asyncio.wait_for(after.look(), PATIENCE))
    assert after.status == 204


def test_who_comes_while_the_others_are_looked_at_again_stays(
    make: MakeSetup, sam: User, hub: live_stream.Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_stream, "RECHECK_SECONDS", 0.05)
    first, second = (Viewer(ticket_to(sam, make())) for _ in range(2))
    ask, asked, both_are_in = hub.allowed, asyncio.Event(), asyncio.Event()
    alone = {*read_ticket(first.ticket)}
    looks: list[int] = []

    async def slow(passes: set[StreamTicket]) -> set[StreamTicket]:
        answer = await ask(passes)
        if passes == alone:
            asked.set()
            await both_are_in.wait()
        looks.append(len(passes))
        return answer

    async def story() -> None:
        hub.allowed = slow  # type: ignore[method-assign]
        await asked.wait()
        looking = asyncio.create_task(second.look())
        await until(lambda: hub.viewers() == 2)
        both_are_in.set()
        await until(lambda: looks.count(2) == 2)
        assert hub.viewers() == 2
        second.gone.set()
        await asyncio.wait_for(looking, PATIENCE)

    asyncio.run(while_looking([first], story))


def test_who_comes_while_the_process_stops_is_let_go_at_once(
    make: MakeSetup, sam: User, hub: live_stream.Hub
) -> None:
    late = Viewer(ticket_to(sam, make()))
    hub.end()
    asyncio.run(asyncio.wait_for(late.look(), PATIENCE))
    assert (late.status, hub.viewers()) == (200, 0)


@pytest.mark.parametrize(("page", "list_name"), [("home", "home"), ("support", "stuck")])
def test_each_list_carries_a_ticket_for_its_rows_within_twelve_queries(
    make: MakeSetup, signed_in: SignedIn, page: str, list_name: str
) -> None:
    desks = [make() for _ in range(2)]
    Setup.objects.update(last_activity_at="2026-01-01T00:00:00Z")
    browser = signed_in(desks[0].person)
    browser.get(reverse(f"wizard:{page}"))
    with CaptureQueriesContext(connection) as captured:
        shown = browser.get(reverse(f"wizard:{page}"))
    assert len(captured) <= 12
    html = shown.content.decode()
    assert set(re.findall(r'<li id="row-([0-9a-f-]+)"', html)) == {str(desk.setup.pk) for desk in desks}
    row = rows.render(list_name, str(desks[0].setup.pk))
    assert " ".join(row.split()) in " ".join(html.split()), "the page and the stream show the same"
