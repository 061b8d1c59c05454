"""A sign-in to an org that has a setup already: asked what it is for, and nothing is begun silently."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from orgs.connections import tokens
from orgs.models import Connection
from teams.models import Team
from tests.fixture_types import MakeSetup, SignedIn
from tests.orgs.stand_in import Browser, admin_of, grants_alive
from tests.wizard.given import given_team
from tests.wizard.guest_browser import send, words
from tests.wizard.harness import SetupHarness
from tests.wizard.views.test_for_client import sign_in_for
from wizard.actions import start
from wizard.models import Setup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stand_in_allowed")]
HANDED_OVER = {"finished_at": timezone.now()}


@pytest.fixture
def dana_at(desk: SetupHarness, signed_in: SignedIn) -> Browser:
    return Browser(signed_in(desk.person), desk.stand)


def asked(person: Browser, desk: SetupHarness) -> html.HtmlElement:
    """The page after a sign-in that named no org, without a window."""
    address = person.connect(admin_of(desk.theirs))["Location"]
    return html.fromstring(person.site.get(address).content)


def press(person: Browser, page: html.HtmlElement, button: str) -> str:
    """Press it; where that leads."""
    found = next(each for each in page.iter("button") if button in each.text_content())
    return str(person.site.post(next(found.iterancestors("form")).action)["Location"])


def links(page: html.HtmlElement, text: str) -> list[str]:
    return [str(each.get("href")) for each in page.iter("a") if text in each.text_content()]


def test_of_an_org_that_is_handed_over_each_choice_is_offered_and_nothing_begun(
    dana_at: Browser, desk: SetupHarness
) -> None:
    tokens.disconnect(desk.org.connection)
    Setup.objects.update(**HANDED_OVER)
    page = asked(dana_at, desk)
    assert f"We know {desk.org.name} (Sandbox) already" in page.findtext(".//h1")
    assert Setup.objects.count() == 1
    assert links(page, "Only look at it") == [reverse("wizard:setup", args=[desk.setup.pk])]
    press(dana_at, page, "Open this setup again")
    assert not desk.reload().finished
    assert desk.setup.jobs.filter(kind="check").exists(), "what is shown as now is read now"
    Setup.objects.update(**HANDED_OVER)
    press(dana_at, page, "Start a new setup here")
    assert Setup.objects.filter(finished_at=None).count() == 1
    assert Setup.objects.count() == 2


def test_of_an_org_with_a_setup_under_way_that_one_is_gone_on_with(
    dana_at: Browser, desk: SetupHarness
) -> None:
    page = asked(dana_at, desk)
    assert not [each for each in page.iter("button") if "Start a new setup" in each.text_content()]
    assert links(page, "archive it") == [reverse("wizard:archive", args=[desk.setup.pk])]
    assert page.xpath("//button[@name='as_another']"), "what the message on it says to choose"
    assert press(dana_at, page, "Carry on with it") == reverse("wizard:setup", args=[desk.setup.pk])
    assert len(desk.events("reconnected")) == 1
    assert Setup.objects.count() == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("revoked", "revoked"),
        ("needs_reconnecting", "needs_reconnecting"),
        ("connected", "connected"),
    ],
)
def test_the_wrong_org_is_left_as_it_was(
    dana_at: Browser, desk: SetupHarness, before: str, after: str
) -> None:
    if before == "connected":
        Setup.objects.update(**HANDED_OVER)
    else:
        Setup.objects.update(**HANDED_OVER, keep_watching=before == "needs_reconnecting")
        Connection.objects.update(state=before, access_token="", refresh_token="")
    kept = grants_alive(desk.stand, desk.theirs.id)
    page = asked(dana_at, desk)
    assert press(dana_at, page, "Wrong org") == reverse("orgs:connect")
    connection = Connection.objects.get()
    assert connection.state == after
    assert bool(connection.refresh_token) == (after == "connected")
    assert Setup.objects.get().keep_watching == (before == "needs_reconnecting"), "it is still wished"
    assert kept <= grants_alive(desk.stand, desk.theirs.id) + 1


def test_wrong_org_ends_nothing_that_this_browser_did_not_begin(dana_at: Browser, desk: SetupHarness) -> None:
    dana_at.site.post(reverse("wizard:wrong_org", args=[desk.org.pk]))
    assert Connection.objects.get().is_connected


def test_a_client_s_setup_that_is_bound_to_an_org_handed_over_before_says_so(
    dana_at: Browser, desk: SetupHarness, team: Team
) -> None:
    tokens.disconnect(desk.org.connection)
    Setup.objects.update(**HANDED_OVER)
    begun = start.begin_for_client(given_team(team, desk.person), desk.person, "Client")
    answer = sign_in_for(desk.stand, dana_at.site, begun, desk.theirs)
    assert answer["Location"] == f"{reverse('wizard:opened', args=[desk.org.pk])}?ask=bound"
    page = words(dana_at.site.get(answer["Location"]))
    assert "another one was handed over here before" in page
    assert begun.events.filter(kind="handed_over_before").exists()


@pytest.mark.parametrize("name", ["{name}", "{name} Copy"])
def test_a_guest_who_signs_in_to_an_org_of_the_same_name_is_told_so(
    desk: SetupHarness, make: MakeSetup, name: str
) -> None:
    """Of another name only that it is another one: the two lists of what to do differ."""
    other = make(name=name.format(name=desk.org.name))
    _made, guest = send(desk.stand, desk.setup, desk.person)
    page = words(guest.come(other.theirs))
    namesake = other.org.name == desk.org.name
    assert ("Its org id is another than that of" in page) == namesake
    assert ("The invitation is for" in page) == (not namesake)
