"""The whole app for these tests, started once, and a browser for each person of a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import stand_in
from tests.browser.browser import NoChromium, Watch, chromium
from tests.browser.journey import Journey
from tests.browser.stand_in import StandInOrg
from tests.browser.whole_app import WholeApp, whole_app


# Not "session": Playwright keeps an event loop running in this thread, which Django's database
# calls in later tests would refuse, and nobody else needs these processes.
@pytest.fixture(scope="package")
def app() -> Iterator[WholeApp]:
    with whole_app() as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    try:
        with chromium() as running:
            yield running
    except NoChromium as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture
def watch(app: WholeApp) -> Iterator[Watch]:
    """Fails the test for what the app says at its terminal and what the browser says in its console."""
    before = len(app.said())
    watching = Watch(app.url)
    yield watching
    assert not watching.unexpected()
    assert not app.said()[before:]


@pytest.fixture
def browse(app: WholeApp, browser: Browser, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Open a browser of its own: `browse(java_script_enabled=False)`."""
    contexts = []

    def open_one(**options: Any) -> Page:
        contexts.append(watch.open(browser, **options))
        return contexts[-1].new_page()

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def person(app: WholeApp, browse: Callable[..., Page]) -> Callable[..., Journey]:
    """Somebody of the team, signed in, at a browser of their own: `person("Dana")`."""

    def sign_in(name: str, **options: Any) -> Journey:
        journey = Journey(browse(**options), app)
        journey.sign_in(name)
        return journey

    return sign_in


@pytest.fixture
def dana(person: Callable[..., Journey]) -> Journey:
    return person("Dana")


@pytest.fixture
def sam(person: Callable[..., Journey]) -> Journey:
    return person("Sam")


@pytest.fixture
def new_org(app: WholeApp) -> Callable[..., StandInOrg]:
    """An org in the stand-in: `new_org("fresh", people=1000)`."""

    def make(scenario: str = "fresh", **more: Any) -> StandInOrg:
        return stand_in.new_org(app.stand_in_url, scenario, **more)

    return make
