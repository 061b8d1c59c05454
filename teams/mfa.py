"""Second factors: who must have one, and how their secrets are kept."""

from __future__ import annotations

from collections.abc import Collection
from types import SimpleNamespace
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from teams.models import Membership, Role, User

# Recovery codes are a way back in, not a factor of their own.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def _asks() -> Q:
    """Memberships that ask their person for a second factor."""
    asks = Q(team__require_two_factor=True)
    return asks | Q(role=Role.OWNER) if settings.OWNERS_NEED_TWO_FACTOR else asks


def is_missing() -> ExpressionWrapper[Any]:
    """For the query that loads a person anyway: must they have a factor, and have they none?"""
    asked = Membership.objects.filter(_asks(), user=OuterRef("pk"))
    if settings.TRYOUT:
        # Demo people come in by a click: there is nothing that a factor could be second to.
        asked = asked.filter(user__is_demo=False)
    has = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    return ExpressionWrapper(Exists(asked) & ~Exists(has), output_field=BooleanField())


def lacking(user_ids: Collection[int]) -> set[int]:
    """Which of these people would be sent to set up a factor by `teams.middleware`."""
    return set(User.objects.filter(is_missing(), pk__in=user_ids).values_list("pk", flat=True))


def brought(session: object, user: object) -> bool:
    """By the company's own sign-in, where the operator says that it asks for a second factor."""
    if not settings.OIDC_BRINGS_SECOND_FACTOR:
        return False
    records = get_authentication_records(SimpleNamespace(session=session), user)
    return any(record["method"] == "socialaccount" for record in records)


def sessions_that_brought(keys: Collection[str]) -> set[str]:
    """Which of these sessions were begun with the company's own second factor."""
    if not settings.OIDC_BRINGS_SECOND_FACTOR or not keys:
        return set()
    opened = {row.session_key: row.get_decoded() for row in Session.objects.filter(session_key__in=keys)}
    return {key for key, data in opened.items() if brought(data, User(pk=data.get(SESSION_KEY)))}


def must_have(user: User) -> bool:
    return Membership.objects.filter(_asks(), user=user).exists()


def with_factor(user_ids: list[int]) -> set[int]:
    """Which of these people have a second factor."""
    found = Authenticator.objects.filter(user__in=user_ids, type__in=FACTORS)
    return set(found.values_list("user_id", flat=True))


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.TOKEN_KEYS])


class FactorAdapter(DefaultMFAAdapter):
    """allauth's second factors, with their secrets encrypted as Salesforce's tokens are."""

    def encrypt(self, text: str) -> str:
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _keys().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """Without the XML declaration: the picture stands in the page, as our policy allows no `data:`."""
        svg: str = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Whoever must have a factor keeps the last one until another one is there."""
        if authenticator.type not in FACTORS or not must_have(authenticator.user):
            return True
        others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS)
        return bool(others.exclude(pk=authenticator.pk).exists())


_ENCRYPTED = {Authenticator.Type.TOTP: ("secret",), Authenticator.Type.RECOVERY_CODES: ("seed",)}


def readable() -> tuple[int, int]:
    """How many factors' secrets one of today's keys opens, and how many none does."""
    opened = closed = 0
    for row in Authenticator.objects.filter(type__in=_ENCRYPTED):
        for name in _ENCRYPTED[row.type]:
            if not row.data.get(name):
                continue
            try:
                _keys().decrypt(row.data[name].encode())
                opened += 1
            except InvalidToken:
                closed += 1
    return opened, closed


def reencrypt_all() -> int:
    """Encrypt every factor's secret with today's first key; the number of rows."""
    done = 0
    for row in Authenticator.objects.select_for_update().filter(type__in=_ENCRYPTED):
        names = [name for name in _ENCRYPTED[row.type] if row.data.get(name)]
        row.data |= {name: _keys().rotate(row.data[name].encode()).decode() for name in names}
        row.save(update_fields=["data"])
        done += bool(names)
    return done
