"""Every page of ours, by name and address: those of `tests/browser/pages.py` and of accounts and teams."""

from __future__ import annotations

import re

from tests.browser import pages
from tests.browser.journey import Journey


def open_to_all(url: str) -> dict[str, str]:
    return pages.open_to_all(url) | {
        "help": f"{url}/help/",
        "it-team": f"{url}/for-your-it-team/",
        "closed-sign-up": f"{url}/account/signup/",
        "no-such-invitation": f"{url}/team/join/nothing/",
    }


def of_person(url: str) -> dict[str, str]:
    return pages.general(url) | {
        "account": f"{url}/account/",
        "about-you": f"{url}/account/about-you/",
        "e-mail": f"{url}/account/email/",
        "second-factor": f"{url}/account/two-factor/",
        "authenticator-app": f"{url}/account/two-factor/totp/activate/",
        "passkeys": f"{url}/account/two-factor/webauthn/",
        "add-passkey": f"{url}/account/two-factor/webauthn/add/",
        "password": f"{url}/account/password/set/",
        "sessions": f"{url}/account/sessions/",
        "keys-for-programs": f"{url}/team/tokens/",
        "bell": f"{url}/notices/",
        "many": f"{url}/many/",
        "presets": f"{url}/many/presets/",
        "wishes": f"{url}/notices/mine/",
        "own-channels": f"{url}/notices/mine/elsewhere/",
        "sign-out": f"{url}/account/logout/",
        "still-you": f"{url}/team/still-you/?next=/",
    }


def of_setup(person: Journey) -> dict[str, str]:
    return pages.of_setup(person, pages.org_key(person))


def of_owner(person: Journey) -> dict[str, str]:
    """The team's pages, by the links that lead to them."""
    url = person.app.url
    person.page.goto(f"{url}/team/")
    team = person.page.url
    hrefs = [link.get_attribute("href") or "" for link in person.page.locator("main a").all()]
    found = dict.fromkeys(href for href in hrefs if href.startswith("/"))
    test = {"connection-test": f"{url}/connection-test/{team.rstrip('/').rpartition('/')[2]}/"}
    return {"team": team} | test | {_named(number, href): url + href for number, href in enumerate(found, 1)}


def _named(number: int, href: str) -> str:
    """By the words of its address: its ids are others in each run."""
    words = [part for part in href.strip("/").split("/") if not re.fullmatch(r"[0-9a-f-]{36}", part)]
    return "-".join([*words, str(number)])
