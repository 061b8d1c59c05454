"""Signing in to an org: from the address typed to a connection that works."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DataError, transaction
from django.http import Http404, HttpRequest

from orgs import hosts, oauth
from orgs.connections import credentials, revocation, tokens
from orgs.discovery import best_version, describe_subs, known_from
from orgs.models import Connection, Org
from orgs.oauth import Grant
from orgs.salesforce.client import Client, Sub
from orgs.salesforce.errors import OrgMoved, SalesforceError
from orgs.salesforce.soql import Names, soql
from orgs.sign_in import callbacks, pending
from orgs.sign_in.callbacks import PATIENCE, FreshSession, OrgIdentity, SignInResult
from orgs.sign_in.classify import classify, code_for
from orgs.sign_in.errors import SignInProblem
from orgs.sign_in.pending import SignIn
from teams.access import Action, fetch_for
from teams.models import Team, User

ORGANIZATION_FIELDS = ("Id", "Name", "IsSandbox")
_ORGANIZATION = soql("SELECT {fields} FROM Organization", fields=Names(ORGANIZATION_FIELDS))

#: Answers without what every org has, or of another kind: not Salesforce's, whoever sent them.
MALFORMED = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)

_ARRIVED = "arrived_org"  # of a session

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Arrived:
    """What a member's sign-in has made of an org's connection."""

    org: Org
    kept: bool  # False: somebody else's live connection stays, and the new grant was ended
    before: str  # the Salesforce user that it was connected as, where that is another one
    state: str = ""  # of the connection before

    @property
    def is_another_user(self) -> bool:
        """Whether the org is worked in as another Salesforce user from now on."""
        return self.kept and bool(self.before)


def start(
    request: HttpRequest,
    login_origin: str,
    next_url: str = "",
    *,
    team: Team,
    org: Org | None = None,
    as_another: bool = False,
    **ending: Any,
) -> str:
    """The address at Salesforce that the browser goes to. `org` is who must come back.

    `ending` are the fields of a `SignIn` with an end of its own: see `orgs.sign_in.callbacks`.
    """
    pair = credentials.credentials_for(team.pk, org, login_origin)
    if not pair.client_id:
        raise SignInProblem("not_configured")
    sign_in = SignIn(
        origin=login_origin,
        verifier=oauth.new_verifier(),
        team=str(team.pk),
        org=str(org.pk) if org else "",
        next_url=next_url,
        fresh=as_another,
        **ending,
    )
    state = pending.add(request.session, sign_in)
    return oauth.authorize_url(
        login_origin,
        pair,
        state=state,
        verifier=sign_in.verifier,
        prompt="login" if as_another else "",
    )


def returned(request: HttpRequest) -> tuple[SignIn, str]:
    """The sign-in that this return from Salesforce belongs to, and the one-time code.

    Raises `SignInProblem`, or `StateProblem` for a return that nobody waits for.
    """
    sign_in = pending.take(request.session, request.GET.get("state", ""))
    if error := request.GET.get("error", ""):
        description = request.GET.get("error_description", "")
        raw = _short(f"{error}: {description}")
        raise SignInProblem(classify(error, description), sign_in=sign_in, raw=raw, step="authorize")
    if not (code := request.GET.get("code", "")):
        raise SignInProblem("no_code", sign_in=sign_in, step="authorize")
    return sign_in, code


def finish(request: HttpRequest, user: User, sign_in: SignIn, code: str) -> Arrived:
    """A member connects an org, or connects it again. Raises `SignInProblem`.

    Who asked for no org in particular takes nobody's live connection over: Salesforce's open session may
    have chosen the org, and a connection that works stays whose it is.
    """
    expected = _expected(sign_in, user)
    team = (
        expected.team
        if expected
        else fetch_for(user, Action.CONNECT, Team.objects.all(), team_field="pk", pk=sign_in.team)
    )
    arrival = arrive(sign_in, code, expected)
    arrived = settle(arrival, lambda: _keep_expected(arrival, expected, team, user))
    pending.note_used(request.session, request.GET.get("state", ""), str(arrived.org.pk))
    request.session[_ARRIVED] = [str(arrived.org.pk), arrived.kept, arrived.before, arrived.state]
    return arrived


def last_arrival(session: pending.SessionData, org: Org) -> Arrived | None:
    """What the last sign-in of this browser has made of this org's connection: told once."""
    of, *more = session.pop(_ARRIVED, ("",))
    return Arrived(org, *more) if of == str(org.pk) else None


