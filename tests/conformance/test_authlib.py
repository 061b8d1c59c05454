"""authlib's own OAuth 2.0 client signs in to the stand-in as to any provider (section 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from simulator.client_apps import CLIENT_ID, CLIENT_SECRET
from simulator.org.store import Org
from simulator.server import Stand
from tests.simulator.visitor import Visitor, username_of

CALLBACK = "http://localhost:8000/orgs/callback/"
SCOPES = "api refresh_token openid"
Make = Callable[..., OAuth2Session]


@pytest.fixture
def visitor(stand: Stand, org: Org) -> Visitor:
    """The administrator's browser, signed in."""
    return Visitor(stand.url).log_in(username_of(org))


@pytest.fixture
def client(stand: Stand) -> Iterator[Make]:
    made: list[OAuth2Session] = []

    def make(**changes: Any) -> OAuth2Session:
        settings = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "scope": SCOPES,
            "redirect_uri": CALLBACK,
            "code_challenge_method": "S256",
            "token_endpoint": f"{stand.url}/services/oauth2/token",
        }
        made.append(OAuth2Session(**settings | changes))
        return made[-1]

    yield make
    for each in made:
        each.close()


def asked(client: OAuth2Session, visitor: Visitor, **more: str) -> tuple[str, str, str]:
    """Press through the pages; the callback's address, the state and the verifier."""
    verifier = generate_token(48)
    address, state = client.create_authorization_url(
        f"{visitor.url}/services/oauth2/authorize", code_verifier=verifier, **more
    )
    visitor.open(address).press("Allow")
    return visitor.left_for, state, verifier


def signed_in(client: OAuth2Session, visitor: Visitor) -> dict[str, Any]:
    address, state, verifier = asked(client, visitor)
    token: dict[str, Any] = client.fetch_token(
        authorization_response=address, state=state, code_verifier=verifier
    )
    return token


def fetch(client: OAuth2Session, address: str, state: str, verifier: str | None) -> dict[str, Any]:
    token: dict[str, Any] = client.fetch_token(
        authorization_response=address, state=state, code_verifier=verifier
    )
    return token


def test_the_first_visit_logs_in_and_consents(stand: Stand, org: Org, client: Make) -> None:
    browser, session = Visitor(stand.url), client()
    verifier = generate_token(48)
    address, state = session.create_authorization_url(
        f"{stand.url}/services/oauth2/authorize", code_verifier=verifier, login_hint=username_of(org)
    )
    browser.open(address)
    assert browser.path == "/login"
    browser.press("Log In").press("Allow")
    token = fetch(session, browser.left_for, state, verifier)
    assert token["token_type"] == "Bearer"
    assert "expires_at" not in token  # Salesforce says nothing of a life (section 7)
    assert set(token["scope"].split()) == set(SCOPES.split())


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_code_and_verifier_give_a_token_that_works(
    client: Make, visitor: Visitor, org: Org, method: str
) -> None:
    session = client(token_endpoint_auth_method=method)
    token = signed_in(session, visitor)
    answer = session.get(
        f"{token['instance_url']}/services/data/v66.0/query", params={"q": "SELECT Id FROM Organization"}
    )
    assert answer.json()["records"][0]["Id"] == org.id
    assert token["id"] == f"{visitor.url}/id/{org.id}/{org.admin_id}"


def test_the_resource_list_names_the_identity_address(client: Make, visitor: Visitor, org: Org) -> None:
    session = client()
    token = signed_in(session, visitor)
    links = session.get(f"{token['instance_url']}/services/data/v66.0/").json()
    person = session.get(links["identity"]).json()
    assert (person["organization_id"], person["user_id"]) == (org.id, org.admin_id)
    assert (person["username"], person["display_name"]) == (username_of(org), "Ana Ruiz")
    assert person["urls"]["query"].endswith("/services/data/v{version}/query/")


def test_a_wrong_verifier_is_refused(client: Make, visitor: Visitor) -> None:
    session = client()
    address, state, verifier = asked(session, visitor)
    with pytest.raises(OAuthError) as caught:
        fetch(session, address, state, generate_token(48))
    assert (caught.value.error, caught.value.description) == ("invalid_request", "invalid code verifier")
    with pytest.raises(OAuthError) as caught:
        fetch(session, address, state, None)
    assert caught.value.error == "invalid_grant"
    assert fetch(session, address, state, verifier)["access_token"]


