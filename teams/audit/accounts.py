"""What people do with their accounts: told by Django's and django-allauth's signals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.http import HttpRequest

from teams.audit.record import record, record_in_teams_of

if TYPE_CHECKING:
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator

    from teams.models import User


def listen() -> None:
    from allauth.account import signals as account
    from allauth.mfa import signals as mfa
    from django.contrib.auth import signals as auth

    auth.user_logged_in.connect(_signed_in)
    auth.user_logged_out.connect(_signed_out)
    auth.user_login_failed.connect(_sign_in_failed)
    mfa.authentication_failed.connect(_factor_failed)
    mfa.authenticator_added.connect(_factor_added)
    mfa.authenticator_removed.connect(_factor_removed)
    mfa.authenticator_reset.connect(_factor_reset)
    account.user_signed_up.connect(_signed_up)
    account.email_changed.connect(_email_changed)
    for signal in (account.password_changed, account.password_set, account.password_reset):
        signal.connect(_password_changed)


def _signed_in(sender: object, request: HttpRequest, user: User, **more: object) -> None:
    if hasattr(request, "user"):  # Django's test client signs people in outside of any request
        record_in_teams_of(user, "teams.signed_in", actor=user)


def _signed_out(sender: object, user: User | None, **more: object) -> None:
    if user is not None:
        record_in_teams_of(user, "teams.signed_out", actor=user)


def _sign_in_failed(sender: object, credentials: Mapping[str, object], **more: object) -> None:
    """Who it was is not known: only whose account it would have been."""
    from teams.models import User

    typed = str(credentials.get("email") or credentials.get("login") or "").replace("\0", "")[:254]
    if "@" not in typed:
        typed = ""  # perhaps a password in the wrong field
    person = User.objects.filter(email__iexact=typed).first() if typed else None
    if person is not None:
        record_in_teams_of(person, "teams.sign_in_failed", about=person)
    else:
        record("teams.sign_in_failed", personal={"typed": typed} if typed else None)


def _factor_failed(
    sender: object, user: User, authenticator: Authenticator | None = None, **more: object
) -> None:
    data = {"factor": getattr(authenticator, "type", "")}
    record_in_teams_of(user, "teams.factor_failed", about=user, data=data)


def _factor_added(sender: object, user: User, authenticator: Authenticator, **more: object) -> None:
    record_in_teams_of(user, "teams.factor_added", actor=user, data={"factor": authenticator.type})


def _factor_removed(sender: object, user: User, authenticator: Authenticator, **more: object) -> None:
    record_in_teams_of(user, "teams.factor_removed", actor=user, data={"factor": authenticator.type})


def _factor_reset(sender: object, user: User, authenticator: Authenticator, **more: object) -> None:
    record_in_teams_of(user, "teams.factor_renewed", actor=user, data={"factor": authenticator.type})


def _signed_up(sender: object, user: User, **more: object) -> None:
    record_in_teams_of(user, "teams.account_made", actor=user)


def _email_changed(
    sender: object,
    user: User,
    from_email_address: EmailAddress | None,
    to_email_address: EmailAddress,
    **more: object,
) -> None:
    addresses = {"from": getattr(from_email_address, "email", ""), "to": to_email_address.email}
    record_in_teams_of(user, "teams.email_changed", actor=user, personal=addresses)


def _password_changed(sender: object, user: User, **more: object) -> None:
    record_in_teams_of(user, "teams.password_changed", actor=user)
