"""Telling Salesforce to forget a grant: tried until it confirms, shown while it did not, and given up aloud.

The token is erased from the connection before any of this. It waits here, encrypted, only for the
call that ends it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from celery import current_app
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from kombu.exceptions import OperationalError

from orgs import audit, hosts, oauth
from orgs.fields import Secret, Unreadable
from orgs.models import Connection, Revocation
from orgs.oauth import Grant
from orgs.salesforce.errors import SalesforceError
from teams.models import User

log = logging.getLogger(__name__)

TRIES = 12  # with the pauses below: for not quite two days (41 hours)
LONGEST_PAUSE = timedelta(hours=12)
MAIL_AGAIN = timedelta(hours=1)
MAIL_FOR = timedelta(days=2)  # then nobody is written to: the entry stays on the owners' page


def note(connection: Connection, by: User | None) -> Revocation:
    """Write down what has to be revoked: the grant of this connection, its org loaded."""
    org = connection.org
    return Revocation.objects.create(
        team_id=org.team_id,
        asked_by_id=by.pk if by else connection.granted_by_id,
        granted_by_id=connection.granted_by_id,
        origin=connection.token_origin,
        org_name=org.name,
        username=connection.username,
        token=connection.refresh_token or connection.access_token,
        next_try_at=timezone.now(),
    )


def end_unwanted(origin: str, org_name: str, grant: Grant, *, team_id: str | None = None) -> bool:
    """End a grant that we just got but must not keep (another org than the expected one)."""
    token = Secret(grant.refresh_token or grant.access_token)
    made = Revocation.objects.create(
        team_id=team_id, origin=origin, org_name=org_name, token=token, next_try_at=timezone.now()
    )
    return try_once(made)


def is_unconfirmed(team_id: str, since: datetime) -> bool:
    """Whether Salesforce has still to confirm the end of a grant of then that nobody kept."""
    unkept = Revocation.objects.filter(asked_by=None, granted_by=None, username="")
    return unkept.filter(team_id=team_id, created_at__gte=since).exists()


def tell_soon(revocation: Revocation) -> None:
    """Wake a worker after the commit. By name: the tasks import this module."""

    def send() -> None:
        try:
            current_app.send_task("orgs.tasks.revoke_now", args=[revocation.pk], retry=False)
        except OperationalError:  # the broker is away: the periodic retry finds the row
            log.warning("No broker: revocation %s waits for the periodic retry", revocation.pk)

    transaction.on_commit(send)


def try_once(revocation: Revocation) -> bool:
    """Ask Salesforce once; note a failure with the time of the next try."""
    try:
        oauth.revoke(revocation.origin, revocation.token.reveal())
    except Unreadable:
        return _give_up(revocation, "TOKEN_KEY_LOST")
    except SalesforceError as error:
        return _failed(revocation, error)
    with transaction.atomic():
        audit.revoked(revocation)
        revocation.delete()
    return True


def _failed(revocation: Revocation, error: SalesforceError) -> bool:
    revocation.attempts += 1
    revocation.last_error = str(error)[:255]
    if revocation.attempts >= TRIES:
        return _give_up(revocation, error.code)
    pause = min(timedelta(minutes=2**revocation.attempts), LONGEST_PAUSE)
    revocation.next_try_at = timezone.now() + pause
    revocation.save(update_fields=["attempts", "last_error", "next_try_at"])
    return False


def _give_up(revocation: Revocation, code: str) -> bool:
    """Erase the token; a person has to end the grant in the org."""
    log.error("Giving up revoking a token at %s: %s", revocation.origin, code)
    revocation.token = Secret()
    revocation.last_error = revocation.last_error or code
    revocation.given_up_at = revocation.next_try_at = timezone.now()
    with transaction.atomic():
        revocation.save()
        audit.not_revoked(revocation)
    return False


def try_again(revocation: Revocation) -> None:
    """Now, because a person asks for it, whatever the pause."""
    with transaction.atomic():
        revocation.next_try_at = timezone.now()
        revocation.save(update_fields=["next_try_at"])
        tell_soon(revocation)


def ended_by_hand(revocation: Revocation, by: User) -> None:
    """A person says that they ended the grant in the org, so nobody has to be told any more."""
    with transaction.atomic():
        audit.ended_by_hand(revocation, by)
        revocation.delete()


def tell(revocation: Revocation) -> bool:
    """Write to whoever asked for it that it was given up, and what to do now."""
    now = timezone.now()
    if person := revocation.addressee:
        try:
            _mail(revocation, person)
        except (OSError, SMTPException) as problem:
            log.warning("Nobody was told of revocation %s: %s", revocation.pk, type(problem).__name__)
            if now - (revocation.given_up_at or now) < MAIL_FOR:
                revocation.next_try_at = now + MAIL_AGAIN
                revocation.save(update_fields=["next_try_at"])
                return False
    revocation.told_at = now
    revocation.save(update_fields=["told_at"])
    return True


def _mail(revocation: Revocation, person: User) -> None:
    link = hosts.deep_link(revocation.origin, "connected_apps_usage")
    context = {"revocation": revocation, "org": revocation.org_name or revocation.origin, "link": link}
    with translation.override(person.language or settings.LANGUAGE_CODE):
        # An org's name may hold line breaks, which no header may.
        subject = " ".join(render_to_string("orgs/email/not_revoked_subject.txt", context).split())
        body = render_to_string("orgs/email/not_revoked_message.txt", context)
    send_mail(subject, body, None, [person.email])
