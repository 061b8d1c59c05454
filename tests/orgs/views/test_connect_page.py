from __future__ import annotations

import re

import pytest
from django.urls import reverse
from lxml import html
from pytest_django import Settings

from orgs.hosts import HostRefused, check_login_host
from orgs.sign_in.messages.hosts import HOST_REFUSED
from simulator.server import Stand
from teams.models import Membership, Team, User
from tests.fixture_types import SignedIn

pytestmark = pytest.mark.django_db

CONNECT = "/orgs/connect/"
BUTTONS = "//main//*[contains(@class, 'btn') and not(contains(@class, 'btns'))]"


def test_the_page_offers_production_sandbox_my_domain_and_the_allowed_stand_in(
    allowed: Stand, signed_in: SignedIn, dana: User
) -> None:
    page = signed_in(dana).get(CONNECT).content.decode()
    for value in ("production", "sandbox", "my_domain", allowed.url):
        assert f'value="{value}"' in page


@pytest.mark.parametrize("tryout", [True, False])
def test_outside_the_tryout_the_client_s_link_is_the_first_and_filled_offer(
    signed_in: SignedIn, dana: User, settings: Settings, tryout: bool
) -> None:
    settings.TRYOUT = tryout
    page = html.fromstring(signed_in(dana).get(CONNECT).content)
    buttons = [each.text_content().strip() for each in page.xpath(BUTTONS)]
    (filled,) = [
        each.text_content().strip() for each in page.xpath(BUTTONS) if "primary" in each.get("class")
    ]
    assert filled == ("Sign in at Salesforce" if tryout else "Let the client sign in")
    assert buttons.index(filled) == 0


def test_without_an_extra_origin_no_stand_in_is_offered(
    signed_in: SignedIn, dana: User, settings: Settings
) -> None:
    settings.SALESFORCE_EXTRA_ORIGINS = []
    site = signed_in(dana)
    assert "Stand-in" not in site.get(CONNECT).content.decode()
    assert site.post(CONNECT, {"where": "http://localhost:8001"}).status_code == 422


@pytest.mark.parametrize(
    ("where", "address", "goes_to"),
    [
        ("production", "", "https://login.salesforce.com/services/oauth2/authorize?"),
        ("sandbox", "", "https://test.salesforce.com/services/oauth2/authorize?"),
        ("production", "left over from before", "https://login.salesforce.com/services/oauth2/authorize?"),
        (
            "my_domain",
            "https://Acme.lightning.force.com/x",
            "https://acme.my.salesforce.com/services/oauth2/authorize?",
        ),
    ],
)
def test_a_choice_leads_to_its_host(
    signed_in: SignedIn, dana: User, where: str, address: str, goes_to: str
) -> None:
    response = signed_in(dana).post(CONNECT, {"where": where, "address": address})
    assert response["Location"].startswith(goes_to)


@pytest.mark.parametrize(
    "address",
    ["evil.com", "https://login.salesforce.com@evil.com", "10.0.0.1", "", "<script>alert(1)</script>"],
)
def test_a_bad_address_is_refused_with_the_reason_and_what_was_typed_is_kept(
    signed_in: SignedIn, dana: User, address: str
) -> None:
    from django.utils.html import escape

    with pytest.raises(HostRefused) as refused:
        check_login_host(address)
    response = signed_in(dana).post(CONNECT, {"where": "my_domain", "address": address})
    html = response.content.decode()
    assert response.status_code == 422
    assert escape(str(HOST_REFUSED[refused.value.code])) in html
    assert f'value="{escape(address)}"' in html
    chosen = [tag for tag in re.findall(r"<input[^>]*>", html) if 'value="my_domain"' in tag]
    assert ["checked" in tag for tag in chosen] == [True]
    assert "<script>" not in html