def test_a_client_may_leave_the_method_out_and_send_a_long_verifier(client: Make, visitor: Visitor) -> None:
    """Salesforce's own clients do both: 171 characters, no method."""
    session, verifier = client(), generate_token(171)
    address, state = session.create_authorization_url(
        f"{visitor.url}/services/oauth2/authorize", code_verifier=verifier
    )
    assert "&code_challenge_method=S256" in address
    visitor.open(address.replace("&code_challenge_method=S256", "")).press("Allow")
    with pytest.raises(OAuthError) as caught:
        fetch(session, visitor.left_for, state, generate_token(171))
    assert caught.value.description == "invalid code verifier"
    assert fetch(session, visitor.left_for, state, verifier)["access_token"]


def test_a_code_runs_out_when_the_org_says(stand: Stand, org: Org, client: Make, visitor: Visitor) -> None:
    org.switches.change(code_seconds=0)
    session = client()
    with pytest.raises(OAuthError) as caught:
        signed_in(session, visitor)
    assert caught.value.description == "expired authorization code"


def test_another_callback_is_refused_at_both_ends(client: Make, visitor: Visitor) -> None:
    elsewhere = client(redirect_uri="http://localhost:8000/elsewhere")
    address, _state = elsewhere.create_authorization_url(
        f"{visitor.url}/services/oauth2/authorize", code_verifier=generate_token(48)
    )
    visitor.open(address)
    assert "redirect_uri must match configuration" in visitor.text
    session = client()
    answer, state, verifier = asked(session, visitor)
    session.redirect_uri = "http://localhost:8000/another/orgs/callback/"
    with pytest.raises(OAuthError) as caught:
        fetch(session, answer, state, verifier)
    assert caught.value.error == "redirect_uri_mismatch"


@pytest.mark.parametrize("printed", ["access_denied", "access-denied"])
def test_a_denial_comes_back_with_the_clients_state(
    client: Make, visitor: Visitor, org: Org, printed: str
) -> None:
    """A live test saw the one, the documentation prints the other."""
    org.switches.change(denial_error=printed)
    address, state = client().create_authorization_url(
        f"{visitor.url}/services/oauth2/authorize", code_verifier=generate_token(48)
    )
    visitor.open(address).press("Deny")
    returned = {key: values[0] for key, values in parse_qs(urlsplit(visitor.left_for).query).items()}
    assert returned == {
        "error": printed,
        "error_description": "end-user denied authorization",
        "state": state,
    }


def test_refreshing_rotates_and_the_client_keeps_the_new_token(client: Make, visitor: Visitor) -> None:
    kept: list[dict[str, Any]] = []

    def keep(token: dict[str, Any], **_old: str | None) -> None:
        kept.append(dict(token))

    session = client(update_token=keep)
    first = dict(signed_in(session, visitor))
    second = session.refresh_token(session.metadata["token_endpoint"])
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert [each["refresh_token"] for each in kept] == [second["refresh_token"]]
    # The old one again: the whole grant ends.
    with pytest.raises(OAuthError) as caught:
        session.refresh_token(session.metadata["token_endpoint"], refresh_token=first["refresh_token"])
    assert (caught.value.error, caught.value.description) == ("invalid_grant", "expired access/refresh token")
    assert session.get(f"{visitor.url}/services/data/v66.0/").status_code == 401
    with pytest.raises(OAuthError):
        session.refresh_token(session.metadata["token_endpoint"], refresh_token=second["refresh_token"])


def test_without_rotation_the_client_keeps_its_refresh_token(
    client: Make, visitor: Visitor, org: Org
) -> None:
    org.switches.change(rotate_refresh_tokens=False)
    session = client()
    first = dict(signed_in(session, visitor))
    for _ in range(2):
        assert (
            session.refresh_token(session.metadata["token_endpoint"])["refresh_token"]
            == first["refresh_token"]
        )


@pytest.mark.parametrize("error", ["invalid_token", "unsupported_token_type"])
def test_revoking_what_is_not_known_is_refused(client: Make, visitor: Visitor, org: Org, error: str) -> None:
    org.switches.change(revoke_error=error)
    answer = client().revoke_token(f"{visitor.url}/services/oauth2/revoke", token=f"{org.id[:15]}!AQgone")
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_introspection_tells_what_a_token_is(client: Make, visitor: Visitor, org: Org) -> None:
    session = client()
    token = dict(signed_in(session, visitor))
    address = f"{visitor.url}/services/oauth2/introspect"
    found = session.introspect_token(address, token=token["access_token"]).json()
    assert (found["active"], found["client_id"], found["username"]) == (True, CLIENT_ID, username_of(org))
    assert found["sub"] == token["id"]
    assert found["exp"] - found["iat"] == org.switches.access_token_seconds
    assert found["nbf"] == found["iat"] == int(token["issued_at"]) // 1000
    session.revoke_token(f"{visitor.url}/services/oauth2/revoke", token=token["access_token"])
    assert session.introspect_token(address, token=token["access_token"]).json() == {"active": False}


