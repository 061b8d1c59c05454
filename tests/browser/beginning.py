"""The way to where a story begins, without a window: the real pages of both sites, as forms and answers."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urlencode, urljoin

from lxml import html
from playwright.sync_api import APIResponse, BrowserContext

from tests.browser.stand_in import StandInOrg
from tests.whole_app import WholeApp

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
READING = "Reading the org"
MOST_SECONDS = 60  # until the worker has read


class Plain:
    """A browser without a window; whoever opens one in this context is signed in where it is."""

    def __init__(self, context: BrowserContext) -> None:
        self._http = context.request
        self._answer: APIResponse
        self.tree: Any = None

    @property
    def url(self) -> str:
        return self._answer.url

    def open(self, address: str) -> Plain:
        return self._arrive(self._http.get(address))

    def press(self, button: str, **fields: str) -> Plain:
        """Press the button that begins with these words, its form's fields as they are or as given."""
        each = next((each for each in self.tree.iter("button") if self._words(each).startswith(button)), None)
        assert each is not None, f"no button {button!r} on {self.url}:\n{self._words(self.tree)}"
        named = each.get("form")
        form = self.tree.get_element_by_id(named) if named else next(each.iterancestors("form"))
        values = {name: value for name, value in form.form_values() if value is not None} | fields
        if each.get("name"):
            values[each.get("name")] = each.get("value", "")
        target = urljoin(self.url, each.get("formaction") or form.get("action") or self.url)
        headers = FORM | {"Referer": self.url}
        return self._arrive(self._http.post(target, data=urlencode(values), headers=headers))

    def shows(self, words: str) -> bool:
        return words in self._words(self.tree)

    def _arrive(self, answer: APIResponse) -> Plain:
        assert answer.ok, f"{answer.status} from {answer.url}"
        self._answer, self.tree = answer, html.fromstring(answer.text())
        return self

    @staticmethod
    def _words(element: Any) -> str:
        return " ".join(element.text_content().split())


def sign_in(context: BrowserContext, app: WholeApp, name: str) -> None:
    Plain(context).open(f"{app.url}/account/login/").press(f"Sign in as {name}")


def connect(context: BrowserContext, app: WholeApp, org: StandInOrg) -> str:
    """Start a setup in this org, through Salesforce's login and consent; its address."""
    plain = Plain(context).open(f"{app.url}/orgs/connect/")
    plain.press("Sign in at Salesforce", where=app.stand_in_url)
    if plain.shows("Username"):
        plain.press("Log In", username=org.admin)
    plain.press("Allow")
    found = re.match(r"(.*/setups/[0-9a-f-]+/)", plain.url)
    assert found, f"not connected: {plain.url}"
    return found[1]


def prepare(context: BrowserContext, org: StandInOrg, setup_url: str, people: list[str], mode: str) -> None:
    """The whole first stage."""
    plain, choose = Plain(context), f"{setup_url}choose/"
    deadline = time.monotonic() + MOST_SECONDS
    plain.open(f"{setup_url}stages/prepare/").press("Choose the user")
    while plain.shows(READING):
        assert time.monotonic() < deadline, "the org's people were not read"
        time.sleep(0.05)
        plain.open(f"{choose}connection_user/")
    plain.open(f"{choose}connection_user/?q=mc.connect").press(f"Choose {org.connection_user['name']}")
    plain.open(f"{choose}people/").press("Add these people", pasted="\n".join(people))
    plain.open(f"{setup_url}stages/prepare/")
    plain.press("Save these choices", mode=mode, mid=org.mid)
