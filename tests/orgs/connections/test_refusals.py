"""Which refusals of the token endpoint end a connection: only those after which it could never work again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from orgs import oauth
from orgs.connections import refusals, tokens
from orgs.connections.client import client_for
from orgs.connections.refusals import Meaning, rule_for
from orgs.models import Connection, Org
from orgs.salesforce.errors import (
    NeedsReconnecting,
    OrgMoved,
    Refused,
    SalesforceError,
    TemporaryProblem,
)
from simulator.faults import Rule
from simulator.org.store import Org as StandInOrg
from simulator.server import Stand
from tests.fixture_types import Connected
from tests.orgs.connections.test_tokens import ORG_QUERY, expire_access_tokens, refreshes
from tests.orgs.salesforce.scripted import Reply, answering
from wizard.messages.remedies import REMEDIES

pytestmark = pytest.mark.django_db

GRANT = {"access_token": "00D!new", "instance_url": "https://acme.my.salesforce.com", "id": "x"}
PASSING = [
    ("invalid_grant", "token request is already being processed"),
    ("invalid_grant", "Token request is already being processed."),
    ("invalid_grant", "expired authorization code"),
    ("rate_limit_exceeded", "number of logins exceeded"),
    ("slow_down", ""),
    ("server_error", ""),
    ("temporarily_unavailable", "try later"),
    ("unknown_error", "retry your request"),
]
FINAL = [
    ("invalid_grant", "expired access/refresh token"),
    ("invalid_grant", "token validity expired"),
    ("invalid_grant", "refresh token has been revoked"),
    ("invalid_grant", "refresh token reuse detected"),
    ("invalid_grant", "inactive user"),
    ("invalid_grant", "user is frozen"),
    ("inactive_user", "user is inactive"),
    ("invalid_grant", "IP restricted"),
    ("invalid_grant", "This app is blocked by admin."),
    ("app_blocked", "this app is blocked by admin"),
    ("OAUTH_APP_BLOCKED", "this app is blocked by admin"),
]
OPEN = [
    ("invalid_grant", "something new from next year"),
    ("invalid_grant", ""),
    ("invalid_grant", "ip restricted or invalid login hours"),
    ("invalid_grant", "inactive organization"),
    ("invalid_grant", "user hasn\u2019t approved this consumer"),
    ("inactive_org", "org is locked"),
    ("invalid_client", "app must be installed into org"),
    ("app_not_found", "External client app is not installed in this org"),
    ("from_next_year", ""),
    ("INSUFFICIENT_ACCESS", "The request was refused."),
    # With words of final ones.
    ("invalid_grant", "too many requests, temporarily blocked"),
    ("invalid_grant", "org is inactive"),
    ("invalid_grant", "inactive trial org"),
    ("invalid_grant", "the reuse of a session was refused"),
    ("invalid_grant", "authorization code has expired"),
]
#: Told by an explanation of their own; the tokens stay.
EXPLAINED = [
    ("invalid_grant", "password has expired", "INVALID_OPERATION_WITH_EXPIRED_PASSWORD"),
    ("client_blocked_retry", "", "app_blocked"),
    ("request_limit_exceeded", "", "REQUEST_LIMIT_EXCEEDED"),
    ("ORG_LOCKED", "", "inactive_org"),
]


@pytest.fixture
def mine(connected: Connected, allowed: Stand, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Org, Any]]:
    monkeypatch.setattr(tokens, "_PAUSES", (0.01, 0.01))
    yield connected()
    allowed.world.faults.clear()


@pytest.fixture
def refusing(allowed: Stand, mine: tuple[Org, StandInOrg]) -> Callable[..., None]:
    """Let the next refresh be refused with these words."""

    def refuse(error: str, description: str, **more: Any) -> None:
        message = description or " "
        allowed.world.faults.add(Rule("refused", kind="refresh", code=error, message=message, **more))
        expire_access_tokens(allowed, mine[1])

    return refuse


def kept() -> bool:
    connection = Connection.objects.get()
    return connection.is_connected and bool(connection.access_token) and bool(connection.refresh_token)


def test_every_rule_has_a_source_and_matches_itself() -> None:
    for rule in refusals.RULES:
        assert rule.source
        assert rule.code in REMEDIES
        assert rule_for(rule.error, rule.words) is rule, "an earlier rule takes it"


@pytest.mark.parametrize(
    ("error", "description", "meanings"),
    [
        *((*each, {Meaning.BUSY, Meaning.DOWN}) for each in PASSING),
        *((*each, {Meaning.FINAL}) for each in FINAL),
        *((*each, {Meaning.OPEN}) for each in OPEN),
    ],
)
def test_a_refusal_passes_is_final_or_is_neither(
    error: str, description: str, meanings: set[Meaning]
) -> None:
    assert rule_for(error, description).meaning in meanings


@pytest.mark.parametrize(("error", "description", "code"), EXPLAINED)
def test_what_a_sign_in_explains_a_refresh_explains_too(error: str, description: str, code: str) -> None:
    rule = rule_for(error, description)
    assert (rule.meaning, rule.code) == (Meaning.OPEN, code)


@pytest.mark.parametrize(("error", "description"), PASSING[:4])
def test_a_lock_that_passes_is_waited_for(
    refusing: Callable[..., None], mine: tuple[Org, StandInOrg], error: str, description: str
) -> None:
    refusing(error, description, times=1)
    assert client_for(mine[0]).query(ORG_QUERY)
    assert kept()


@pytest.mark.parametrize(("error", "description"), PASSING)
def test_a_refusal_that_passes_keeps_the_tokens(
    allowed: Stand, refusing: Callable[..., None], mine: tuple[Org, StandInOrg], error: str, description: str
) -> None:
    refusing(error, description)
    with pytest.raises(TemporaryProblem) as problem:
        client_for(mine[0]).query(ORG_QUERY)
    assert problem.value.code in ("TOKEN_ENDPOINT_BUSY", "rate_limit_exceeded")
    assert kept()
    allowed.world.faults.clear()
    assert client_for(mine[0]).query(ORG_QUERY), "the same refresh token is still good"


@pytest.mark.parametrize(("error", "description"), OPEN)
def test_what_nobody_knows_keeps_the_tokens_and_salesforces_own_words(
    allowed: Stand, refusing: Callable[..., None], mine: tuple[Org, StandInOrg], error: str, description: str
) -> None:
    refusing(error, description)
    with pytest.raises(oauth.GrantRefused) as refused:
        client_for(mine[0]).query(ORG_QUERY)
    assert description in refused.value.message
    assert refused.value.code in REMEDIES, "a page can explain it"
    assert error in ("invalid_grant", refused.value.code) or error in refused.value.message, "nothing is lost"
    assert kept()
    allowed.world.faults.clear()
    assert client_for(mine[0]).query(ORG_QUERY)


@pytest.mark.parametrize(("error", "description"), FINAL)
def test_a_final_refusal_ends_the_connection_at_once(
    allowed: Stand, refusing: Callable[..., None], mine: tuple[Org, StandInOrg], error: str, description: str
) -> None:
    refusing(error, description)
    mark = allowed.world.mark()
    with pytest.raises(NeedsReconnecting):
        client_for(mine[0]).query(ORG_QUERY)
    assert refreshes(allowed, mark) == 1
    connection = Connection.objects.get()
    assert connection.state == Connection.State.NEEDS_RECONNECTING
    assert not connection.refresh_token


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(429, b"", {"Retry-After": "0"}), "TOO_MANY_REQUESTS"),
        (Reply(503, b"<html>down</html>"), "MAINTENANCE_PAGE"),
        (Reply(502, b""), "HTTP_502"),
        (Reply(500, {"error": "invalid_grant", "error_description": "expired"}), "HTTP_500"),
        (Reply(200, b""), "UNREADABLE_ANSWER"),
        (Reply(200, b"<html>hello</html>"), "UNREADABLE_ANSWER"),
        (Reply(200, ["no", "object"]), "UNREADABLE_ANSWER"),
        (Reply(200, GRANT | {"access_token": "00D!a\r\nX: y"}), "UNREADABLE_ANSWER"),
        (Reply(200, GRANT | {"refresh_token": "5Aep\ud800"}), "UNREADABLE_ANSWER"),
        (Reply(400, b"<html>no</html>"), "UNREADABLE_ANSWER"),
        (Reply(404, b"<html>no</html>"), "UNREADABLE_ANSWER"),
        (Reply(401, GRANT), "TOKEN_REFUSED"),
        (Reply(201, GRANT), "TOKEN_REFUSED"),
        (Reply(403, [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]),
         "REQUEST_LIMIT_EXCEEDED"),
        (Reply(302, GRANT, {"Location": "https://elsewhere.example/token"}), "UNEXPECTED_REDIRECT"),
        (Reply(302, GRANT, {"Location": "https://login.salesforce.com/"}), "UNEXPECTED_REDIRECT"),
        (Reply(302, GRANT, {"Location": "https://intranet/blocked?for=acme.my.salesforce.com"}),
         "UNEXPECTED_REDIRECT"),
        (Reply(302, GRANT, {"Location": "/services/oauth2/token2"}), "UNEXPECTED_REDIRECT"),
        (Reply(302, GRANT), "UNEXPECTED_REDIRECT"),
    ],
)  # fmt: skip
def test_only_a_json_answer_with_status_200_is_a_grant_and_no_other_ends_one(
    allowed: Stand, mine: tuple[Org, StandInOrg], monkeypatch: pytest.MonkeyPatch, reply: Reply, code: str
) -> None:
    expire_access_tokens(allowed, mine[1])
    with answering(reply) as script, monkeypatch.context() as patch:
        patch.setattr("orgs.hosts.token_endpoint", lambda origin: script.url)
        with pytest.raises(SalesforceError) as problem:
            client_for(mine[0]).query(ORG_QUERY)
    assert problem.value.code == code
    assert kept()
    assert not Org.objects.get().moved_to
    assert client_for(mine[0]).query(ORG_QUERY)


@pytest.mark.parametrize("body", [[{"errorCode": "ODD", "message": "Quite odd."}], ["Quite odd."]])
def test_a_refusal_in_a_list_keeps_its_words(
    allowed: Stand, mine: tuple[Org, StandInOrg], monkeypatch: pytest.MonkeyPatch, body: object
) -> None:
    expire_access_tokens(allowed, mine[1])
    with answering(Reply(400, body)) as script, monkeypatch.context() as patch:
        patch.setattr("orgs.hosts.token_endpoint", lambda origin: script.url)
        with pytest.raises(oauth.GrantRefused) as refused:
            client_for(mine[0]).query(ORG_QUERY)
    assert refused.value.code in REMEDIES
    assert "Quite odd." in refused.value.message
    assert kept()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_an_org_whose_my_domain_was_renamed_is_known_by_its_new_address(
    allowed: Stand, mine: tuple[Org, StandInOrg], monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    expire_access_tokens(allowed, mine[1])
    location = {"Location": "https://acme-new.my.salesforce.com/services/oauth2/token"}
    with answering(Reply(status, b"", location)) as script, monkeypatch.context() as patch:
        patch.setattr("orgs.hosts.token_endpoint", lambda origin: script.url)
        with pytest.raises(OrgMoved) as moved:
            client_for(mine[0]).query(ORG_QUERY)
    assert moved.value.message == "acme-new.my.salesforce.com"
    org = Org.objects.get()
    assert org.sign_in_at == "https://acme-new.my.salesforce.com"
    assert org.instance_url == mine[0].instance_url, "no token goes where an answer says"
    assert kept()


def test_a_data_call_that_is_redirected_to_another_my_domain_tells_it_too(
    mine: tuple[Org, StandInOrg],
) -> None:
    """And an answer of the old one tells that it is there as before."""
    location = {"Location": "https://acme-new.my.salesforce.com/services/data/v66.0/query"}
    with answering(Reply(302, b"", location)) as script:
        for call in (lambda c: c.query(ORG_QUERY), lambda c: c.composite([_sub()])):
            Connection.objects.update(origin=script.url)
            with pytest.raises(OrgMoved):
                call(client_for(Org.objects.get()))
            assert Org.objects.get().moved_host == "acme-new.my.salesforce.com"
            Connection.objects.update(origin=mine[0].instance_url)
            call(client_for(Org.objects.get()))
            assert Org.objects.get().sign_in_at == mine[0].login_origin


@pytest.mark.parametrize("network", ["https://intranet/blocked", "https://proxy/auth", "//sso/login"])
def test_a_page_of_somebodys_network_is_no_new_address_of_an_org(
    mine: tuple[Org, StandInOrg], network: str
) -> None:
    with answering(Reply(302, b"", {"Location": network})) as script:
        Connection.objects.update(origin=script.url)
        with pytest.raises(Refused, match="UNEXPECTED_REDIRECT"):
            client_for(mine[0]).query(ORG_QUERY)
    assert not Org.objects.get().moved_to


def _sub() -> object:
    from orgs.salesforce.client import Sub

    return Sub.query("a", ORG_QUERY)


@pytest.mark.parametrize("kind", ["revoke", "exchange", "refresh"])
def test_no_call_sends_somebody_elses_netrc_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    pair = oauth.ClientCredentials("id", "secret")
    with answering(Reply(200, GRANT)) as script:
        if kind == "revoke":
            oauth.revoke(script.url, "a-token")
        elif kind == "exchange":
            oauth.exchange(script.url, pair, code="c", verifier="v" * 43)
        else:
            oauth.refresh(script.url, pair, "a-token")
    assert "Authorization" not in script.seen[0].headers
    assert b"token=a-token" in script.seen[0].body or b"code=c" in script.seen[0].body


def test_a_proxy_of_the_environment_is_still_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(Reply(200, GRANT)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        oauth.revoke("http://acme.example", "a-token")
    assert proxy.seen[0].path.startswith("http://acme.example/")


def test_a_refusal_of_a_revoked_token_is_no_refusal() -> None:
    with answering(Reply(400, {"error": "invalid_token"})) as script:
        oauth.revoke(script.url, "a-token")
    with answering(Reply(302, b"", {"Location": "https://x.example/"})) as script, pytest.raises(Refused):
        oauth.revoke(script.url, "a-token")
