"""A person who signs in at the stand-in org with a browser of their own, by its real pages."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from django.test import Client
from django.urls import reverse

_FIELD = r'name="{}" value="([^"]*)"'


class Browser:
    """One browser: our site through Django's test client, the stand-in over HTTP."""

    def __init__(self, site: Client, stand: Any) -> None:
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
        page = self.http.get(address, timeout=10)
        if urlsplit(page.url).path == "/login":
            start = _value(page.text, "startURL")
            page = self.http.post(
                self.stand.url + "/login", {"username": username, "startURL": start}, timeout=10,
                allow_redirects=False,
            )  # fmt: skip
            page = self._follow(page)
        if page.is_redirect or "/orgs/callback/" in page.url or 'name="request"' not in page.text:
            return page.headers.get("Location", page.url)
        page = self.http.post(
            self.stand.url + "/services/oauth2/authorize/answer",
            {"request": _value(page.text, "request"), "answer": answer}, timeout=10, allow_redirects=False,
        )  # fmt: skip
        return page.headers["Location"]

    def _follow(self, page: requests.Response) -> requests.Response:
        """Follow redirects within the stand-in; the one that leaves it is kept."""
        while page.is_redirect:
            target = requests.compat.urljoin(page.url, page.headers["Location"])
            if not target.startswith(self.stand.url):
                return page
            page = self.http.get(target, timeout=10, allow_redirects=False)
        return page

    def back(self, address: str) -> Any:
        """Open our callback with what Salesforce put into the address."""
        parts = urlsplit(address)
        assert parts.path == reverse("orgs:callback"), address
        return self.site.get(parts.path, {key: value[0] for key, value in parse_qs(parts.query).items()})

    def connect(self, username: str, answer: str = "allow", **data: str) -> Any:
        return self.back(self.at_salesforce(self.start(**data), username, answer))


def _value(html: str, name: str) -> str:
    import html as escapes

    found = re.search(_FIELD.format(name), html)
    assert found, f"no field {name}"
    return escapes.unescape(found[1])


def admin_of(org: Any) -> str:
    """The username of the stand-in org's admin."""
    return str(org.get(org.admin_id)["Username"])
