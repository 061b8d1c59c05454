"""The way to where a story begins, without a window; whoever opens one then is signed in where it is."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import BrowserContext

from tests import by_forms
from tests.browser.stand_in import StandInOrg
from tests.by_forms import Answer, Plain
from tests.whole_app import WholeApp


def plain(context: BrowserContext) -> Plain:
    """With the cookies of this context."""

    def fetch(address: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        http = context.request
        answer = http.get(address) if body is None else http.post(address, data=body, headers={**headers})
        return Answer(answer.status, answer.url, answer.text())

    return Plain(fetch)


def sign_in(context: BrowserContext, app: WholeApp, name: str) -> None:
    plain(context).open(f"{app.url}/account/login/").press(f"Sign in as {name}")


def connect(context: BrowserContext, app: WholeApp, org: StandInOrg) -> str:
    """Start a setup in this org, through Salesforce's login and consent; its address."""
    return by_forms.connect(plain(context), app.url, org)


def prepare(context: BrowserContext, org: StandInOrg, setup_url: str, people: list[str], mode: str) -> None:
    """The whole first stage."""
    by_forms.prepare(plain(context), org, setup_url, people, mode)