@pytest.mark.parametrize(
    ("address", "words", "host"),
    [
        ("https://acme.cloudforce.com/", "belongs to Salesforce", "acme.my.salesforce.com"),
        ("https://acme.my.site.com/s/login", "Experience Cloud site", "acme.my.salesforce.com"),
        (
            "https://acme.lightning.force.com.mcas.ms/x",
            "does not belong to Salesforce",
            "acme.my.salesforce.com",
        ),
    ],
)
def test_the_org_that_an_address_tells_is_put_into_the_field_and_not_followed(
    signed_in: SignedIn, dana: User, address: str, words: str, host: str
) -> None:
    site = signed_in(dana)
    response = site.post(CONNECT, {"where": "my_domain", "address": address})
    html = response.content.decode()
    assert response.status_code == 422
    assert words in html
    assert f"Did you mean {host}?" in html
    assert f'value="{host}"' in html
    again = site.post(CONNECT, {"where": "my_domain", "address": host})
    assert again["Location"].startswith(f"https://{host}/services/oauth2/authorize?")


def test_further_places_to_sign_in_are_told_apart_by_their_addresses(
    signed_in: SignedIn, dana: User, settings: Settings
) -> None:
    settings.SALESFORCE_EXTRA_ORIGINS = [
        "http://localhost:8001",
        "http://localhost:8002",
        "https://one.example",
        "https://two.example:8443",
    ]
    html = signed_in(dana).get(CONNECT).content.decode()
    for label in (
        "Stand-in org for practice (localhost:8001)",
        "Stand-in org for practice (localhost:8002)",
        "Another place to sign in: one.example",
        "Another place to sign in: two.example:8443",
    ):
        assert label in html


def test_a_person_without_a_team_is_told_so(signed_in: SignedIn, db: None) -> None:
    nobody = User.objects.create_user("nobody@example.com", "a long enough password", name="No Body")
    site = signed_in(nobody)
    assert "in no team yet" in site.get(CONNECT).content.decode()
    assert site.post(CONNECT, {"where": "production"}).status_code == 422


def test_a_person_in_two_teams_chooses_one_of_their_own(
    signed_in: SignedIn, dana: User, stranger: User
) -> None:
    second = Team.objects.create(name="Second team")
    Membership.objects.create(team=second, user=dana, role="consultant")
    foreign = Membership.objects.get(user=stranger).team
    site = signed_in(dana)
    assert site.post(CONNECT, {"where": "production"}).status_code == 422
    assert site.post(CONNECT, {"where": "production", "team": str(foreign.pk)}).status_code == 422
    assert site.post(CONNECT, {"where": "production", "team": str(second.pk)}).status_code == 302


def test_at_most_ten_sign_ins_wait_in_a_session(signed_in: SignedIn, dana: User) -> None:
    site = signed_in(dana)
    for _ in range(12):
        site.post(reverse("orgs:connect"), {"where": "production"})
    assert len(site.session["sign_ins"]) == 10


def test_opening_the_page_asks_salesforce_nothing(allowed: Stand, signed_in: SignedIn, dana: User) -> None:
    mark = allowed.world.mark()
    signed_in(dana).get(CONNECT)
    signed_in(dana).post(CONNECT, {"where": allowed.url})
    assert allowed.world.log_since(mark) == []


def test_without_a_choice_the_page_says_what_to_choose(signed_in: SignedIn, dana: User) -> None:
    response = signed_in(dana).post(CONNECT, {})
    assert response.status_code == 422
    assert "Choose where the org lives." in response.content.decode()


def test_a_mistyped_address_is_provided_for_before_the_browser_leaves(
    signed_in: SignedIn, dana: User
) -> None:
    html = signed_in(dana).get(CONNECT).content.decode()
    assert "If your browser then finds no such site, come back here and correct it." in html


def test_the_help_offers_a_choice_and_no_dash(signed_in: SignedIn, dana: User) -> None:
    html = signed_in(dana).get(reverse("orgs:stranded")).content.decode()
    assert '<option value="">Choose one</option>' in html
