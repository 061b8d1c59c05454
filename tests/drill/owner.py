"""The owner whom the document brings in: from the link of `add_person` to a setup that is handed over."""

from __future__ import annotations

import base64
import hmac
import struct
import time
from collections.abc import Mapping

import requests

from tests import by_forms
from tests.browser.stand_in import APP_SET, Admin, new_org
from tests.by_forms import Answer, Plain
from tests.drill.folder import Machine
from tests.waiting import eventually

PASSWORD = "a long drill 42"
LINES = 38
TAB = "/lightning/n/et4ae5__ExactTargetPhoenix"


class Owner:
    """At the proxy's address, with the certificate checked."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.http = requests.Session()
        self.http.verify, self.http.trust_env = machine.authority, False
        self.plain = Plain(self._fetch)
        self.setup_url = ""

    def _fetch(self, address: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        method = "GET" if body is None else "POST"
        found = self.http.request(method, address, data=body, headers=headers, timeout=60)
        return Answer(found.status_code, found.url, found.text)

    def come_in(self, link: str) -> str:
        """A password is set, and a second factor, which owners need; where that leads."""
        self.plain.open(link).press("Change Password", password1=PASSWORD, password2=PASSWORD)
        self.sign_in()
        assert "two-factor" in self.plain.url, self.plain.url
        self.plain.open(f"{self._machine.url}/account/two-factor/totp/activate/")
        secret = self.plain.tree.get_element_by_id("authenticator_secret").text_content().strip()
        self.plain.press("Turn it on", code=code_of(secret))
        return self.plain.open(self._machine.url).url.removeprefix(self._machine.url)

    def sign_in(self) -> None:
        self.plain.open(f"{self._machine.url}/account/login/")
        self.plain.press("Sign in", login="dana@example.com", password=PASSWORD)

    def is_signed_in(self) -> bool:
        return "/account/" not in self.plain.open(self._machine.url).url

    def begin_a_setup(self, people: int = 3) -> None:
        """In a fresh org, by the pages: as far as the plan."""
        self.org = new_org(self._machine.stand_in_url, "fresh", people=people + 60)
        self.setup_url = by_forms.connect(self.plain, self._machine.url, self.org)
        self._people = [str(row["Username"]) for row in self.org.some_people(people)]
        by_forms.prepare(self.plain, self.org, self.setup_url, self._people, "first")
        eventually("the plan is there", lambda: self._at("prepare").shows("changes for me"), pause=0.5)

    def have_the_changes_made(self) -> None:
        self._at("prepare").press("Make these")

    def finish_the_setup(self) -> int:
        """How many lines the report says are done."""
        eventually("the changes are made", lambda: self._at("people").shows("Finished at"), pause=0.5)
        assert self.org.holders(APP_SET) == sorted([*self._people, self.org.connection_user["username"]])
        Admin(self.org).set_policies()
        self._connect_to_engagement()
        eventually(lambda: f"{LINES} lines: {self._done()}", lambda: self._done() == LINES, pause=1)
        self.plain.open(f"{self.setup_url}finish/").press("Hand over and end our access")
        eventually("it is handed over", lambda: self._at("handover").shows("Handed over on"), pause=0.5)
        return self._done()

    def _connect_to_engagement(self) -> None:
        self._at("connect").press("Only confirm it")
        self.plain.open(self._machine.stand_in_url + TAB).press("Connect to Marketing Cloud")
        self.plain.press("Login", username="mc-api-user", password="anything")
        self._at("connect").press("Check again")

    def _at(self, stage: str) -> Plain:
        return self.plain.open(f"{self.setup_url}stages/{stage}/")

    def _done(self) -> int:
        """Of the report's lines."""
        rows = self.plain.open(f"{self.setup_url}report/").tree.xpath(
            "//section[@aria-labelledby='lines']//tbody/tr[not(contains(@class, 'group'))]"
        )
        cells = [[" ".join(cell.text_content().split()) for cell in row.xpath("td|th")] for row in rows]
        lines = {int(number): status for number, _what, status, _proof in cells}
        assert sorted(lines) == list(range(1, LINES + 1)), cells
        return sum(status == "Done" for status in lines.values())


def code_of(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"
