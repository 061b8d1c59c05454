"""A person at the pages of both sites without a window: as forms and answers, as without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin

from lxml import html

from tests.browser.stand_in import StandInOrg
from tests.waiting import eventually

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
READING = "Reading the org"


@dataclass(frozen=True)
class Answer:
    status: int
    url: str
    text: str


#: An address, and of a form its body and headers.
Fetch = Callable[[str, str | None, Mapping[str, str]], Answer]


class Plain:
    """A browser without a window."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self.url = ""
        self.tree: Any = None

    def open(self, address: str) -> Plain:
        return self._arrive(self._fetch(urljoin(self.url, address), None, {}))

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
        return self._arrive(self._fetch(target, urlencode(values), FORM | {"Referer": self.url}))

    def shows(self, words: str) -> bool:
        return words in self.words()

    def words(self) -> str:
        return self._words(self.tree)

    def _arrive(self, answer: Answer) -> Plain:
        assert answer.status < 400, f"{answer.status} from {answer.url}:\n{answer.text}"
        self.url, self.tree = answer.url, html.fromstring(answer.text)
        return self

    @staticmethod
    def _words(element: Any) -> str:
        return " ".join(element.text_content().split())


def connect(plain: Plain, url: str, org: StandInOrg) -> str:
    """Start a setup in this org, through Salesforce's login and consent; its address."""
    plain.open(f"{url}/orgs/connect/").press("Sign in at Salesforce", where=org.stand_in_url)
    if plain.shows("Username"):
        plain.press("Log In", username=org.admin)
    plain.press("Allow")
    if plain.url.endswith("?ask"):  # somebody has begun it before
        plain.press("Carry on with it")
    found = re.match(r"(.*/setups/[0-9a-f-]+/)", plain.url)
    assert found, f"not connected: {plain.url}"
    return found[1]


def prepare(plain: Plain, org: StandInOrg, setup_url: str, people: list[str], mode: str) -> None:
    """The whole first stage."""
    choose = f"{setup_url}choose/"
    plain.open(f"{setup_url}stages/prepare/").press("Choose the user")
    eventually(
        "the org's people are read", lambda: not plain.open(f"{choose}connection_user/").shows(READING)
    )
    plain.open(f"{choose}connection_user/?q=mc.connect").press(f"Choose {org.connection_user['name']}")
    plain.open(f"{choose}people/").press("Add these people", pasted="\n".join(people))
    plain.open(f"{setup_url}stages/prepare/")
    plain.press("Save these choices", mode=mode, mid=org.mid)
