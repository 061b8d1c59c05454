"""A person with a plain browser (no script): follows links by their text, fills in forms, presses buttons."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import requests
from lxml import html

from simulator.client_apps import CLIENT_ID, CLIENT_SECRET
from simulator.org.store import Org

CALLBACK = "http://localhost:8000/orgs/callback/"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
_TIMEOUT = 60


def username_of(org: Org, user_id: str | None = None) -> str:
    user = org.get(user_id or org.admin_id)
    assert user is not None
    return str(user["Username"])


@dataclass
class Visitor:
    url: str  # the stand-in's
    http: requests.Session = field(default_factory=requests.Session)
    page: requests.Response = field(init=False, repr=False)

    def open(self, path: str, *, expect: int = 200) -> Visitor:
        """Go to an address; stops before it would leave the stand-in."""
        return self._arrive(
            self.http.get(urljoin(self.url, path), timeout=_TIMEOUT, allow_redirects=False), expect
        )

    def log_in(self, username: str, start: str = "/lightning/setup/SetupOneHome/home") -> Visitor:
        data = {"username": username, "startURL": start}
        return self._arrive(
            self.http.post(f"{self.url}/login", data, timeout=_TIMEOUT, allow_redirects=False), None
        )

    def click(self, text: str, *, expect: int = 200) -> Visitor:
        """Follow the first link with this text."""
        links = [each for each in self.tree.iter("a") if each.text_content().strip() == text]
        assert links, f"no link {text!r} on {self.page.url}"
        return self.open(urljoin(self.page.url, links[0].get("href")), expect=expect)

    def press(self, button: str, *, expect: int | None = 200, **fields: Any) -> Visitor:
        """Press a button, with its form's fields as they are or as given (a list ticks those boxes)."""
        pressed = next(
            (each for each in self.tree.iter("button") if each.text_content().strip() == button), None
        )
        assert pressed is not None, f"no button {button!r} on {self.page.url}"
        form = next(pressed.iterancestors("form"))
        known = {each.name for each in form.inputs if each.name}
        assert set(fields) <= known, f"the form has {known}"
        values = [(name, value) for name, value in form.form_values() if name not in fields]
        for name, value in fields.items():
            values += [(name, each) for each in (value if isinstance(value, list) else [value])]
        if pressed.get("name"):
            values.append((pressed.get("name"), pressed.get("value", "")))
        target = urljoin(self.page.url, form.get("action") or self.page.url)
        if form.get("method", "get").lower() == "get":
            return self.open(f"{target.partition('?')[0]}?{urlencode(values)}")
        return self._arrive(self.http.post(target, values, timeout=_TIMEOUT, allow_redirects=False), expect)

    @property
    def tree(self) -> Any:
        return html.fromstring(self.page.text)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.tree.itertext()).split())

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def left_for(self) -> str:
        """The address outside of the stand-in that the browser was sent to, if it was."""
        return self.page.headers.get("Location", "")

    def _arrive(self, page: requests.Response, expect: int | None) -> Visitor:
        while page.is_redirect:
            target = urljoin(page.url, page.headers["Location"])
            if not target.startswith(self.url + "/"):
                self.page = page
                return self
            page = self.http.get(target, timeout=_TIMEOUT, allow_redirects=False)
        self.page = page
        assert expect in (None, page.status_code), f"{page.status_code} from {page.url}: {page.text[:500]}"
        return self

    # -- OAuth

    def authorize(self, **changes: str | None) -> Visitor:
        """Open the authorize address of our app; None leaves a parameter out."""
        asked: dict[str, str | None] = {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": CALLBACK,
            "scope": "api refresh_token openid",
            "state": "some state",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        query = urlencode({key: value for key, value in (asked | changes).items() if value is not None})
        return self.open(f"/services/oauth2/authorize?{query}")

    @property
    def returned(self) -> dict[str, str]:
        """What came to our callback."""
        assert self.left_for.startswith(CALLBACK + "?"), f"still at {self.page.url}"
        return {key: values[0] for key, values in parse_qs(urlsplit(self.left_for).query).items()}

    def exchange(self, code: str, **changes: str | None) -> requests.Response:
        given: dict[str, str | None] = {"redirect_uri": CALLBACK, "code_verifier": VERIFIER}
        return self.token(grant_type="authorization_code", code=code, **given | changes)

    def refresh(self, refresh_token: str, **changes: str | None) -> requests.Response:
        return self.token(grant_type="refresh_token", refresh_token=refresh_token, **changes)

    def token(self, **values: str | None) -> requests.Response:
        given: dict[str, str | None] = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        data = {key: value for key, value in (given | values).items() if value is not None}
        return requests.post(f"{self.url}/services/oauth2/token", data, timeout=_TIMEOUT)

    def connect(self, org: Org, user_id: str | None = None, **changes: str | None) -> dict[str, Any]:
        """The whole way to a token answer."""
        self.log_in(username_of(org, user_id))
        self.authorize(**changes).press("Allow")
        answer: dict[str, Any] = self.exchange(self.returned["code"]).json()
        return answer
