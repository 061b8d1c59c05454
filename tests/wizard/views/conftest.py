from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from lxml import html

if TYPE_CHECKING:
    from tests.wizard.harness import SetupHarness
    from wizard.models import Setup


class Site:
    """A signed-in browser without JavaScript, at one setup."""

    def __init__(self, client: Any, desk: SetupHarness) -> None:
        self.client = client
        self.desk = desk

    def at(self, name: str, *args: str) -> str:
        return reverse(f"wizard:{name}", args=[self.desk.setup.pk, *args])

    def get(self, name: str, *args: str, **query: str) -> Any:
        return self.client.get(self.at(name, *args), query)

    def post(self, name: str, *args: str, **data: Any) -> Any:
        return self.client.post(self.at(name, *args), data)

    def page(self, name: str, *args: str, **query: str) -> str:
        response = self.get(name, *args, **query)
        assert response.status_code == 200, response.status_code
        return str(response.content.decode())

    def said(self, response: Any) -> str:
        """The messages that the post left for the next page."""
        return " ".join(str(message) for message in get_messages(response.wsgi_request))

    def form(self, action: str, *, stage: str, **query: str) -> dict[str, str]:
        """The fields of the form with this action on a stage's page, as a browser would send them."""
        page = html.fromstring(self.page("stage", stage, **query))
        found = [form for form in page.forms if form.action == action]
        assert found, f"no form for {action}"
        return {key: value or "" for key, value in found[0].form_values() if key != "csrfmiddlewaretoken"}

    def open_lines(self) -> dict[str, list[str]]:
        """What the button of the page that asks before a handover sends."""
        page = html.fromstring(self.page("finish"))
        form = next(form for form in page.forms if form.action == self.at("finish"))
        return {"open": [str(value) for key, value in form.form_values() if key == "open"]}

    def hand_over(self) -> Any:
        """Press it, and let a worker do what it asks for; the answer to the press."""
        response = self.post("finish", **self.open_lines())
        for job in self.desk.setup.jobs.filter(kind="handover", state="queued"):
            self.desk.work(job)
        return response

    def plan(self, stage: str, **query: str) -> dict[str, str]:
        """What the button under the previewed plan sends."""
        return self.form(self.at("apply", stage), stage=stage, **query)


@pytest.fixture
def site(checked: SetupHarness, signed_in: Any) -> Site:
    """Dana at a setup in a sandbox whose org was read."""
    return Site(signed_in(checked.person), checked)


@pytest.fixture
def site_of(signed_in: Any) -> Callable[[SetupHarness], Site]:
    return lambda desk: Site(signed_in(desk.person), desk)


@pytest.fixture
def stand_in_allowed(stand: Any, settings: Any) -> None:
    """People may sign in at the stand-in's own address."""
    settings.SALESFORCE_EXTRA_ORIGINS = [stand.url]


@pytest.fixture
def unbound(team: Any, dana: Any) -> Setup:
    """A setup that was begun by the client's name, in no org yet."""
    from wizard.setups import bind_org

    return bind_org.begin_without_org(team, "Contoso", dana)


@pytest.fixture
def theirs(stand: Any) -> Iterator[Any]:
    """The org at the stand-in that turns out to be that client's."""
    from simulator import scenarios

    made = scenarios.create(stand.world, "fresh", name="Contoso Holding")
    yield made
    with stand.world.lock:
        stand.world.orgs.pop(made.id, None)
