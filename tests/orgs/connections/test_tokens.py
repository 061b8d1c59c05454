from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet
from django.db import connection as database
from django.db import transaction
from pytest_django import Settings

from orgs import oauth
from orgs.connections import tokens
from orgs.connections.client import client_for
from orgs.fields import Secret
from orgs.models import Connection, Org
from orgs.salesforce.errors import NeedsReconnecting, NoAnswer
from simulator.org.store import Org as StandInOrg
from simulator.server import Stand
from tests import other_connection
from tests.fixture_types import Connected

pytestmark = pytest.mark.django_db(transaction=True)

ORG_QUERY = "SELECT Id FROM Organization"


@pytest.fixture
def mine(connected: Connected) -> tuple[Org, StandInOrg]:
    return connected()


def expire_access_tokens(stand: Stand, org: StandInOrg) -> None:
    with stand.world.lock:
        for value in [value for value, token in stand.world.tokens.items() if token.org_id == org.id]:
            del stand.world.tokens[value]


def refreshes(stand: Stand, mark: int) -> int:
    return sum(entry.path == "/services/oauth2/token" for entry in stand.world.log_since(mark))


def test_an_expired_token_is_refreshed_and_the_rotated_one_kept(
    allowed: Stand, mine: tuple[Org, StandInOrg]
) -> None:
    org, theirs = mine
    old = Connection.objects.get()
    expire_access_tokens(allowed, theirs)
    assert client_for(org).query(ORG_QUERY)
    new = Connection.objects.get()
    assert new.access_token != old.access_token
    assert new.refresh_token != old.refresh_token
    expire_access_tokens(allowed, theirs)
    assert client_for(org).query(ORG_QUERY), "the rotated refresh token was saved"


def test_fifty_workers_on_one_expired_rotating_token_refresh_once(
    allowed: Stand, mine: tuple[Org, StandInOrg]
) -> None:
    org, theirs = mine
    expire_access_tokens(allowed, theirs)
    mark = allowed.world.mark()

    def work(_: int) -> int:
        try:
            return len(client_for(org).query(ORG_QUERY))
        finally:
            database.close()

    with ThreadPoolExecutor(50) as pool:
        results = list(pool.map(work, range(50)))
    assert results == [1] * 50
    assert refreshes(allowed, mark) == 1
    assert Connection.objects.get().is_connected


def test_without_rotation_the_old_refresh_token_is_kept(allowed: Stand, mine: tuple[Org, StandInOrg]) -> None:
    org, theirs = mine
    theirs.switches.rotate_refresh_tokens = False
    old = Connection.objects.get().refresh_token
    expire_access_tokens(allowed, theirs)
    assert client_for(org).query(ORG_QUERY)
    assert Connection.objects.get().refresh_token == old


def test_a_revoked_grant_needs_reconnecting_and_its_tokens_are_erased(
    allowed: Stand, mine: tuple[Org, StandInOrg]
) -> None:
    org, theirs = mine
    with allowed.world.lock:
        allowed.world.extra["refresh_tokens"].clear()
    expire_access_tokens(allowed, theirs)
    with pytest.raises(NeedsReconnecting) as lost:
        client_for(org).query(ORG_QUERY)
    assert lost.value.code == "invalid_grant"
    connection = Connection.objects.get()
    assert connection.state == Connection.State.NEEDS_RECONNECTING
    assert not connection.access_token
    assert not connection.refresh_token
    mark = allowed.world.mark()
    with pytest.raises(NeedsReconnecting):
        client_for(Org.objects.get())
    assert allowed.world.log_since(mark) == [], "nothing is asked with a grant that is known to be gone"


def test_the_state_of_the_app_in_the_org_is_no_lost_grant(
    allowed: Stand, mine: tuple[Org, StandInOrg]
) -> None:
    org, theirs = mine
    theirs.switches.our_app = "not_approved"
    expire_access_tokens(allowed, theirs)
    with pytest.raises(oauth.GrantRefused) as refused:
        client_for(org).query(ORG_QUERY)
    assert refused.value.code == "invalid_app_access"
    theirs.switches.our_app = "installed"
    assert client_for(org).query(ORG_QUERY), "approved again: it goes on without a new sign-in"


