"""Two people at one setup at the same moment: one after the other, and each is told the truth."""

from __future__ import annotations

import pytest
from django.db import transaction

from teams.models import Team, User
from tests import other_connection
from tests.wizard.given import given
from tests.wizard.support.test_setup_list import org_rows, setup_in
from wizard.actions import assignment
from wizard.models import Setup

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_takes_it_over_second_is_told_who_was_first(team: Team, dana: User, sam: User) -> None:
    setup = setup_in(team, "Northwind", dana)
    with transaction.atomic():
        assert assignment.take_over(given(setup, dana), dana) is None
        sams = other_connection.begin(lambda: assignment.take_over(given(setup, sam), sam))
    assert sams.result(other_connection.PATIENCE) == dana
    told = setup.events.filter(kind__startswith="taken_over").order_by("id")
    assert [event.kind for event in told] == ["taken_over", "taken_over_from"]
    assert told[1].data == {"name": "Dana Whitfield"}


def test_what_comes_to_another_org_at_this_moment_is_free_too_when_its_person_leaves(
    team: Team, dana: User
) -> None:
    setup = setup_in(team, "Northwind", dana)
    assignment.take_over(given(setup, dana), dana)
    (known,) = org_rows(team, ["Northwind, as it was known before"])
    with transaction.atomic():
        Setup.objects.filter(pk=setup.pk).update(org=known)
        freed = other_connection.begin(lambda: assignment.free_all(team.pk, dana))
    assert freed.result(other_connection.PATIENCE) == 1
    assert Setup.objects.get().assignee is None
