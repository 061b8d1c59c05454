"""The first page, and what follows a sign-in to an org."""

from __future__ import annotations

import pytest
from django.urls import reverse
from lxml import html

from orgs.connections import tokens
from orgs.models import Org
from orgs.signals import connected
from teams.models import User
from tests.fixture_types import MakeSetup, SignedIn
from tests.wizard.harness import SetupHarness
from wizard.models import Job, Setup

pytestmark = pytest.mark.django_db


def test_it_shows_each_setup_with_its_org_kind_and_where_it_stands(
    checked: SetupHarness, signed_in: SignedIn
) -> None:
    page = signed_in(checked.person).get(reverse("wizard:home")).content.decode()
    assert checked.org.name in page
    assert "Sandbox" in page
    assert "stages" in page


def test_another_member_of_the_team_sees_it_and_a_stranger_does_not(
    checked: SetupHarness, signed_in: SignedIn, sam: User, stranger: User
) -> None:
    address = reverse("wizard:home")
    assert checked.org.name in signed_in(sam).get(address).content.decode()
    assert checked.org.name not in signed_in(stranger).get(address).content.decode()


def test_who_is_in_no_team_any_more_is_told_whom_to_ask(
    checked: SetupHarness, signed_in: SignedIn, sam: User
) -> None:
    browser = signed_in(sam)
    assert "You are in no team" not in browser.get(reverse("wizard:home")).content.decode()
    sam.memberships.all().delete()
    for query in ("", "?q=harbour"):
        page = browser.get(reverse("wizard:home") + query).content.decode()
        assert "You are in no team" in page
        assert "Ask the owner of your team" in page
        assert "No setups yet" not in page


@pytest.mark.parametrize(
    ("page", "query"), [("home", ""), ("home", "?q=zz"), ("support", ""), ("support", "?q=zz")]
)
def test_an_empty_list_is_one_sentence_and_one_act(
    signed_in: SignedIn, dana: User, page: str, query: str
) -> None:
    main = html.fromstring(signed_in(dana).get(reverse(f"wizard:{page}") + query).content).get_element_by_id(
        "main"
    )
    [card] = main.find_class("card")
    [sentence] = card.iter("p")
    assert sentence.text_content().count(".") == 1
    [act] = card.find_class("btn")
    assert "primary" in act.get("class").split()
    assert main.find_class("primary") == [act]


@pytest.mark.parametrize(
    "query", ["?page=0", "?page=x", "?page=99999", "?q=%00", "?q=%25", "?q=%F0%9F%98%80"]
)
def test_strange_queries_are_no_error(checked: SetupHarness, signed_in: SignedIn, query: str) -> None:
    assert signed_in(checked.person).get(reverse("wizard:home") + query).status_code == 200


def test_what_an_org_is_called_never_becomes_markup(make: MakeSetup, signed_in: SignedIn) -> None:
    desk: SetupHarness = make(name="<img src=x onerror=alert(1)> {0} {{ x }} %s")
    desk.choose(1)
    desk.check()
    client = signed_in(desk.person)
    pages = [reverse("wizard:home"), reverse("wizard:report", args=[desk.setup.pk])]
    pages += [reverse("wizard:history", args=[desk.setup.pk])]
    for stage in desk.setup.guide.stages:
        pages.append(reverse("wizard:stage", args=[desk.setup.pk, stage.key]))
    for address in pages:
        page = client.get(address).content.decode()
        assert "<img src=x" not in page, address
        assert "&lt;img src=x onerror=alert(1)&gt; {0} {{ x }} %s" in page, address


def after_sign_in(desk: SetupHarness) -> None:
    """What the way back from Salesforce tells."""
    connected.send(Org, org=desk.org, person=desk.person)


def test_after_a_sign_in_the_setup_opens_and_the_org_is_being_read(
    desk: SetupHarness, signed_in: SignedIn
) -> None:
    Setup.objects.all().delete()
    after_sign_in(desk)
    setup = Setup.objects.get()
    response = signed_in(desk.person).get(reverse("wizard:opened", args=[desk.org.pk]))
    assert response["Location"] == reverse("wizard:setup", args=[setup.pk])
    assert setup.started_by == desk.person
    assert set(Job.objects.values_list("kind", flat=True)) == {"check", "people"}
    assert set(setup.events.values_list("kind", flat=True)) >= {"setup_started", "check_requested"}


def test_signing_in_to_it_again_makes_no_second_setup_or_job(desk: SetupHarness, signed_in: SignedIn) -> None:
    for _ in range(3):
        connected.send(Org, org=desk.org, person=desk.person, again=True)
    assert Setup.objects.count() == 1
    assert Job.objects.filter(kind="check").count() == 1
    assert len(desk.events("reconnected")) == 3


def test_the_address_where_a_sign_in_leads_to_changes_nothing_when_it_is_opened(
    desk: SetupHarness, signed_in: SignedIn
) -> None:
    client, address = signed_in(desk.person), reverse("wizard:opened", args=[desk.org.pk])
    before = len(desk.events())
    assert client.get(address)["Location"] == reverse("wizard:setup", args=[desk.setup.pk])
    Setup.objects.update(finished_at="2026-01-01T00:00:00Z")
    assert client.get(address)["Location"] == reverse("wizard:setup", args=[desk.setup.pk])
    assert (Setup.objects.count(), Job.objects.count(), len(desk.events())) == (1, 0, before)
    Setup.objects.all().delete()
    assert client.get(address)["Location"] == reverse("wizard:home")
    assert not Setup.objects.exists()


def test_a_setup_that_was_handed_over_gets_a_new_one_beside_it(
    desk: SetupHarness, signed_in: SignedIn
) -> None:
    Setup.objects.update(finished_at="2026-01-01T00:00:00Z")
    client = signed_in(desk.person)
    for _ in range(2):
        client.post(reverse("wizard:begin", args=[desk.org.pk]))
    assert Setup.objects.filter(org=desk.org).count() == 2
    assert Setup.objects.filter(org=desk.org, finished_at=None).count() == 1


def test_a_disconnected_org_can_be_opened_and_asks_for_a_sign_in(
    checked: SetupHarness, signed_in: SignedIn
) -> None:
    tokens.disconnect(checked.org.connection)
    client = signed_in(checked.person)
    response = client.get(reverse("wizard:opened", args=[checked.org.pk]), follow=True)
    assert "Our access to this org has ended." in response.content.decode()
    assert not Job.objects.filter(state="queued").exists()


def test_resuming_goes_to_the_stage_where_the_work_goes_on(make: MakeSetup, signed_in: SignedIn) -> None:
    desk: SetupHarness = make("half_done")
    desk.choose(0)
    desk.check()
    response = signed_in(desk.person).get(reverse("wizard:setup", args=[desk.setup.pk]))
    assert response.status_code == 302
    page = signed_in(desk.person).get(response["Location"]).content.decode()
    assert 'id="live"' in page
