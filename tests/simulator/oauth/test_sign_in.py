"""The web-server flow up to the callback (section 7)."""

from __future__ import annotations

import pytest

from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.visitor import Visitor, username_of


@pytest.fixture
def visitor(own_stand: Stand) -> Visitor:
    return Visitor(own_stand.url)


def test_a_person_logs_in_allows_and_comes_back_with_a_code_and_the_state(
    own_stand: Stand, visitor: Visitor
) -> None:
    org = create(own_stand.world, "fresh", name="Sign-in")
    visitor.authorize()
    assert visitor.path == "/login"
    assert "asks for no password" in visitor.text
    visitor.press("Log In", username=username_of(org))
    assert "Manage user data via APIs" in visitor.text
    assert username_of(org) in visitor.text
    visitor.press("Allow")
    assert visitor.returned["state"] == "some state"
    answer = visitor.exchange(visitor.returned["code"]).json()
    assert answer["access_token"].startswith(org.id[:15] + "!AQ")
    assert answer["id"] == f"{own_stand.url}/id/{org.id}/{org.admin_id}"
    assert answer["instance_url"] == own_stand.url


def test_a_browser_that_is_signed_in_goes_straight_to_the_question(
    own_stand: Stand, visitor: Visitor
) -> None:
    org = create(own_stand.world, "fresh", name="Known browser")
    visitor.log_in(username_of(org)).authorize()
    assert "Allow Access?" in visitor.text
    assert visitor.authorize(prompt="login").path == "/login"


def test_not_you_leads_to_another_person_and_back_to_the_question(own_stand: Stand, visitor: Visitor) -> None:
    org = create(own_stand.world, "fresh", name="Not you")
    visitor.log_in(username_of(org)).authorize().click("Not you?")
    visitor.press("Log In", username=username_of(org, org.connection_user_id))
    assert username_of(org, org.connection_user_id) in visitor.text
    assert "Allow Access?" in visitor.text


def test_the_question_is_answered_once(own_stand: Stand, visitor: Visitor) -> None:
    org = create(own_stand.world, "fresh", name="Once")
    visitor.log_in(username_of(org)).authorize()
    question = visitor.page
    visitor.press("Allow")
    visitor.page = question
    visitor.press("Allow", expect=400)
    assert "answered already" in visitor.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "api everything"}, "invalid_scope"),
    ],
)
def test_a_request_that_salesforce_refuses_comes_back_with_its_error(
    visitor: Visitor, changes: dict[str, str | None], error: str
) -> None:
    returned = visitor.authorize(**changes).returned
    assert returned["error"] == error
    assert returned["state"] == "some state"


@pytest.mark.parametrize(
    "uri",
    [
        "http://evil.example/orgs/callback/",
        "http://127.0.0.1@evil.example/orgs/callback/",
        "http://127.0.0.1:8000/elsewhere/",
        "http://127.0.0.1:8000/orgs/callback/?next=x",
        "http://[::1",
        "",
    ],
)
def test_an_unknown_callback_is_never_redirected_to(visitor: Visitor, uri: str) -> None:
    visitor.authorize(redirect_uri=uri)
    assert visitor.path == "/setup/secur/RemoteAccessErrorPage.apexp"
    assert "redirect_uri must match configuration" in visitor.text


def test_an_unknown_client_stays_on_the_error_page(visitor: Visitor) -> None:
    visitor.authorize(client_id="someone else")
    assert visitor.path == "/setup/secur/RemoteAccessErrorPage.apexp"
    assert "client identifier invalid" in visitor.text


def test_frozen_and_inactive_people_cannot_log_in(own_stand: Stand, visitor: Visitor) -> None:
    org = create(own_stand.world, "fresh", name="Odd people")
    inactive = next(row for row in org.rows("User") if not row["IsActive"])
    frozen = next(row["UserId"] for row in org.rows("UserLogin") if row["IsFrozen"])
    for user_id in (inactive["Id"], frozen):
        visitor.log_in(username_of(org, user_id))
        assert "check your username and password" in visitor.text
        assert "sid" not in visitor.http.cookies


def test_an_api_only_person_gets_the_unexpected_error(own_stand: Stand, visitor: Visitor) -> None:
    org = create(own_stand.world, "fresh", name="API only")
    person = next(row for row in org.rows("User") if row["Name"] == "Data Sync Integration")
    visitor.log_in(username_of(org, person["Id"])).authorize()
    assert visitor.returned["error"] == "OAUTH_APPROVAL_ERROR_GENERIC"


def test_login_never_leads_to_another_site(own_stand: Stand, visitor: Visitor) -> None:
    org = create(own_stand.world, "fresh", name="Open redirect")
    for start in ("https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example"):
        visitor.log_in(username_of(org), start=start)
        assert visitor.path == "/lightning/setup/SetupOneHome/home"


def test_freezing_a_person_ends_their_browser_session(own_stand: Stand, visitor: Visitor) -> None:
    org = create(own_stand.world, "fresh", name="Freeze")
    visitor.log_in(username_of(org))
    org.patch(org.find("UserLogin", UserId=org.admin_id)[0]["Id"], IsFrozen=True)
    assert visitor.open("/0PS").path == "/login"
