"""A person who signs in at the stand-in org with a browser of their own, by its real pages."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from django.test import Client
from django.urls import reverse

from simulator.server import Stand
from tests.answers import Answer

_FIELD = r'name="{}" value="([^"]*)"'


class Browser:
    """One browser: our site through Django's test client, the stand-in over HTTP."""

    def __init__(self, site: Client, stand: Stand) -> None:
        self.site = site
        self.stand = stand
        self.http = requests.Session()

    def start(self, **data: str) -> str:
        """Press "Sign in at Salesforce"; the address that it leads to."""
        response = self.site.post(reverse("orgs:connect"), {"where": self.stand.url, **data})
        assert response.status_code == 302, response.content.decode()
        return response["Location"]

    def at_salesforce(self, address: str, username: str, answer: str = "allow") -> str:
        """Log in and answer the consent page; the address at which it ends."""
        page = self.http.get(address, timeout=60)
        if urlsplit(page.url).path == "/login":
            start = _value(page.text, "startURL")
            page = self.http.post(
                self.stand.url + "/login", {"username": username, "startURL": start}, timeout=60,
                allow_redirects=False,
            )  # fmt: skip
            page = self._follow(page)
        if page.is_redirect or "/orgs/callback/" in page.url or 'name="request"' not in page.text:
            return page.headers.get("Location", page.url)
        page = self.http.post(
            self.stand.url + "/services/oauth2/authorize/answer",
            {"request": _value(page.text, "request"), "answer": answer}, timeout=60, allow_redirects=False,
        )  # fmt: skip
        return page.headers["Location"]

    def _follow(self, page: requests.Response) -> requests.Response:
        """Follow redirects within the stand-in; the one that leaves it is kept."""
        while page.is_redirect:
            target = requests.compat.urljoin(page.url, page.headers["Location"])
            if not target.startswith(self.stand.url):
                return page
            page = self.http.get(target, timeout=60, allow_redirects=False)
        return page

    def back(self, address: str) -> Answer:
        """Open our callback with what Salesforce put into the address."""
        parts = urlsplit(address)
        assert parts.path == reverse("orgs:callback"), address
        response = self.site.get(parts.path, {key: value[0] for key, value in parse_qs(parts.query).items()})
        return shown(self.site, response)

    def connect(self, username: str, answer: str = "allow", **data: str) -> Answer:
        return self.back(self.at_salesforce(self.start(**data), username, answer))


def shown(site: Client, response: Answer) -> Answer:
    """What the callback sends a browser on to, where that is a page about a problem."""
    assert response.status_code in (302, 500), "the callback itself shows nothing"
    to = response.get("Location", "")
    if to == reverse("orgs:problem") or "turned-away" in to:
        return site.get(to)
    return response


def _value(html: str, name: str) -> str:
    import html as escapes

    found = re.search(_FIELD.format(name), html)
    assert found, f"no field {name}"
    return escapes.unescape(found[1])


def grants_alive(stand: Stand, org_id: str) -> int:
    """How many grants of ours into this org the stand-in still takes."""
    with stand.world.lock:
        found = stand.world.extra.get("refresh_tokens", {}).values()
        return sum(not token["used"] and token["org_id"] == org_id for token in found)


def admin_of(org: Any) -> str:
    """The username of the stand-in org's admin."""
    return str(org.get(org.admin_id)["Username"])
