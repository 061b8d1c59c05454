"""One round: a plan is started at the page, something is killed under it, and all must come right."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import requests
from django.db import close_old_connections, connection
from django.urls import reverse
from django.utils import timezone

from tests.chaos import proof
from tests.chaos.figures import Round
from tests.chaos.machine import Machine
from tests.chaos.road import Road
from tests.chaos.visitor import LiveView, NotOffered, Page, Visitor
from tests.wizard.harness import SetupHarness
from wizard.models import Job

STAGE = "people"
CALL_SECONDS = 0.3  # that a call takes at most, as tests.chaos has it
DOWN = (0.0, 1.5)  # seconds until what was killed is started again
PAGE_SECONDS = 60.0
SHOWN = "Every item of its stages was read back from Salesforce."


@dataclass
class Scene:
    machine: Machine
    road: Road
    visitor: Visitor
    chance: random.Random
    bound: float
    calls: dict[tuple[str, int], int]  # to the org, for a job under which nothing is killed


@dataclass
class Work:
    """One apply or undo that something is killed under; `before` is what was in the org first."""

    desk: SetupHarness
    told: Round
    before: proof.Footprint


def prepare(scene: Scene, desk: SetupHarness, people: int) -> None:
    """A setup whose choices are made and whose facts are read by the worker."""
    desk.choose(people)
    page = scene.visitor.get(reverse("wizard:stage", args=[desk.setup.pk, STAGE]))
    scene.visitor.check_again(desk.setup.pk, page)
    job = wait_for_end(desk, "check", time.monotonic() + PAGE_SECONDS)
    assert job.state == Job.State.DONE, f"the check {job.state}: {job.error_code} {job.error_details}"


def undisturbed(scene: Scene, desk: SetupHarness, what: str, people: int) -> Job:
    """Do it without a kill, and note how many calls it makes."""
    before = scene.road.calls_to(desk.theirs.id)
    patiently(lambda: scene.visitor.press(_page(scene, desk, what), what, together=what == "apply"))
    job = wait_for_end(desk, what, time.monotonic() + scene.bound)
    scene.calls[what, people] = scene.road.calls_to(desk.theirs.id) - before
    return job


def killed(scene: Scene, works: Sequence[Work]) -> None:
    """Start them, kill something at a random moment, start that again, wait, and look at everything."""
    pages = [_page(scene, work.desk, work.told.what) for work in works]
    viewers = [LiveView(scene.machine.stream_url + page.stream_path, scene.visitor) for page in pages]
    for viewer in viewers:
        viewer.start()
    try:
        killed_at, moment = _press_and_kill(scene, pages, works)
        for work, viewer in zip(works, viewers, strict=True):
            _came_right(scene, work, viewer, killed_at, moment)
    finally:
        for viewer in viewers:
            viewer.close()
        works[0].told.problems += [f"{name} died too" for name in scene.machine.revive()]


def _came_right(scene: Scene, work: Work, viewer: LiveView, killed_at: float, moment: datetime) -> None:
    told = work.told
    try:
        told.pressed_again = _press_again_if_lost(scene, work.desk, told.what)
        job = wait_for_end(work.desk, told.what, killed_at + scene.bound)
    except StuckJob as stuck:
        told.problems.append(str(stuck))
        return
    told.attempts, told.hit = job.attempts, _where(job, moment)
    told.seconds = max(0.0, ((job.finished_at or timezone.now()) - moment).total_seconds())
    told.problems += _looked_at(scene, work, job, viewer)


class StuckJob(Exception):
    """A job that is not done within the bound."""


def _press_and_kill(scene: Scene, pages: Sequence[Page], works: Sequence[Work]) -> tuple[float, datetime]:
    presses = [
        threading.Thread(target=_quietly, args=(scene.visitor, page, work.told.what))
        for page, work in zip(pages, works, strict=True)
    ]
    first = works[0].told
    moment_comes = _random_moment(scene, works[0])
    for press in presses:
        press.start()
    moment_comes()
    killed_at, moment = time.monotonic(), timezone.now()
    scene.machine.kill(first.kind)
    time.sleep(scene.chance.uniform(*DOWN))
    scene.machine.restart(first.kind)  # by this thread: a child ends with the thread that started it
    for press in presses:
        press.join()
    connection.close()  # it may have been killed too
    return killed_at, moment


def _random_moment(scene: Scene, work: Work) -> Callable[[], None]:
    """Wait for it: before, after or between any two of the job's calls, however slow the machine is."""
    org, what, people = work.desk.theirs.id, work.told.what, work.told.people
    wanted = scene.road.calls_to(org) + scene.chance.randint(0, scene.calls[what, people])
    more, deadline = scene.chance.uniform(0.0, CALL_SECONDS), time.monotonic() + scene.bound
    ended = work.desk.setup.jobs.filter(kind=what).exclude(state__in=Job.ACTIVE)

    def wait() -> None:
        while scene.road.calls_to(org) < wanted and not ended.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(more)

    return wait


def _quietly(visitor: Visitor, page: Page, what: str) -> None:
    """Press; whether it arrived is found out afterwards, as a person does: by looking at the page."""
    try:
        visitor.press(page, what, together=what == "apply")
    except requests.RequestException:
        return


def _press_again_if_lost(scene: Scene, desk: SetupHarness, what: str) -> bool:
    if desk.setup.jobs.filter(kind=what).exists():
        return False
    patiently(lambda: scene.visitor.press(_page(scene, desk, what), what, together=what == "apply"))
    return True


def _page(scene: Scene, desk: SetupHarness, what: str) -> Page:
    stage = STAGE if what == "apply" else "handover"
    return patiently(lambda: scene.visitor.get(reverse("wizard:stage", args=[desk.setup.pk, stage])))


def patiently(act: Callable[[], Page]) -> Page:
    """A person reloads a page that does not come."""
    deadline = time.monotonic() + PAGE_SECONDS
    while True:
        try:
            return act()
        except (requests.RequestException, NotOffered):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def wait_for_end(desk: SetupHarness, kind: str, deadline: float) -> Job:
    """The newest job of this kind, once it has ended."""
    while True:
        close_old_connections()
        job = desk.setup.jobs.filter(kind=kind).order_by("-created_at").first()
        if job is not None and not job.active:
            return job
        if time.monotonic() > deadline:
            state = (
                f"{job.state}, waits for {job.waiting_for!r}, {job.attempts} attempts" if job else "missing"
            )
            raise StuckJob(f"stuck: the {kind} job is {state}")
        time.sleep(0.05)


def _where(job: Job, moment: datetime) -> str:
    if job.created_at > moment:
        return "before"
    return "under" if job.finished_at is None or job.finished_at > moment else "after"


def _looked_at(scene: Scene, work: Work, job: Job, viewer: LiveView) -> list[str]:
    desk, told, before = work.desk, work.told, work.before
    desk.reload()
    applied = told.what == "apply"
    problems = proof.of_apply(desk, scene.road, job, before) if applied else proof.of_undo(desk, job, before)
    if SHOWN not in _page(scene, desk, told.what).text:
        problems.append("the page does not show that it is done")
    if not viewer.wait_for(SHOWN, seconds=20):
        problems.append("the live view does not show that it is done")
    if count := desk.setup.jobs.filter(kind=told.what).count() - 1:
        problems.append(f"{count} jobs too many")
    if left := desk.setup.jobs.filter(state__in=Job.ACTIVE).count():
        problems.append(f"{left} jobs are still active")
    return problems
