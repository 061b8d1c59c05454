"""A person's browser at the real pages: signed in, with a live view that comes back when it breaks."""

from __future__ import annotations

import html
import re
import threading
import time
from dataclasses import dataclass
from uuid import UUID

import requests
from django.urls import reverse

DEMO_PERSON = "dana.whitfield@brightpath.example"
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_FORM = re.compile(r'<form method="post"\s+action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
_STREAM = re.compile(r'data-stream="([^"]+)"')


class NotOffered(Exception):
    """The page has no such button (now)."""


@dataclass(frozen=True)
class Page:
    url: str
    text: str

    @property
    def stream_path(self) -> str:
        found = _STREAM.search(self.text)
        assert found, "the page has no live view"
        return html.unescape(found[1])

    def plan(self, action: str, *, together: bool = False) -> tuple[str, dict[str, str]]:
        """The address and the fields of the form that starts a shown plan."""
        for address, body in _FORM.findall(self.text):
            if address.endswith(f"/{action}/") and ('name="together"' in body) == together:
                names = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', body)
                return address, {name: html.unescape(value) for name, value in names}
        raise NotOffered(action)


class Visitor:
    def __init__(self, web_url: str) -> None:
        self.web_url = web_url
        self.http = requests.Session()
        page = self.get(reverse("account_login"))
        token = _CSRF.search(page.text)
        assert token, "the sign-in page has no form"
        form = {"email": DEMO_PERSON, "csrfmiddlewaretoken": token[1]}
        self.post(reverse("teams:demo_sign_in"), form)
        assert self.http.cookies.get("sessionid"), "the demo person was not let in"

    def get(self, path: str) -> Page:
        answer = self.http.get(self.web_url + path, timeout=10)
        answer.raise_for_status()
        return Page(answer.url, answer.text)

    def post(self, path: str, fields: dict[str, str]) -> Page:
        headers = {"Referer": self.web_url + path}
        answer = self.http.post(self.web_url + path, data=fields, headers=headers, timeout=10)
        answer.raise_for_status()
        return Page(answer.url, answer.text)

    def press(self, page: Page, action: str, *, together: bool = False) -> Page:
        """Start the plan that the page shows."""
        address, fields = page.plan(action, together=together)
        return self.post(address, fields)

    def check_again(self, setup_id: UUID, page: Page) -> None:
        token = _CSRF.search(page.text)
        assert token
        self.post(reverse("wizard:check", args=[setup_id]), {"csrfmiddlewaretoken": token[1]})


class LiveView(threading.Thread):
    """The live part of an open page: keeps the last fragment, and comes back after a break."""

    def __init__(self, url: str, visitor: Visitor) -> None:
        super().__init__(daemon=True)
        self.url = url
        self._cookies = visitor.http.cookies  # the ticket alone opens nothing
        self.fragment = ""
        self.breaks = 0
        self._closing = threading.Event()

    def run(self) -> None:
        while not self._closing.is_set():
            try:
                self._listen()
            except requests.RequestException:
                self.breaks += 1
            self._closing.wait(0.3)

    def _listen(self) -> None:
        lines: list[str] = []
        with requests.get(self.url, cookies=self._cookies, stream=True, timeout=(2, 20)) as answer:
            answer.raise_for_status()
            for line in answer.iter_lines(decode_unicode=True):
                if self._closing.is_set():
                    return
                if line.startswith("data: "):
                    lines.append(line.removeprefix("data: "))
                elif not line and lines:
                    self.fragment, lines = "\n".join(lines), []

    def wait_for(self, words: str, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while words not in self.fragment:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def close(self) -> None:
        self._closing.set()
