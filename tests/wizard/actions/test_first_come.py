"""Two at once at what only one gets: each with a connection to the database of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from orgs.hosts import Identity
from orgs.models import Connection, Org
from orgs.oauth import Grant
from orgs.sign_in import flow
from orgs.sign_in.callbacks import OrgIdentity, SignInResult
from orgs.sign_in.pending import SignIn
from teams.models import SetupGuest, Team, User
from tests import other_connection
from tests.wizard.given import given, given_team
from wizard.actions import admit, bind_org, guest_links, start
from wizard.actions.start import open_setup
from wizard.guests import invitations, permissions
from wizard.models import GuestInvitation

pytestmark = pytest.mark.django_db(transaction=True)
LINE = "permitted_users"

ORG_ID = "00D000000000001AAA"
ORIGIN = "https://contoso.my.salesforce.com"


def arrival_of(who: str, about: object, org: Org) -> SignInResult:
    """`who` has come back from Contoso's org."""
    sign_in = SignIn(
        origin=ORIGIN, verifier=who, team=str(org.team_id), org=str(org.pk), next_url="", about=str(about)
    )
    grant = Grant(access_token=f"a-{who}", refresh_token=f"r-{who}", instance_url=ORIGIN, identity_url="",
                  scopes="api")  # fmt: skip
    seen = OrgIdentity(org_id=ORG_ID, name="Contoso", is_sandbox=False, api_version="66.0", known={},
                username=who, display_name=who)  # fmt: skip
    return SignInResult(sign_in, grant, Identity(ORIGIN, ORG_ID, "005000000000001AAA"), seen)


class Meanwhile:
    """Does what it replaces, and then, with the transaction of the first still open, begins the other act."""

    def __init__(self, real: Callable[..., object], other: Callable[[], object]) -> None:
        self._real, self._other = real, other
        self.begun: Future[Any] | None = None

    def __call__(self, *args: object) -> object:
        answer = self._real(*args)
        if self.begun is None and threading.current_thread() is threading.main_thread():
            self.begun = other_connection.begin(self._other)
            assert not self.begun.done(), "it waits for us"
        return answer

    def result(self) -> Any:
        assert self.begun is not None
        return self.begun.result(other_connection.PATIENCE)


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose grants were ended at Salesforce."""
    told: list[str] = []
    monkeypatch.setattr(flow, "discard_grant", lambda arrival: told.append(arrival.sign_in.verifier))
    return told


@pytest.mark.parametrize("known", [False, True])
def test_of_two_who_sign_in_for_a_new_client_the_first_connects_and_the_other_s_grant_is_ended(
    team: Team, dana: User, sam: User, known: bool, ended: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = start.begin_for_client(given_team(team, dana), dana, "Contoso")
    if known:
        org = Org.objects.create(team=team, name="Known", org_id=ORG_ID, instance_url=ORIGIN)
        Connection.objects.create(org=org, state=Connection.State.REVOKED)

    def sign_in(who: str, user: User) -> str:
        theirs = given(setup, user)
        arrival = arrival_of(who, setup.pk, theirs.org)
        flow.settle(arrival, lambda: (None, bind_org.connect_for_client(theirs, user, arrival)))
        return theirs.org.org_id

    second = Meanwhile(bind_org.take_connection, lambda: sign_in("sam", sam))
    monkeypatch.setattr(bind_org, "take_connection", second)
    assert sign_in("dana", dana) == ORG_ID
    assert second.result() == ORG_ID
    assert ended == ["sam"]
    assert Connection.objects.get(org__org_id=ORG_ID).username == "dana"


def test_who_comes_by_a_link_while_it_is_taken_back_is_out(
    team: Team, dana: User, ended: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    org = Org.objects.create(team=team, name="Contoso", org_id=ORG_ID, instance_url=ORIGIN)
    Connection.objects.create(org=org, state=Connection.State.CONNECTED)
    setup, _is_new = open_setup(org, dana)
    invitation, _link = guest_links.make(setup, ["policies"], dana)
    monkeypatch.setattr(permissions, "note", lambda *_: None)

    def take_back() -> bool:
        return guest_links.revoke(
            GuestInvitation.objects.select_related("setup__org").get(pk=invitation.pk), dana
        )

    taking_back = Meanwhile(admit._let_in, take_back)
    monkeypatch.setattr(admit, "_let_in", taking_back)
    entry, _kept = admit.admit(arrival_of("gia", invitation.pk, org))
    assert taking_back.result() is True
    assert SetupGuest.objects.get(user=entry.user).ended_at is not None
    assert invitations.setups_of(entry.user) == []
