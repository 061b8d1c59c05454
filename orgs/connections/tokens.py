"""The only writer of tokens.

Refresh tokens are assumed to rotate: every refresh gives a new one and kills the old
one, and using an old one again may end the whole grant (fact sheet, section 7b). So the
connection's row is locked while we refresh, whoever waited uses what was saved
meanwhile, and a new token is committed before it is used.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from orgs import audit, oauth, signals
from orgs.connections import credentials
from orgs.connections import revocation as revocations
from orgs.connections.refusals import Meaning, is_busy, rule_for
from orgs.fields import Secret, SecretField, Unreadable
from orgs.hosts import Identity
from orgs.models import Connection, Org, OrgUser, Revocation
from orgs.oauth import Grant, GrantRefused
from orgs.salesforce.errors import (
    NeedsReconnecting,
    OrgMoved,
    SalesforceError,
    TemporaryProblem,
    proves_nothing_happened,
)
from teams.models import User

_PAUSES = (0.5, 1.0)
_LONGEST_PAUSE = 3.0  # the connection's row is locked meanwhile


class ConnectionSession:
    """Where the client of a connected org gets its tokens from."""

    def __init__(self, connection_id: int, instance_url: str) -> None:
        self._connection_id = connection_id
        self.instance_url = instance_url

    def access_token(self) -> str:
        connection = Connection.objects.get(pk=self._connection_id)
        return usable_token(connection)

    def refresh(self, stale: str) -> str:
        return refresh(self._connection_id, stale)

    def moved(self, origin: str) -> None:
        note_moved(self._connection_id, origin)

    def __repr__(self) -> str:
        return f"ConnectionSession({self._connection_id})"


def usable_token(connection: Connection) -> str:
    """The access token of a connection that may be used; raises `NeedsReconnecting`."""
    if not connection.is_connected or not connection.access_token:
        raise needs_reconnecting(connection)
    try:
        return connection.access_token.reveal()
    except Unreadable:
        raise NeedsReconnecting("TOKEN_KEY_LOST", "The key of the stored token is gone.") from None


def needs_reconnecting(connection: Connection) -> NeedsReconnecting:
    code = "DISCONNECTED" if connection.state == Connection.State.REVOKED else "invalid_grant"
    return NeedsReconnecting(code, "This org has to be connected again.")


def refresh(connection_id: int, stale: str) -> str:
    """A token that is not `stale`, refreshed at most once however many ask at the same time.

    `durable` makes sure that no transaction of the caller can roll back a rotated token.
    """
    with transaction.atomic(durable=True):
        connection = _locked(connection_id)
        token = usable_token(connection)
        if token != stale:
            return token
        problem = _refresh_locked(connection)
    if problem:  # raised after the commit: the new state must stay
        raise problem
    return connection.access_token.reveal()


def _locked(connection_id: int) -> Connection:
    """Without its org: a join would give that from before the wait for the lock."""
    return Connection.objects.select_for_update(no_key=True).get(pk=connection_id)


def _refresh_locked(connection: Connection) -> SalesforceError | None:
    if not connection.refresh_token:
        return _lost(connection, "NO_REFRESH_TOKEN", "The sign-in has expired and can't be renewed.")
    try:
        if (pair := credentials.granted_through(connection)) is None:
            return _lost(connection, "APP_REMOVED", "The app that this org was connected through is gone.")
        grant = with_retries(
            lambda: oauth.refresh(
                connection.token_origin,
                pair,
                connection.refresh_token.reveal(),
            )
        )
    except GrantRefused as refusal:
        return _refused(connection, refusal)
    except OrgMoved as moved:
        note_moved(connection.pk, moved.origin)
        return moved
    except Unreadable:
        return _lost(connection, "TOKEN_KEY_LOST", "The key of the stored token is gone.")
    connection.access_token = Secret(grant.access_token)
    if grant.refresh_token:  # an answer without one means: keep the old one
        connection.refresh_token = Secret(grant.refresh_token)
    connection.save(update_fields=["access_token", "refresh_token"])
    return None


def _refused(connection: Connection, refusal: GrantRefused) -> SalesforceError:
    """What the refusal means for us; only a final one ends the connection."""
    rule = rule_for(refusal.code, refusal.message)
    if rule.meaning is Meaning.FINAL:
        return _lost(connection, rule.code, refusal.message)
    if rule.meaning is Meaning.OPEN:
        # An error that nobody knows belongs to Salesforce's words; `invalid_grant` says nothing of its own.
        known = refusal.code in ("invalid_grant", rule.code)
        said = refusal.message if known else str(refusal)
        return GrantRefused(rule.code, said, status=refusal.status)
    return TemporaryProblem(rule.code, refusal.message, status=refusal.status)


def with_retries(ask: Callable[[], Grant]) -> Grant:
    """Ask the token endpoint, again after a moment where nothing can have happened yet."""
    for pause in (*_PAUSES, None):
        try:
            return ask()
        except GrantRefused as refusal:
            if pause is None or not is_busy(refusal):
                raise
        except TemporaryProblem as problem:
            # Without a proof that nothing happened the old token may be used up already.
            if pause is None or not proves_nothing_happened(problem):
                raise
            pause = min(_LONGEST_PAUSE, max(pause, problem.retry_after))
        time.sleep(pause)
    raise AssertionError("unreachable")


def note_moved(connection_id: int, origin: str) -> None:
    """Keep where the org answers now: the next sign-in is offered there. Our tokens stay as they are.

    Without an `origin` it answers where it always did.
    """
    Org.objects.filter(connection=connection_id).update(moved_to=origin)


def _lost(connection: Connection, code: str, message: str) -> NeedsReconnecting:
    connection.state = Connection.State.NEEDS_RECONNECTING
    connection.access_token = connection.refresh_token = Secret()
    connection.save(update_fields=["state", "access_token", "refresh_token"])
    signals.lost.send(Connection, org_id=connection.org_id)
    return NeedsReconnecting(code, message)


def store_grant(
    org: Org,
    grant: Grant,
    identity: Identity,
    *,
    username: str,
    display_name: str,
    language: str = "",
    person: User,
) -> Connection:
    """Connect the org, or connect it again; the grant that this replaces is revoked soon."""
    now = timezone.now()
    values = {
        "state": Connection.State.CONNECTED,
        "origin": identity.origin,
        "client_id": grant.client_id,
        "access_token": Secret(grant.access_token),
        "refresh_token": Secret(grant.refresh_token),
        "scopes": grant.scopes[:255],
        "user_id": identity.user_id,
        "username": username,
        "display_name": display_name,
        "language": language,
        "granted_by": person,
        "granted_at": now,
        "last_used_at": now,
    }
    with transaction.atomic():
        old = Connection.objects.select_for_update(no_key=True).filter(org=org).first()
        if old and old.is_connected and old.refresh_token:
            revocations.tell_soon(revocations.note(old, person))
        connection, _ = Connection.objects.update_or_create(org=org, defaults=values)
        audit.connected(org, connection, person, again=bool(old and old.user_id))
    return connection


def disconnect(connection: Connection, by: User | None = None) -> Revocation | None:
    """Erase the people directory and the connection's tokens; Salesforce is told by a worker, soon.

    `by` asked for it, and is told if Salesforce never confirms; without one, whoever connected.
    """
    with transaction.atomic():
        revocation = _erase(connection, by)
        if revocation:
            revocations.tell_soon(revocation)
    return revocation


def give_up(connection: Connection, by: User) -> None:
    """End a grant that came by mistake; the org needs connecting again, as it did before."""
    with transaction.atomic():
        locked = _locked(connection.pk)
        revocations.tell_soon(revocations.note(locked, by))
        audit.disconnected(locked, by)
        _lost(locked, "GIVEN_UP", "")


def revoke(connection: Connection, by: User | None = None) -> bool:
    """Disconnect and tell Salesforce at once; True when it confirmed.

    The erasing comes first and always succeeds. Where Salesforce did not confirm, it is
    told again later (`orgs.tasks.retry_revocations`). Not for web requests.
    """
    with transaction.atomic():
        revocation = _erase(connection, by)
    return revocations.try_once(revocation) if revocation else True


def _erase(connection: Connection, by: User | None) -> Revocation | None:
    locked = _locked(connection.pk)
    revocation = revocations.note(locked, by) if locked.refresh_token or locked.access_token else None
    if locked.state != Connection.State.REVOKED:
        audit.disconnected(locked, by)
    locked.state = Connection.State.REVOKED
    locked.access_token = locked.refresh_token = Secret()
    locked.save(update_fields=["state", "access_token", "refresh_token"])
    OrgUser.objects.filter(org_id=locked.org_id).delete()
    signals.disconnected.send(Connection, org_id=locked.org_id, by=by)
    return revocation


def reencrypt_all() -> tuple[int, int]:
    """Encrypt every secret with today's first key: how many were, how many no key opens."""
    done = unreadable = 0
    for model, names in _secrets():
        for row in model._default_manager.select_for_update().iterator():
            for name in names:
                secret: Secret = getattr(row, name)
                try:
                    setattr(row, name, secret.resealed())
                    done += bool(secret)
                except Unreadable:
                    unreadable += 1
            row.save(update_fields=names)
    return done, unreadable


def readable() -> tuple[int, int]:
    """How many stored secrets one of today's keys opens, and how many none does."""
    opened = closed = 0
    for model, names in _secrets():
        for row in model._default_manager.only(*names).iterator():
            for secret in filter(None, (getattr(row, name) for name in names)):
                try:
                    opened += bool(secret.reveal())
                except Unreadable:
                    closed += 1
    return opened, closed


def _secrets() -> list[tuple[type[Model], list[str]]]:
    """Every model that keeps something encrypted, whichever room it is in, and in which columns."""
    found = [
        (model, [each.name for each in model._meta.get_fields() if isinstance(each, SecretField)])
        for model in apps.get_models()
    ]
    return [(model, names) for model, names in found if names]
