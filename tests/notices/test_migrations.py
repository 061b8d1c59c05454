"""Who wished to be mailed about guests, before there were notices, still is."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.core.mail import EmailMessage
from django.db import connection

from notices.kinds import Kind
from notices.models import Channel
from teams.models import User
from tests.notices.telling import happen, tell
from tests.wizard.harness import SetupHarness

pytestmark = pytest.mark.django_db
MOVE: str = import_module("notices.migrations.0002_wishes_of_before").MOVE


def test_a_wish_of_before_becomes_a_mail_of_these_kinds_and_nobody_else_s_does(
    desk: SetupHarness, sam: User, mailoutbox: list[EmailMessage]
) -> None:
    with connection.cursor() as cursor:
        # The column stays for one release (`teams.migrations.0008`).
        cursor.execute("UPDATE teams_user SET mail_about_guests = (id = %s)", [desk.person.pk])
        cursor.execute(MOVE)
    (moved,) = Channel.objects.all()
    assert (moved.type, moved.person, moved.hour, moved.off_at) == ("mail", desk.person, None, None)
    for kind in (Kind.GUEST_OPENED, Kind.GUEST_DONE, Kind.IDLE):
        happen(desk.org, desk.setup.pk, kind, concerns=[desk.person.pk, sam.pk])
    tell()
    assert [mail.to for mail in mailoutbox] == [[desk.person.email]] * 2