def test_userinfo_has_the_documented_keys(client: Make, visitor: Visitor, org: Org) -> None:
    session = client()
    token = dict(signed_in(session, visitor))
    person = session.get(f"{visitor.url}/services/oauth2/userinfo").json()
    assert set(person) == {
        "sub", "user_id", "organization_id", "preferred_username", "nickname", "name", "email",
        "email_verified", "given_name", "family_name", "zoneinfo", "photos", "profile", "picture", "address",
        "urls", "active", "user_type", "language", "locale", "utcOffset", "updated_at", "is_app_installed",
    }  # fmt: skip
    assert set(person["urls"]) == {
        "enterprise", "metadata", "partner", "rest", "sobjects", "search_rest", "query", "recent",
        "tooling_soap", "tooling_rest", "profile", "feeds", "groups", "users",
        "feed_items", "feed_elements", "custom_domain",
    }  # fmt: skip
    assert person["sub"] == token["id"]
    assert person["preferred_username"] == username_of(org)
    assert person["urls"]["rest"] == f"{visitor.url}/services/data/v{{version}}/"


def session_to_nobody(address: str) -> int:
    """The status that a stranger gets there."""
    return requests.get(address, timeout=60, allow_redirects=False).status_code


def test_the_discovery_document_leads_a_client_all_the_way(client: Make, visitor: Visitor, org: Org) -> None:
    known = client().get(f"{visitor.url}/.well-known/openid-configuration", withhold_token=True).json()
    assert set(known) == {
        "issuer", "authorization_endpoint", "token_endpoint", "revocation_endpoint", "userinfo_endpoint",
        "jwks_uri", "introspection_endpoint", "scopes_supported",
        "response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported",
        "display_values_supported", "token_endpoint_auth_methods_supported", "claims_supported",
    }  # fmt: skip
    addresses = [value for key, value in known.items() if key.endswith(("_endpoint", "_uri"))]
    assert not [each for each in addresses if session_to_nobody(each) == 404]
    session = client(token_endpoint=known["token_endpoint"])
    verifier = generate_token(48)
    address, state = session.create_authorization_url(known["authorization_endpoint"], code_verifier=verifier)
    visitor.open(address).press("Allow")
    fetch(session, visitor.left_for, state, verifier)
    assert session.get(known["userinfo_endpoint"]).json()["organization_id"] == org.id
    assert session.get(known["jwks_uri"]).json()["keys"][0]["alg"] == "RS256"


def test_a_newer_org_names_the_api_instance(client: Make, visitor: Visitor, org: Org) -> None:
    assert "api_instance_url" not in signed_in(client(), visitor)
    org.switches.change(token_answer_api_instance_url=True)
    assert signed_in(client(), visitor)["api_instance_url"] == visitor.url


@pytest.mark.parametrize("before_december_2025", [False, True])
def test_an_uninstalled_app_is_for_those_who_may_use_such_apps(
    client: Make, visitor: Visitor, org: Org, before_december_2025: bool
) -> None:
    """Approve Uninstalled Connected Apps; Use Any API Client was enough until December 2025 (N5)."""
    org.switches.change(our_app="uninstalled", use_any_api_client_approves=before_december_2025)
    assert signed_in(client(), visitor)["access_token"]
    profile = org.get(org.admin_id)["ProfileId"]  # type: ignore[index]
    for holder in (profile, org.find("PermissionSet", ProfileId=profile)[0]["Id"]):
        org.patch(holder, PermissionsCanApproveUninstalledApps=False)
    address, _state = client().create_authorization_url(
        f"{visitor.url}/services/oauth2/authorize", code_verifier=generate_token(48)
    )
    visitor.open(address)
    if before_december_2025:
        assert "Allow Access?" in visitor.text
    else:
        returned = parse_qs(urlsplit(visitor.left_for).query)
        assert returned["error"] == ["OAUTH_APPROVAL_ERROR_GENERIC"]
