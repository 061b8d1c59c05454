"""What a first visit costs, over HTTP: served as in production, with static files from `collectstatic`."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

import requests
from playwright.sync_api import Route, expect

from config.paths import BASE_DIR
from config.tryout.checks import free_port
from tests.browser import pages
from tests.browser.browser import add_virtual_authenticator
from tests.whole_app import STOP_SECONDS, WholeApp, wait_for

MOST_BYTES = 60_000
MOST_REQUESTS = 7  # the page, and what the six connections of a browser fetch at once
YEAR = "max-age=31536000"
# Everything that a page makes the browser fetch; there is no inline style and no other tag that loads.
PARTS = re.compile(r'<(?:link rel="(?:icon|stylesheet)"[^>]*href|script[^>]* src|img[^>]* src)="([^"]+)"')
HASHED = re.compile(r"\.[0-9a-f]{12}\.(css|js|svg)$")
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => list.getEntries().forEach((each) => {
  const named = (node) => `${node.nodeName} ${node.id || ""} ${node.className || ""}`;
  const moved = each.sources.map((source) => source.node ? named(source.node) : "");
  if (!each.hadRecentInput) shifts.push([each.value, ...moved]);
})).observe({ type: "layout-shift", buffered: true });
"""
TRANSFERRED = """
performance.getEntriesByType("resource").filter(e => e.name.includes("/static/")).map(e => e.transferSize)
"""


@dataclass(frozen=True)
class Production:
    url: str
    static: Path


@contextmanager
def production(app: WholeApp, static: Path) -> Iterator[Production]:
    """The pages' own process beside the running try-out, on its data."""
    web = app.child("together").environ()
    environment = {
        **web,
        "DJANGO_SETTINGS_MODULE": "tests.browser.as_in_production",
        "FIRST_VISIT_STATIC_ROOT": str(static),
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, cwd=BASE_DIR, env=environment, check=True)
    url = f"http://localhost:{free_port()}"
    argv = [sys.executable, "-m", "config.serve", "web", "--port", url.rpartition(":")[2], "--processes", "1"]
    server = subprocess.Popen(argv, cwd=BASE_DIR, env={**environment, "LOG_LEVEL": "ERROR"})
    try:
        wait_for(f"{url}/healthz", server)
        yield Production(url, static)
    finally:
        server.terminate()
        server.wait(timeout=STOP_SECONDS)


@dataclass(frozen=True)
class Answer:
    address: str
    headers: Mapping[str, str]
    size: int  # as it comes over the wire


@cache
def part(address: str) -> Answer:
    got = requests.get(address, headers={"Accept-Encoding": "gzip, br"}, stream=True, timeout=60)
    got.raise_for_status()
    return Answer(address, got.headers, len(got.raw.read(decode_content=False)))


def problems_of(name: str, address: str, cookies: dict[str, str]) -> list[str]:
    page = requests.get(address, cookies=cookies, timeout=60)
    assert page.url == address, f"{name} leads to {page.url}"
    parts = [part(urljoin(address, each)) for each in PARTS.findall(page.text)]
    # The page itself is compressed by the proxy (deploy/Caddyfile), with gzip at its default level.
    size = len(gzip.compress(page.content, 5)) + sum(each.size for each in parts)
    found = [f"{size} bytes"] if size > MOST_BYTES else []
    if 1 + len(parts) > MOST_REQUESTS:
        found.append(f"{1 + len(parts)} requests")
    return [f"{name}: {each}" for each in found] + [
        f"{each.address}: {wrong}" for each in parts for wrong in wrong_of_static(each)
    ]


def wrong_of_static(each: Answer) -> Iterator[str]:
    if not HASHED.search(each.address):
        yield "has no hash in its name"
    cached = each.headers.get("Cache-Control", "")
    if YEAR not in cached or "immutable" not in cached:
        yield f"is cached as {cached!r}"
    # A file of some hundred bytes may not get smaller; then it is sent as it is.
    if each.size > 1000 and each.headers.get("Content-Encoding") not in ("gzip", "br"):
        yield f"{each.size} bytes are not compressed"


def test_a_first_visit_is_light_and_nothing_moves_on_the_page(dana, new_org, app, tmp_path, watch):
    org = new_org("half_done")
    dana.begin_prepared(org, people=8)
    key = pages.org_key(dana)
    with production(app, tmp_path / "static") as served:
        everything = pages.open_to_all(served.url) | pages.general(served.url) | pages.of_setup(dana, key)
        everything = {name: url.replace(app.url, served.url) for name, url in everything.items()}
        del everything["not-found"]
        cookies = {each["name"]: each["value"] for each in dana.page.context.cookies(served.url)}
        complaints = [
            each
            for name, address in everything.items()
            for each in problems_of(name, address, {} if name in pages.open_to_all("") else cookies)
        ]
        assert complaints == []

        # In the browser: nothing comes from elsewhere, no font, and nothing moves while the page builds up.
        def stream(route: Route) -> None:  # a proxy sends it to a process of its own
            route.continue_(url=route.request.url.replace(served.url, app.url))

        page = dana.page.context.new_page()
        page.route(f"{served.url}/events/**", stream)
        page.add_init_script(SHIFTS)
        fetched: list[str] = []
        page.on("request", lambda request: fetched.append(f"{request.resource_type} {request.url}"))
        shifts = {}
        for name, address in everything.items():
            page.goto(address)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            page.wait_for_timeout(250)
            if moved := page.evaluate("shifts"):
                shifts[name] = moved
        assert shifts == {}
        assert [each for each in fetched if each.startswith("font") or f" {served.url}/" not in each] == []
        # The next page fetches no file again. (Playwright has no cache where it passes requests on.)
        page = dana.page.context.new_page()
        for name in ("report", "history"):
            page.goto(everything[name])
        assert set(page.evaluate(TRANSFERRED)) == {0}


def test_what_a_passkey_needs_is_fetched_when_it_is_asked_for(browse, app, watch):
    page = browse()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    add_virtual_authenticator(page)
    page.goto(f"{app.url}/account/login/")
    assert not [each for each in fetched if "webauthn" in each]
    page.get_by_role("button", name="Sign in with a passkey").dblclick()
    expect(page.get_by_role("alert")).to_contain_text("The browser gave no key")  # it knows none of ours
    assert len([each for each in fetched if "webauthn" in each and each.endswith(".js")]) == 2
    assert page.url.endswith("/account/login/")
