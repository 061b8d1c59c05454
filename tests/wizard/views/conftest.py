from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from lxml import html

from tests.answers import Answer

if TYPE_CHECKING:
    from simulator.org.store import Org as StandInOrg
    from simulator.server import Stand
    from teams.models import Team, User
    from tests.answers import Answer
    from tests.fixture_types import SignedIn
    from tests.wizard.harness import SetupHarness
    from wizard.models import Setup


class Site:
    """A signed-in browser without JavaScript, at one setup."""

    def __init__(self, client: Client, desk: SetupHarness) -> None:
        self.client = client
        self.desk = desk

    def at(self, name: str, *args: str) -> str:
        return reverse(f"wizard:{name}", args=[self.desk.setup.pk, *args])

    def get(self, name: str, *args: str, **query: str) -> Answer:
        return self.client.get(self.at(name, *args), query)

    def post(self, name: str, *args: str, **data: Any) -> Answer:
        return self.client.post(self.at(name, *args), data)

    def page(self, name: str, *args: str, **query: str) -> str:
        response = self.get(name, *args, **query)
        assert response.status_code == 200, response.status_code
        return str(response.content.decode())

    def said(self, response: Answer) -> str:
        """The messages that the post left for the next page."""
        return " ".join(str(message) for message in get_messages(response.wsgi_request))

    def form(self, action: str, *, stage: str, **query: str) -> dict[str, str]:
        """The fields of the form with this action on a stage's page, as a browser would send them."""
        page = html.fromstring(self.page("stage", stage, **query))
        found = [(form, None) for form in page.forms if form.action == action]
        for button in page.xpath("//button[@formaction=$action]", action=action):  # of a form elsewhere on it
            found.append((page.get_element_by_id(button.get("form")), button))
        assert found, f"no form for {action}"
        form, button = found[0]
        fields = {key: value or "" for key, value in form.form_values() if key != "csrfmiddlewaretoken"}
        return fields | ({button.get("name"): button.get("value")} if button is not None else {})

    def open_lines(self) -> dict[str, list[str]]:
        """What the button of the page that asks before a handover sends."""
        page = html.fromstring(self.page("finish"))
        form = next(form for form in page.forms if form.action == self.at("finish"))
        return {"open": [str(value) for key, value in form.form_values() if key == "open"]}

    def hand_over(self) -> Answer:
        """Press it, and let a worker do what it asks for; the answer to the press."""
        response = self.post("finish", **self.open_lines())
        for job in self.desk.setup.jobs.filter(kind="handover", state="queued"):
            self.desk.work(job)
        return response

    def plan(self, stage: str, **query: str) -> dict[str, str]:
        """What the button under the previewed plan sends."""
        return self.form(self.at("apply", stage), stage=stage, **query)


SiteOf = Callable[["SetupHarness"], Site]


@pytest.fixture
def site(checked: SetupHarness, signed_in: SignedIn) -> Site:
    """Dana at a setup in a sandbox whose org was read."""
    return Site(signed_in(checked.person), checked)


@pytest.fixture
def site_of(signed_in: SignedIn) -> Callable[[SetupHarness], Site]:
    return lambda desk: Site(signed_in(desk.person), desk)


@pytest.fixture
def unbound(team: Team, dana: User) -> Setup:
    """A setup that was begun by the client's name, in no org yet."""
    from tests.wizard.given import given_team
    from wizard.actions import start

    return start.begin_for_client(given_team(team, dana), dana, "Contoso")


@pytest.fixture
def theirs(stand: Stand) -> Iterator[StandInOrg]:
    """The org at the stand-in that turns out to be that client's."""
    from simulator import scenarios

    made = scenarios.create(stand.world, "fresh", name="Contoso Holding")
    yield made
    with stand.world.lock:
        stand.world.orgs.pop(made.id, None)
