"""Signing in to an org: from the address typed to a connection that works."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import DataError, transaction
from django.http import HttpRequest

from orgs import hosts, oauth
from orgs.connections import revocation, tokens
from orgs.discovery import best_version, describe_subs, known_from
from orgs.models import Org
from orgs.oauth import ClientCredentials, Grant
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

log = logging.getLogger(__name__)


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
    pair = tokens.credentials_for(org) if org else ClientCredentials.ours()
    if not pair.client_id:
        raise SignInProblem("not_configured")
    sign_in = SignIn(
        origin=login_origin,
        verifier=oauth.new_verifier(),
        team=str(team.pk),
        org=str(org.pk) if org else "",
        next_url=next_url,
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
        raise SignInProblem(
            classify(error, description), sign_in=sign_in, raw=_short(f"{error}: {description}")
        )
    if not (code := request.GET.get("code", "")):
        raise SignInProblem("no_code", sign_in=sign_in)
    return sign_in, code


def finish(request: HttpRequest, user: User, sign_in: SignIn, code: str) -> Org:
    """A member connects an org, or connects it again. Raises `SignInProblem`."""
    expected = _expected(sign_in, user)
    team = (
        expected.team
        if expected
        else fetch_for(user, Action.CONNECT, Team.objects.all(), team_field="pk", pk=sign_in.team)
    )
    arrival = arrive(sign_in, code, expected)
    if expected and expected.org_id != arrival.seen.org_id:
        callbacks.discard_grant(arrival)
        code = "same_name_org" if is_namesake(expected, arrival) else "different_org"
        raise SignInProblem(code, sign_in=sign_in, expected=expected.name, got=arrival.seen.name)
    if expected is None:
        _refuse_for_an_own_app(arrival, team)
    with storable(arrival):
        org = _keep(arrival, team, user)
    pending.note_used(request.session, request.GET.get("state", ""), str(org.pk))
    return org


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
        callbacks.discard_grant(arrival)
        raise SignInProblem("own_app", sign_in=replace(arrival.sign_in, org=str(own.pk)), got=own.name)


def _expected(sign_in: SignIn, user: User) -> Org | None:
    if not sign_in.org:
        return None
    return fetch_for(user, Action.CONNECT, Org.objects.select_related("team"), pk=sign_in.org)


def arrive(sign_in: SignIn, code: str, org: Org | None) -> SignInResult:
    """Who came back, from which org; a grant that can't be told whose it is, is revoked at once."""
    pair = tokens.credentials_for(org) if org else ClientCredentials.ours()
    try:
        grant = tokens.with_retries(
            lambda: oauth.exchange(sign_in.origin, pair, code=code, verifier=sign_in.verifier)
        )
    except SalesforceError as error:
        if org and isinstance(error, OrgMoved):
            Org.objects.filter(pk=org.pk).update(moved_to=error.origin)
        raise _problem(error, sign_in) from None
    try:
        identity = hosts.check_returned(sign_in.origin, grant.instance_url, grant.identity_url)
    except hosts.HostMismatch as mismatch:
        revocation.end_unwanted(sign_in.origin, "", grant, team_id=sign_in.team)
        raise SignInProblem(
            "wrong_host", sign_in=sign_in, asked=mismatch.asked, answered=_short(mismatch.answered)
        ) from None
    try:
        return SignInResult(sign_in, grant, identity, _fetch_identity(grant, identity))
    except SalesforceError as error:
        revocation.end_unwanted(identity.origin, "", grant, team_id=sign_in.team)
        raise _problem(error, sign_in) from None
    except MALFORMED as rubbish:
        raise _unreadable(rubbish, grant, identity, sign_in) from None


@contextmanager
def storable(arrival: SignInResult) -> Iterator[None]:
    """What they sent may not fit into any row. Around a transaction, so that the revoking stays."""
    try:
        yield
    except DataError as rubbish:
        raise _unreadable(rubbish, arrival.grant, arrival.identity, arrival.sign_in) from None


def _unreadable(problem: Exception, grant: Grant, identity: hosts.Identity, sign_in: SignIn) -> SignInProblem:
    log.warning("Unreadable answers after a sign-in at %s: %s", identity.origin, type(problem).__name__)
    revocation.end_unwanted(identity.origin, "", grant, team_id=sign_in.team)
    return SignInProblem("salesforce_down", sign_in=sign_in, raw="UNREADABLE_ANSWER")


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
        )


def _keep(arrival: SignInResult, team: Team, user: User) -> Org:
    """Create the org, or update it: an org that the team knows is never doubled."""
    with transaction.atomic():
        org, _ = Org.objects.update_or_create(
            team=team, org_id=arrival.seen.org_id, defaults=what_it_is(arrival)
        )
        connect(org, arrival, user)
    return org


def what_it_is(arrival: SignInResult) -> dict[str, Any]:
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
        person=user,
    )


def _problem(error: SalesforceError, sign_in: SignIn) -> SignInProblem:
    if isinstance(error, OrgMoved):
        return SignInProblem(
            "org_moved", sign_in=replace(sign_in, origin=error.origin), moved_to=error.message
        )
    return SignInProblem(code_for(error), sign_in=sign_in, raw=_short(f"{error.code}: {error.message}"))


def _plain(value: Any) -> str:
    """What fits into the database, whatever was sent: no NUL, and no half of a character."""
    return str(value).replace("\0", "").encode(errors="replace").decode()[:255]


def _short(text: str) -> str:
    return text.strip(": ")[:300]
