"""How often a press of "Make these changes" goes from one room of ours into another."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType

import pytest

from tests.wizard.views.conftest import Site
from wizard import tasks

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]
# By the same count it was 53 and 70 once (at 93b154a): the press has to stay below half of that.
MOST_BY_A_PRESS, MOST_BY_ITS_JOB = 26, 56
COMPREHENSIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>"})


def room_of(file: str) -> str:
    """The box of `wizard/`, or the whole room beside it; nothing for what is not ours."""
    if not file.startswith(str(ROOT)):
        return ""
    room, box, *_ = (*Path(file).relative_to(ROOT).parts, "")
    return f"{room}/{box}" if room == "wizard" else room if room in ("orgs", "teams") else ""


@contextmanager
def traced() -> Iterator[list[str]]:
    """The rooms in turn, as somebody reads them who reads each function once: where it is first called.

    What stands within a function is read with it; what runs in a thread is read where that is started.
    """
    rooms: list[str] = []
    known: set[CodeType] = set()

    def profile(frame: FrameType, event: str, _arg: object) -> None:
        if event != "call" or frame.f_code in known or frame.f_code.co_name in COMPREHENSIONS:
            return
        known.add(frame.f_code)
        room = room_of(frame.f_code.co_filename)
        if room and room != (rooms[-1] if rooms else ""):
            rooms.append(room)

    before = sys.getprofile()
    sys.setprofile(profile)
    threading.setprofile(profile)
    try:
        yield rooms
    finally:
        sys.setprofile(before)
        threading.setprofile(None)


def test_a_press_of_make_these_changes_enters_few_rooms(site: Site) -> None:
    """The second of two, so that it does not matter what was loaded and cached before."""
    for stage in ("permission_set", "people"):
        plan = site.plan(stage)
        with traced() as press:
            assert site.post("apply", stage, **plan).status_code == 302
        job = site.desk.setup.jobs.get(kind="apply", state="queued")
        with traced() as work:
            tasks.run_job(str(job.pk))
        job.refresh_from_db()
        assert job.state == "done", job.error_details
    assert len(press) <= MOST_BY_A_PRESS, press
    assert len(work) <= MOST_BY_ITS_JOB, work