def test_an_unreachable_token_endpoint_loses_nothing(
    allowed: Stand, mine: tuple[Org, StandInOrg], monkeypatch: pytest.MonkeyPatch
) -> None:
    org, theirs = mine
    expire_access_tokens(allowed, theirs)
    with monkeypatch.context() as patch:
        patch.setattr("orgs.hosts.token_endpoint", lambda origin: "http://127.0.0.1:9/token")
        with pytest.raises(NoAnswer):
            client_for(org).query(ORG_QUERY)
    assert client_for(org).query(ORG_QUERY)


def test_a_refresh_inside_a_transaction_is_refused_before_anything_is_sent(
    allowed: Stand, mine: tuple[Org, StandInOrg]
) -> None:
    org, theirs = mine
    expire_access_tokens(allowed, theirs)
    mark = allowed.world.mark()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        client_for(org).query(ORG_QUERY)
    assert refreshes(allowed, mark) == 0


def test_a_connection_without_a_refresh_token_needs_reconnecting(
    allowed: Stand, mine: tuple[Org, StandInOrg]
) -> None:
    org, theirs = mine
    Connection.objects.update(refresh_token=Secret())
    expire_access_tokens(allowed, theirs)
    with pytest.raises(NeedsReconnecting) as lost:
        client_for(org).query(ORG_QUERY)
    assert lost.value.code == "NO_REFRESH_TOKEN"


def test_side_by_side_composites_refresh_once(allowed: Stand, mine: tuple[Org, StandInOrg]) -> None:
    from orgs.salesforce.client import Sub

    org, theirs = mine
    expire_access_tokens(allowed, theirs)
    mark = allowed.world.mark()
    batches = [[Sub.query("a", ORG_QUERY)] for _ in range(3)]
    results = client_for(org).composite_side_by_side(batches)
    assert [len(batch[0].records()) for batch in results] == [1, 1, 1]
    assert refreshes(allowed, mark) == 1


def test_usage_is_kept_on_the_connection(mine: tuple[Org, StandInOrg]) -> None:
    org, theirs = mine
    theirs.switches.api_limit = 1000
    client_for(org).query(ORG_QUERY)
    connection = Connection.objects.get()
    assert connection.api_limit == 1000
    assert connection.api_used
    assert connection.last_used_at > connection.granted_at


def test_a_new_key_encrypts_and_the_old_one_still_opens(
    mine: tuple[Org, StandInOrg], settings: Settings
) -> None:
    org, _ = mine
    settings.TOKEN_KEYS = [Fernet.generate_key().decode(), *settings.TOKEN_KEYS]
    assert client_for(org).query(ORG_QUERY)
    connection = Connection.objects.get()
    connection.access_token = connection.access_token.resealed()
    connection.save()
    settings.TOKEN_KEYS = settings.TOKEN_KEYS[:1]
    assert Connection.objects.get().access_token.reveal()


def test_a_lost_key_asks_for_reconnecting_instead_of_breaking_pages(
    mine: tuple[Org, StandInOrg], settings: Settings
) -> None:
    org, _ = mine
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    assert str(Connection.objects.select_related("org").get())
    with pytest.raises(NeedsReconnecting) as lost:
        client_for(org).query(ORG_QUERY)
    assert lost.value.code == "TOKEN_KEY_LOST"
    assert not tokens.revoke(Connection.objects.get()), "Salesforce can't be told"
    assert not Connection.objects.get().refresh_token, "what can't be decrypted is at least erased"


def test_a_refresh_that_waited_asks_where_the_org_is_now(
    allowed: Stand, mine: tuple[Org, StandInOrg]
) -> None:
    org, theirs = mine
    stale = Connection.objects.get().access_token.reveal()
    expire_access_tokens(allowed, theirs)
    Org.objects.update(instance_url="http://127.0.0.1:9")
    with transaction.atomic():
        Connection.objects.select_for_update().get()
        begun = other_connection.begin(lambda: tokens.refresh(org.connection.pk, stale))
        Org.objects.update(instance_url=org.instance_url)
    assert begun.result(other_connection.PATIENCE) != stale
