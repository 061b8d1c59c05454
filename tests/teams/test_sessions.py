"""What the database knows of a session opens nothing."""

from __future__ import annotations

import importlib

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.urls import reverse

from teams.models import User
from teams.sessions import key_of
from tests.conftest import PASSWORD


def sign_in(site: Client, user: User) -> str:
    site.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return str(site.cookies["sessionid"].value)


@pytest.mark.django_db
def test_no_key_that_is_stored_opens_a_session_and_the_browsers_own_does(dana: User) -> None:
    secret = sign_in(Client(), dana)
    stored = {*Session.objects.values_list("session_key", flat=True)}
    stored |= {*UserSession.objects.values_list("session_key", flat=True)}
    assert stored == {key_of(secret)}
    for cookie, status in ((secret, 200), *((key, 302) for key in stored)):
        browser = Client()
        browser.cookies["sessionid"] = cookie
        assert browser.get(reverse("wizard:home")).status_code == status


@pytest.mark.django_db
def test_the_cookie_changes_with_the_sign_in_and_goes_with_the_sign_out(dana: User) -> None:
    site = Client()
    site.cookies["sessionid"] = planted = "planted-by-somebody-else"
    secret = sign_in(site, dana)
    assert secret != planted
    site.post(reverse("account_logout"))
    assert not Session.objects.filter(session_key=key_of(secret)).exists()


@pytest.mark.django_db
def test_who_was_signed_in_before_the_upgrade_stays_so(dana: User) -> None:
    secret = sign_in(Client(), dana)
    for model in (Session, UserSession):  # as every release before kept it
        model._default_manager.update(session_key=secret)
    migration = importlib.import_module("teams.migrations.0006_sessions_by_digest").Migration
    loader = MigrationLoader(connection)
    with connection.schema_editor() as editor:
        migration("0006_sessions_by_digest", "teams").apply(loader.project_state(), editor)
    site = Client()
    site.cookies["sessionid"] = secret
    assert site.get(reverse("wizard:home")).status_code == 200
    assert UserSession.objects.get().exists()
