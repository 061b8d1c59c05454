"""A choice is saved while a worker writes the history of the same setup."""

from __future__ import annotations

import pytest
from django.db import transaction

from teams.models import Team, User
from tests import other_connection
from tests.wizard.given import given
from tests.wizard.support.test_setup_list import setup_in
from wizard.actions import choose
from wizard.models import Event, Setup

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_only_writes_history_does_not_wait_for_a_choice(team: Team, dana: User) -> None:
    setup = setup_in(team, "Northwind", dana)
    with transaction.atomic():
        assert choose.choose(given(setup, dana), dana, lambda _now: {"mid": "7654321"})
        writing = other_connection.begin(
            lambda: Event.objects.create(setup_id=setup.pk, kind="checked", actor_name="Connect Guide")
        )
        assert writing.done(), "it waits for the setup's row, and may hold what the other needs"
    assert writing.result(other_connection.PATIENCE)
    assert Setup.objects.get().inputs["mid"] == "7654321"
