"""What we want of django-allauth that is not a setting."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from teams import limits
from teams.audit.record import record_in_teams_of
from teams.backends import is_out_of_place
from teams.membership import invitations
from teams.models import User
from teams.reauth import signed_in_recently

log = logging.getLogger(__name__)
NO_MAIL = (OSError, SMTPException)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves: an account is made for an invitation."""
        return invitations.pending(request) is not None

    def authenticate(self, request: HttpRequest, **credentials: object) -> User | None:
        """allauth lets a person whom the backend refused through, to show why; a demo person
        in a real installation gets the same answer as a stranger."""
        user: User | None = super().authenticate(request, **credentials)
        return None if user is None or is_out_of_place(user) else user

    def pre_authenticate(self, request: HttpRequest, **credentials: object) -> None:
        """Somebody who guesses slows down themselves, and not whoever the account belongs to."""
        login = str(credentials.get("email", "")).lower()
        try:
            if limits.guessing(request, login):
                raise self.validation_error("too_many_login_attempts")
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._tell_of_guesses(login)
            raise

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: object) -> str:
        """allauth's own count: for each account from one address, or from a browser that it is known by."""
        login = str(credentials.get("email", "")).lower()
        return f"{login}:{limits.device_of(request, login) or self.get_client_ip(request)}"

    def _tell_of_guesses(self, login: str) -> None:
        """Once a day, to whoever it belongs to; the one who guesses does not wait for it."""
        user = User.objects.filter(email__iexact=login, is_active=True, is_guest=False).first()
        if user and limits.telling_of_guesses(user) == 0:
            send_mail_soon(self.render_mail("teams/email/guesses", user.email, {"user": user}))

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _at_our_address(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return _at_our_address(super().get_email_confirmation_url(request, emailconfirmation))

    def is_reauthentication_required(self, *, app: str, **more: object) -> bool:
        """A fresh sign-in is proof enough, for allauth's pages as for ours."""
        return bool(super().is_reauthentication_required(app=app)) and not signed_in_recently(self.request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """A mail that the person waits for, or an answer that says why it does not come."""
        if template_prefix == "account/email/password_reset_key":
            # How long it takes to send would tell which addresses have an account.
            send_mail_soon(self.render_mail(template_prefix, email, context))
            return
        try:
            super().send_mail(template_prefix, email, context)
        except NO_MAIL as problem:
            log.error("No e-mail can be sent (%s): is EMAIL_HOST right?", type(problem).__name__)
            raise ImmediateHttpResponse(no_mail_page(self.request)) from problem

    def send_notification_mail(
        self, template_prefix: str, user: User, *more: object, **named: object
    ) -> None:
        """News about what has been done already: that is not undone because the mail fails."""
        try:
            super().send_notification_mail(template_prefix, user, *more, **named)
        except ImmediateHttpResponse:
            log.error("Person %s was not told about %s", user.pk, template_prefix)


class SocialAdapter(DefaultSocialAccountAdapter):
    """The company's own sign-in: for people who are in a team, or invited into one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        proved = [address.email for address in sociallogin.email_addresses if address.verified]
        return any(invitations.open_for(email).exists() for email in proved)

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:
        user = super().populate_user(request, sociallogin, data)
        words = (data.get("name"), " ".join(filter(None, (data.get("first_name"), data.get("last_name")))))
        user.name = next((each for each in words if each), "")[:150]
        return user


_sender = ThreadPoolExecutor(1, thread_name_prefix="mail")


def send_mail_soon(mail: EmailMessage) -> None:
    """While the answer goes out already."""
    _sender.submit(_send, mail)


def _send(mail: EmailMessage) -> None:
    try:
        mail.send()
    except NO_MAIL as problem:
        log.error("No e-mail can be sent (%s): is EMAIL_HOST right?", type(problem).__name__)


def _at_our_address(url: str) -> str:
    """Whatever a request called us: a link in a mail leads to the address that people type."""
    parts = urlsplit(url)
    return f"{settings.PUBLIC_URL}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def mail_works() -> bool:
    """Asked before a page's answer could tell a known address from an unknown one by a failure."""
    try:
        with get_connection() as mail:
            return mail is not None
    except NO_MAIL as problem:
        log.error("No e-mail can be sent (%s): is EMAIL_HOST right?", type(problem).__name__)
        return False


def no_mail_page(request: HttpRequest) -> HttpResponse:
    return render(request, "account/no_mail.html", status=503)


class SessionsAdapter(DefaultUserSessionsAdapter):
    """That a person ends sessions of theirs is an act, as each sign-in was."""

    def end_sessions(self, sessions: list[Any]) -> None:
        with transaction.atomic():
            super().end_sessions(sessions)
            if sessions:
                person, count = sessions[0].user, {"count": len(sessions)}
                record_in_teams_of(person, "teams.sessions_ended", actor=person, data=count)
