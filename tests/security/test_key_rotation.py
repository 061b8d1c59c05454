"""Keys rotate with live data: connections go on, people sign in, and the old key can be dropped."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from api.models import KeptAnswer
from notices.models import Channel
from orgs.models import Connection, Org, Revocation
from teams.models import ApiToken, Team, User
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
    walker: Walker,
    marked: str,
    settings: Settings,
    client: Client,
    priya: User,
    capsys: pytest.CaptureFixture[str],
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


def test_a_rotation_without_the_old_key_says_so_and_changes_nothing(
    walker: Walker, settings: Settings
) -> None:
    walker.sign_in(walker.new_org())
    before = sealed()
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="could not be opened"):
        call_command("rotate_token_keys")
    assert sealed() == before


def test_no_encrypted_column_is_forgotten(settings: Settings, dana: User, team: Team) -> None:
    """Whichever room keeps it: what a team's webhook is signed with, and what a program was answered."""
    channel = Channel.objects.create(type="webhook", team=team, address="https://x.example", secret="whsec")
    token = ApiToken.objects.create(user=dana, scope="act", expires_at=timezone.now())
    kept = KeptAnswer.objects.create(token=token, key="1", request_hash="x", body="{}")
    new = Fernet.generate_key().decode()
    settings.TOKEN_KEYS = [new, *settings.TOKEN_KEYS]
    call_command("rotate_token_keys")
    settings.TOKEN_KEYS = [new]
    channel.refresh_from_db()
    kept.refresh_from_db()
    found = [each.reveal() for each in (channel.address, channel.secret, kept.body)]
    assert found == ["https://x.example", "whsec", "{}"]