def settle(arrival: SignInResult, act: Callable[[], tuple[T, bool]]) -> T:
    """What `act` gives. The grant is ended at once where `act` says that it did not keep it, or refuses.

    Around every transaction, so that the revoking stays. Any other mistake tells nothing of the grant: it
    may be the org's connection by then.
    """
    try:
        result, kept = act()
    except DataError as rubbish:  # what they sent may not fit into any row
        raise _unreadable(rubbish, arrival.grant, arrival.identity, arrival.sign_in) from None
    except (SignInProblem, PermissionDenied, Http404):
        discard_grant(arrival)
        raise
    if not kept:
        discard_grant(arrival)
    return result


def discard_grant(arrival: SignInResult) -> None:
    team_id = arrival.sign_in.team
    revocation.end_unwanted(arrival.identity.origin, arrival.seen.name, arrival.grant, team_id=team_id)


def _keep_expected(
    arrival: SignInResult, expected: Org | None, team: Team, user: User
) -> tuple[Arrived, bool]:
    if expected is None:
        _refuse_for_an_own_app(arrival, team)
    elif expected.org_id != arrival.seen.org_id:
        code = "same_name_org" if is_namesake(expected, arrival) else "different_org"
        raise SignInProblem(code, sign_in=arrival.sign_in, expected=expected.name, got=arrival.seen.name)
    old = Connection.objects.filter(org__team=team, org__org_id=arrival.seen.org_id).first()
    another = old is not None and old.user_id[:15] != arrival.user_id
    kept = expected is not None or not (old and another and old.is_connected)
    org = _keep(arrival, team, user if kept else None)
    return Arrived(org, kept, old.username if old and another else "", old.state if old else ""), kept


def is_namesake(org: Org, arrival: SignInResult) -> bool:
    """Another org that a person takes for this one: a refreshed sandbox keeps its name or address."""
    # A practice org's address is that of several orgs.
    of_one_org = org.instance_url not in settings.SALESFORCE_EXTRA_ORIGINS
    same_address = of_one_org and org.instance_url == arrival.identity.origin
    return callbacks.same_name(org.name, arrival) or same_address


def _refuse_for_an_own_app(arrival: SignInResult, team: Team) -> None:
    """Of an org with an app of its own a grant of ours could not be renewed. Raises `SignInProblem`."""
    own = Org.objects.filter(team=team, org_id=arrival.seen.org_id).exclude(client_id="").first()
    if own is not None:
        raise SignInProblem("own_app", sign_in=replace(arrival.sign_in, org=str(own.pk)), got=own.name)


def _expected(sign_in: SignIn, user: User) -> Org | None:
    if not sign_in.org:
        return None
    return fetch_for(user, Action.CONNECT, Org.objects.select_related("team"), pk=sign_in.org)


def arrive(sign_in: SignIn, code: str, org: Org | None) -> SignInResult:
    """Who came back, from which org; a grant that can't be told whose it is, is revoked at once."""
    pair = credentials.credentials_for(sign_in.team, org, sign_in.origin)
    try:
        grant = tokens.with_retries(
            lambda: oauth.exchange(sign_in.origin, pair, code=code, verifier=sign_in.verifier)
        )
    except SalesforceError as error:
        if org and isinstance(error, OrgMoved) and org.may_answer_at(sign_in.origin):
            Org.objects.filter(pk=org.pk).update(moved_to=error.origin)
        raise _problem(error, sign_in, "token") from None
    try:
        identity = hosts.check_returned(sign_in.origin, grant.instance_url, grant.identity_url)
    except hosts.HostMismatch as mismatch:
        revocation.end_unwanted(sign_in.origin, "", grant, team_id=sign_in.team)
        hosts_told = {"asked": mismatch.asked, "answered": _short(mismatch.answered)}
        raise SignInProblem("wrong_host", sign_in=sign_in, step="identity", **hosts_told) from None
    _refuse_another_place(sign_in, grant, identity)
    try:
        return SignInResult(sign_in, grant, identity, _fetch_identity(grant, identity))
    except SalesforceError as error:
        revocation.end_unwanted(identity.origin, "", grant, team_id=sign_in.team)
        raise _problem(error, sign_in, "identity") from None
    except MALFORMED as rubbish:
        raise _unreadable(rubbish, grant, identity, sign_in) from None


