"""Two people who know a difference, at the same moment: one after the other, and each is told the truth."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from teams.acting.acts import NotDone
from teams.models import Team, User
from tests import other_connection
from tests.wizard.given import given
from tests.wizard.support.test_setup_list import setup_in
from wizard.actions import handover
from wizard.models import Setup

pytestmark = pytest.mark.django_db(transaction=True)
LINE = "permitted_users"


def test_who_knows_it_second_is_told_who_was_first(team: Team, dana: User, sam: User) -> None:
    setup = setup_in(team, "Northwind", dana)
    finding = {"status": "to_do", "code": "self", "sentence": {"message": "x", "params": {}}}
    Setup.objects.filter(pk=setup.pk).update(
        finished_at=timezone.now(), keep_watching=True, drifted=[LINE], drift_findings={LINE: finding}
    )
    until = timezone.now().date() + timedelta(days=3)
    with transaction.atomic():
        handover.acknowledge(given(setup, dana), dana, LINE, "By Dana", until)
        sams = other_connection.begin(
            lambda: handover.acknowledge(given(setup, sam), sam, LINE, "By Sam", until)
        )
    with pytest.raises(NotDone) as why:
        sams.result(other_connection.PATIENCE)
    assert (why.value.code, why.value.params["who"]) == ("known_already", "Dana Whitfield")
    assert [event.data["text"] for event in setup.events.filter(kind="drift_known")] == ["By Dana"]
