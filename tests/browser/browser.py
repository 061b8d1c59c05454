"""Chromium, and a watch over every page that it shows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)

from tests.quality.npm import with_our_fonts

# Each page has a window, and each window's address bar gets two lists ready that nobody sees here: more than
# half of what a page costs (0.84 s of a processor, 0.39 without).
UNSEEN = "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup"
# What Playwright turns off itself: of two such flags only the later one counts.
BY_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,"
    "AvoidCorsURLLoaderRestartOnRedirect,TcpPortRandomizationWin,OptimizationHints,NetworkTimeServiceQuerying,"
    "AimEnabled,PreconnectToSearch,msForceBrowserSignIn,msEdgeUpdateLaunchServicesPreferredVersion"
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    f"--disable-features={BY_PLAYWRIGHT},{UNSEEN}",
]
PATIENCE = 60_000  # ms; a busy machine is slow, and a green page waits for nothing
# Chromium names the rule in its own console error; this names the element's place as well.
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => console.error(
  "CSP violation:", event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber));
"""


class NoChromium(Exception):
    """In words for whoever runs the tests."""


def chromium_path() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise NoChromium(
            "The browser tests need Chromium, and it is not installed: run `make test`, "
            "which installs it where it may, or `apt-get install chromium`."
        )
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, env={**with_our_fonts()})
        try:
            yield browser
        finally:
            browser.close()


def add_virtual_authenticator(page: Page, *, verified: bool = True) -> None:
    """A device with a passkey's keys, whose person is always there and, `verified`, is known to it."""
    session: Any = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": verified, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


class Watch:
    """What went wrong on the pages of one test."""

    def __init__(self, our_url: str) -> None:
        self.our_url = our_url
        self.problems: list[str] = []
        self._expected: list[str] = []

    def open(self, browser: Browser, **options: Any) -> BrowserContext:
        """A browser of somebody's own: no cookies, no history."""
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(TELL_VIOLATIONS)
        context.on("console", self._on_console)
        context.on("response", self._on_response)
        context.on("weberror", lambda error: self.problems.append(f"script error: {error.error}"))
        return context

    def expect(self, text: str) -> None:
        """A problem that this test makes on purpose, by a part of its words."""
        self._expected.append(text)

    def unexpected(self) -> list[str]:
        return [each for each in self.problems if not self.is_expected(each)]

    def is_expected(self, problem: str) -> bool:
        return any(text in problem for text in self._expected)

    def _is_ours(self, url: str) -> bool:
        return url.startswith(f"{self.our_url}/")

    def _on_console(self, message: ConsoleMessage) -> None:
        page = message.page
        place = message.location.get("url", "")
        if message.type not in ("error", "warning") or not (self._is_ours(place) or _on(page, self.our_url)):
            return
        # A page of ours that answers 4xx is a form with mistakes; `_on_response` judges statuses.
        if "Failed to load resource: the server responded with a status of" not in message.text:
            self.problems.append(f"console {message.type} at {place}: {message.text}")

    def _on_response(self, response: Response) -> None:
        is_page = response.request.resource_type == "document"
        if response.status >= 500 or (self._is_ours(response.url) and not is_page and response.status >= 400):
            self.problems.append(f"{response.status} from {response.request.method} {response.url}")


def _on(page: Page | None, url: str) -> bool:
    return page is not None and page.url.startswith(f"{url}/")