def _refuse_another_place(sign_in: SignIn, grant: Grant, identity: hosts.Identity) -> None:
    """An org that the team knows from elsewhere: whoever answers here may not take its place."""
    known = Org.objects.filter(team_id=sign_in.team, org_id__startswith=identity.org_id[:15]).first()
    if known and not known.may_answer_at(identity.origin):
        revocation.end_unwanted(identity.origin, "", grant, team_id=sign_in.team)
        told = {"expected": known.name, "asked": known.host}
        raise SignInProblem("another_place", sign_in=sign_in, step="identity", **told)


def _unreadable(problem: Exception, grant: Grant, identity: hosts.Identity, sign_in: SignIn) -> SignInProblem:
    log.warning("Unreadable answers after a sign-in at %s: %s", identity.origin, type(problem).__name__)
    revocation.end_unwanted(identity.origin, "", grant, team_id=sign_in.team)
    return SignInProblem("salesforce_down", sign_in=sign_in, raw="UNREADABLE_ANSWER", step="identity")


def _fetch_identity(grant: Grant, identity: hosts.Identity) -> OrgIdentity:
    """Who and what this is: the versions, the person, then the org and its fields in one composite."""
    session = FreshSession(identity.origin, grant.access_token)
    with Client(session, "0.0", timeout=oauth.TIMEOUT, patience=PATIENCE) as unversioned:
        version = best_version(unversioned.versions())
    with Client(session, version, timeout=oauth.TIMEOUT, patience=PATIENCE) as client:
        person = client.user_info()
        query = Sub.query("organization", _ORGANIZATION)
        organization, *described = client.composite([query, *describe_subs()])
        row = organization.records()[0]
        if str(row["Id"])[:15] != identity.org_id[:15]:
            raise SalesforceError("WRONG_ORG", "The token is for another org than the identity URL says.")
        return OrgIdentity(
            org_id=str(row["Id"]),
            name=_plain(row["Name"]),
            is_sandbox=bool(row["IsSandbox"]),
            api_version=version,
            known=known_from(described, client),
            username=_plain(person.get("preferred_username", "")),
            display_name=_plain(person.get("name", "")),
            language=_plain(person.get("language") or "")[:20],
        )


def _keep(arrival: SignInResult, team: Team, user: User | None) -> Org:
    """Create the org, or update it: an org that the team knows is never doubled. Connect it for `user`."""
    with transaction.atomic():
        org, _ = Org.objects.update_or_create(
            team=team, org_id=arrival.seen.org_id, defaults=what_it_is(arrival)
        )
        if user:
            connect(org, arrival, user)
    return org


def what_it_is(arrival: SignInResult) -> dict[str, object]:
    """The fields of an `Org` that a sign-in tells."""
    seen = arrival.seen
    return {
        "name": seen.name,
        "is_sandbox": seen.is_sandbox,
        "instance_url": arrival.identity.origin,
        "login_origin": arrival.sign_in.origin,
        "moved_to": "",
        "api_version": seen.api_version,
        "known": seen.known,
    }


def connect(org: Org, arrival: SignInResult, user: User) -> None:
    """Keep the grant as this org's connection."""
    tokens.store_grant(
        org,
        arrival.grant,
        arrival.identity,
        username=arrival.seen.username,
        display_name=arrival.seen.display_name,
        language=arrival.seen.language,
        person=user,
    )


def _problem(error: SalesforceError, sign_in: SignIn, step: str) -> SignInProblem:
    if isinstance(error, OrgMoved):
        there = replace(sign_in, origin=error.origin)
        return SignInProblem("org_moved", sign_in=there, step=step, moved_to=error.message)
    said = "" if error.message == error.code else error.message
    raw = _short(f"{error.code}: {said}")
    return SignInProblem(code_for(error), sign_in=sign_in, raw=raw, step=step)


def _plain(value: object) -> str:
    """What fits into the database, whatever was sent: no NUL, and no half of a character."""
    return str(value).replace("\0", "").encode(errors="replace").decode()[:255]


def _short(text: str) -> str:
    return text.strip(": ")[:300]
