"""Tabs that are looked at and tabs that are not, and the live streams that they hold."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
from playwright.sync_api import BrowserContext, Page, Request, Route

from config.paths import BASE_DIR
from config.tryout.checks import free_port
from tests.waiting import eventually
from tests.whole_app import STOP_SECONDS, WholeApp, wait_for

# Headless Chromium calls every tab visible, whichever is in front (tried with `bringToFront` and
# without focus emulation). So a tab is told here that nobody looks at it, as a browser would tell it.
MAY_BE_HIDDEN = """
Object.defineProperty(document, "hidden", { get: () => sessionStorage.getItem("hidden") === "1" });
Object.defineProperty(document, "visibilityState", { get: () => document.hidden ? "hidden" : "visible" });
"""
TURN = """hidden => {
  sessionStorage.setItem("hidden", hidden ? "1" : "0");
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def let_tabs_be_hidden(context: BrowserContext) -> None:
    """For the pages that are opened from now on."""
    context.add_init_script(MAY_BE_HIDDEN)


def hide(page: Page) -> None:
    page.evaluate(TURN, True)


def look_at(page: Page) -> None:
    page.evaluate(TURN, False)


def open_in_background(context: BrowserContext, address: str, url: str) -> Page:
    """As with the middle mouse button: the tab is hidden from its first moment."""
    page = context.new_page()
    page.goto(f"{url}/healthz")  # a place of the same origin, to say so before the page itself comes
    page.evaluate("sessionStorage.setItem('hidden', '1')")
    page.goto(address)
    return page


def only_by_stream(page: Page) -> None:
    """From now on the slow poll brings this page nothing, so what changes on it came by the stream."""
    page.route(re.compile("/live/"), lambda route: route.fulfill(status=204))


class Streams:
    """The live streams that are open in a browser."""

    def __init__(self, context: BrowserContext) -> None:
        self.asked = 0
        self._open: set[Request] = set()
        context.on("request", self._on_request)
        context.on("requestfinished", self._on_end)
        context.on("requestfailed", self._on_end)

    def _on_request(self, request: Request) -> None:
        if "/events/?" in request.url:
            self.asked += 1
            self._open.add(request)

    def _on_end(self, request: Request) -> None:
        self._open.discard(request)

    def open(self) -> int:
        return len(self._open)

    def wait(self, page: Page, *, open: int | None = None, asked: int | None = None) -> None:
        """Until so many are open, or so many were asked for."""

        def come() -> bool:
            page.wait_for_timeout(100)  # Playwright tells of requests while it waits
            return open in (None, self.open()) and (asked or 0) <= self.asked

        eventually(lambda: f"{open} open, {asked} asked for: {self.open()}, {self.asked}", come)


class StreamServer:
    """The stream in a process of its own, as in production, on the data of the running app."""

    def __init__(self, app: WholeApp) -> None:
        self.url = f"http://localhost:{free_port()}"
        self._app = app
        self._environment = app.child("together").environ()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        port = self.url.rpartition(":")[2]
        argv = [sys.executable, "-m", "config.serve", "stream", "--port", port]
        self._process = subprocess.Popen(argv, cwd=BASE_DIR, env=self._environment)
        wait_for(f"{self.url}/healthz", self._process)

    def stop(self) -> None:
        if self._process:
            psutil.Process(self._process.pid).resume()
            self._process.terminate()
            self._process.wait(timeout=STOP_SECONDS)
            self._process = None

    def fall_silent(self) -> None:
        """Its connections stay and nothing comes: what a laptop finds when it wakes up."""
        assert self._process
        psutil.Process(self._process.pid).suspend()

    def carry(self, page: Page) -> None:
        """This page's stream comes from here, at the address that it has: a proxy does the same."""

        def pass_on(route: Route) -> None:
            route.continue_(url=route.request.url.replace(self._app.url, self.url))

        page.route(f"{self._app.url}/events/**", pass_on)


@contextmanager
def stream_server(app: WholeApp) -> Iterator[StreamServer]:
    server = StreamServer(app)
    server.start()
    try:
        yield server
    finally:
        server.stop()
