"""Keys rotate with live data: connections go on, people sign in, and the old key can be dropped."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.management import CommandError, call_command

from orgs.connections.tokens import _SECRETS
from orgs.fields import Secret, SecretField
from orgs.models import Connection, Org, Revocation
from tests.conftest import PASSWORD, TOTP_SECRET
from tests.security.road import Walker

pytestmark = pytest.mark.django_db(transaction=True)


def sealed() -> list[str]:
    """Everything that is encrypted, as it is stored."""
    found = [
        secret.sealed()
        for connection in Connection.objects.all()
        for secret in (connection.access_token, connection.refresh_token)
    ]
    found += [each.client_secret.sealed() for each in Org.objects.exclude(client_secret="")]
    found += [each.token.sealed() for each in Revocation.objects.all()]
    totp = Authenticator.objects.filter(type=Authenticator.Type.TOTP)
    return found + [each.data["secret"] for each in totp]


def test_after_a_rotation_the_old_key_can_be_dropped_under_live_connections(
    walker: Walker, marked: str, settings: Any, client: Any, priya: Any, capsys: Any
) -> None:
    desk = walker.sign_in(walker.new_org())
    walker.own_pair(desk, marked)
    gone = walker.sign_in(walker.new_org())
    walker.disconnect(gone)
    old, new = settings.TOKEN_KEYS[0], Fernet.generate_key().decode()
    before = sealed()
    settings.TOKEN_KEYS = [new, old]
    call_command("rotate_token_keys")
    settings.TOKEN_KEYS = [new]
    after = sealed()
    assert len(after) == len(before) >= 6
    assert all(Fernet(new).decrypt(each.encode()) for each in after if each)
    walker.expire(desk)
    assert desk.check().state == "done", "refreshed with the refresh token and the org's own secret"
    walker.revoke()
    client.post("/account/login/", {"login": priya.email, "password": PASSWORD})
    code = format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30))
    client.post("/account/two-factor/authenticate/", {"code": code})
    assert client.session["_auth_user_id"] == str(priya.pk)


def test_a_rotation_without_the_old_key_says_so_and_changes_nothing(walker: Walker, settings: Any) -> None:
    walker.sign_in(walker.new_org())
    before = sealed()
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="could not be opened"):
        call_command("rotate_token_keys")
    assert sealed() == before


def test_no_encrypted_column_is_forgotten() -> None:
    """Every `SecretField` of every model is one that the command knows."""
    known = {(model, name) for model, names in _SECRETS for name in names}
    all_of_them = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, SecretField)
    }
    assert known == all_of_them
    assert Secret("x").sealed() != "x"
