"""Two calls with one key at the same moment: done once, and both get the same answer."""

from __future__ import annotations

import pytest
from django.db import transaction

from teams.models import Team, User
from tests import other_connection
from tests.api.conftest import MakeProgram
from tests.wizard.support.test_setup_list import setup_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_second_waits_for_the_first_and_is_answered_alike(
    team: Team, dana: User, program_of: MakeProgram
) -> None:
    setup = setup_in(team, "Northwind", dana)
    program, path = program_of(dana), f"setups/{setup.pk}/notes"
    with transaction.atomic():
        first = program.post(path, key="k", text="Called the client.")
        second = other_connection.begin(lambda: program.post(path, key="k", text="Called the client."))
    answered = second.result(other_connection.PATIENCE)
    assert (first.status_code, answered.content) == (200, first.content)
    assert answered.headers["Idempotent-Replayed"] == "true"
    assert setup.events.filter(kind="note").count() == 1
