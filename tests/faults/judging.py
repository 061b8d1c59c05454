"""What must hold whatever goes wrong: words on the page, no secrets, and a good end."""

from __future__ import annotations

import html
import logging
import re

import pytest
from django.test import Client
from django.urls import reverse

from orgs.models import Connection
from simulator.client_apps import CLIENT_SECRET
from simulator.faults import Faults
from tests.wizard.harness import AUTOMATIC, ONCE_APPLIED, SetupHarness, connect
from wizard.live import fragment
from wizard.messages import remedies
from wizard.models import Job

#: Names of exceptions, modules and objects: what a page shows when nobody thought of something.
RAW = re.compile(
    r"Traceback|\b[A-Z]\w*[a-z](?:Error|Exception|Timeout)\b|\brequests\.|urllib3|psycopg|django\.|celery"
    r"|NoneType|object at 0x|HTTPConnectionPool|Errno"
)


def shown(site: Client, desk: SetupHarness, stage: str) -> str:
    """The text of the stage's page, after looking at it, its fragment and its buttons for raw errors."""
    found = []
    for name in ("wizard:stage", "wizard:actions"):
        response = site.get(reverse(name, args=[desk.setup.pk, stage]))
        assert response.status_code == 200, (name, response.status_code)
        found.append(response.content.decode())
    found.append(fragment.render(str(desk.setup.pk), stage)[0])
    for text in found:
        assert_no_raw_error(text)
    return words_of(found[0])


def words_of(page: str) -> str:
    without_bold = re.sub(r"</?b>", "", page)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", without_bold)).split())


def assert_no_raw_error(text: str) -> None:
    found = RAW.search(text)
    assert found is None, text[max(0, found.start() - 200) : found.end() + 200]


def assert_told(site: Client, desk: SetupHarness, job: Job, stage: str) -> None:
    """A job that failed is explained on the page, in the words of its code's remedy."""
    page = shown(site, desk, stage)
    if job.state == "done":
        return
    assert job.state == "failed"
    assert job.error_code in remedies.REMEDIES, f"no words for {job.error_code}: {job.error_details}"
    remedy = remedies.get(job.error_code)
    for sentence in (remedy.happened, remedy.do):
        assert sentence.plain() in page
    assert job.reference in page
    if remedy.sign_in:
        assert f"Sign in to {desk.org.name} again" in page


def secrets_of(desk: SetupHarness) -> set[str]:
    """Everything of this org that no log may hold, as it is at this moment."""
    world = desk.stand.world
    with world.lock:
        theirs = {value for value, token in world.tokens.items() if token.org_id == desk.theirs.id}
        for shelf in ("refresh_tokens", "codes"):
            kept = world.extra.get(shelf, {})
            theirs |= {value for value, each in kept.items() if each["org_id"] == desk.theirs.id}
    ours = Connection.objects.filter(org=desk.org)
    mine = {secret.reveal() for each in ours for secret in (each.access_token, each.refresh_token) if secret}
    return {CLIENT_SECRET} | theirs | mine


def struck(faults: Faults, number: int) -> int:
    """How often this fault has happened."""
    standing = faults.get(number)
    return standing.done if standing else 0


def assert_nothing_secret(caplog: pytest.LogCaptureFixture, secrets: set[str]) -> None:
    assert caplog.handler.level <= logging.DEBUG
    text = caplog.text
    assert not [secret for secret in secrets if secret and secret in text]


def sign_in_again_if_asked(site: Client, desk: SetupHarness, stage: str) -> None:
    """Where the grant is lost the page offers the button; take it."""
    desk.reload()
    if desk.org.connection.is_connected:
        return
    page = site.get(reverse("wizard:stage", args=[desk.setup.pk, stage])).content.decode()
    assert reverse("orgs:reconnect", args=[desk.org.pk]) in page
    assert desk.setup.inputs.get("connection_user"), "the setup is intact"
    reconnect(desk)


def reconnect(desk: SetupHarness) -> None:
    """A new grant for the same org, as a sign-in stores it."""
    before = desk.org.pk
    connect(desk.stand, desk.theirs, desk.org.team, desk.person)
    desk.reload()
    assert desk.org.pk == before
    assert desk.org.connection.is_connected


def assert_done(job: Job) -> None:
    assert job.state == "done", (job.error_code, job.error_details)


def assert_ends_well(
    desk: SetupHarness, before: tuple[list[str], list[str], list[str]], *, undo: bool = True
) -> None:
    """Without the fault: exactly the wanted state, nothing twice, and all of it can be taken back."""
    assert_done(desk.check())
    if desk.plan(*AUTOMATIC):
        assert_done(desk.apply())
    assert {desk.statuses()[step] for step in ONCE_APPLIED} == {"done"}
    assert len(desk.our_sets()) == 1
    assigned = desk.assignments()
    assert len(assigned) == len(set(assigned))
    grants = desk.rows("SetupEntityAccess")
    assert len(grants) == len(before[2]) + 1
    if undo:
        assert_done(desk.undo())
        assert desk.footprint() == before
