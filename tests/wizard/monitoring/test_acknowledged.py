"""A difference that somebody knows is not told again up to a day; another one is, and itself afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from notices.kinds import Kind
from notices.models import Notice
from simulator import policies
from teams.acting.acts import NotDone
from teams.models import Team, User
from tests.fixture_types import SignedIn
from tests.wizard.given import given
from tests.wizard.guest_browser import words
from tests.wizard.harness import SetupHarness
from tests.wizard.monitoring.test_drift import kept, look_again, save_policies, state_of  # noqa: F401
from wizard.actions import handover
from wizard.models import Setup
from wizard.monitoring import differences
from wizard.support.reasons import Reason

pytestmark = pytest.mark.django_db
LINE = "permitted_users"
SELF = replace(policies.WANTED, permitted="self")


@pytest.fixture
def drifted(kept: SetupHarness) -> SetupHarness:  # noqa: F811
    save_policies(kept, SELF)
    look_again(kept)
    assert told() == 1
    return kept


def told(kind: Kind = Kind.DRIFTED) -> int:
    return Notice.objects.filter(kind=kind).count()


def acknowledge(desk: SetupHarness, person: User | None = None, days: int = 30) -> None:
    by, until = person or desk.person, timezone.now().date() + timedelta(days=days)
    handover.acknowledge(given(desk.setup, by), by, LINE, "The client tests it", until)
    desk.reload()


def let_days_pass(desk: SetupHarness) -> None:
    known = {key: {**each, "until": "2020-01-01"} for key, each in desk.setup.known_drift.items()}
    Setup.objects.filter(pk=desk.setup.pk).update(known_drift=known)


def test_what_is_known_is_not_told_again_until_its_day_and_is_on_no_list(
    drifted: SetupHarness, team: Team, signed_in: SignedIn
) -> None:
    assert state_of(team) is Reason.DRIFTED
    acknowledge(drifted)
    assert state_of(team) is Reason.HANDED_OVER
    look_again(drifted)
    save_policies(drifted, policies.WANTED)
    look_again(drifted)
    save_policies(drifted, SELF)
    look_again(drifted)
    assert (told(), told(Kind.MENDED)) == (1, 0), "there and back, and nobody is told"
    page = words(signed_in(drifted.person).get(f"/setups/{drifted.setup.pk}/stages/handover/"))
    assert "The client tests it (Dana Whitfield" in page
    let_days_pass(drifted)
    look_again(drifted)
    look_again(drifted)
    assert told() == 2
    assert drifted.setup.drifted == [LINE]
    assert state_of(team) is Reason.DRIFTED


def test_another_difference_is_told_in_spite_of_it_and_one_that_nobody_knows_too(
    drifted: SetupHarness,
) -> None:
    acknowledge(drifted)
    key, finding = LINE, drifted.setup.drift_findings[LINE]
    known = {key: {**drifted.setup.known_drift[key], "difference": "that of another day"}}
    other = {key: {**finding, "now": {"message": "Something else", "params": {}}}}
    Setup.objects.filter(pk=drifted.setup.pk).update(known_drift=known)
    look_again(drifted)
    assert (told(), drifted.setup.drifted, drifted.setup.known_drift) == (2, [LINE], {})
    look_again(drifted)
    assert told() == 2
    Setup.objects.filter(pk=drifted.setup.pk).update(drift_findings=other)
    look_again(drifted)
    assert told() == 3


def test_of_two_at_once_one_is_first_and_the_other_is_told_who(drifted: SetupHarness, sam: User) -> None:
    acknowledge(drifted)
    with pytest.raises(NotDone) as why:
        acknowledge(drifted, sam)
    assert (why.value.code, why.value.params) == ("known_already", {"who": "Dana Whitfield"})
    assert [each.data["text"] for each in drifted.events("drift_known")] == ["The client tests it"]


def test_taken_back_it_is_a_difference_again_and_the_others_are_told(
    drifted: SetupHarness, sam: User, team: Team, signed_in: SignedIn
) -> None:
    acknowledge(drifted)
    page = f"/setups/{drifted.setup.pk}/known/{LINE}/"
    shown = signed_in(sam).get(f"/setups/{drifted.setup.pk}/stages/handover/").content.decode()
    assert "It is not all right" in shown
    said = words(signed_in(sam).post(page, {"take_back": "1"}, follow=True))
    assert "Taken back. It is a difference to be put right again." in said
    assert (drifted.reload().drifted, drifted.setup.known_drift) == ([LINE], {})
    assert state_of(team) is Reason.DRIFTED
    first, again = Notice.objects.filter(kind=Kind.DRIFTED).order_by("id")
    assert (again.before, again.after, again.actor_id) == (first.before, first.after, sam.pk)
    look_again(drifted)
    assert told() == 2, "it is told once that it is one again"
    said = words(signed_in(sam).post(page, {"take_back": "1"}, follow=True))
    assert "Nobody says any more that this difference is all right." in said
    acknowledge(drifted, sam)
    assert drifted.setup.drifted == []


def test_taken_back_while_it_is_right_again_it_is_told_when_it_comes_back(drifted: SetupHarness) -> None:
    acknowledge(drifted)
    save_policies(drifted, policies.WANTED)
    look_again(drifted)
    handover.unacknowledge(given(drifted.setup, drifted.person), drifted.person, LINE)
    assert (told(), drifted.reload().drifted) == (1, [])
    save_policies(drifted, SELF)
    look_again(drifted)
    assert (told(), drifted.setup.drifted) == (2, [LINE])


@pytest.mark.parametrize(
    ("reason", "days", "code"),
    [("", 5, "known_why"), ("It is fine", -1, "known_until"), ("It is fine", 999, "known_until")],
)
def test_a_reason_and_a_day_within_a_year_are_asked_for(
    drifted: SetupHarness, reason: str, days: int, code: str
) -> None:
    until = timezone.now().date() + timedelta(days=days)
    with pytest.raises(NotDone) as why:
        handover.acknowledge(given(drifted.setup, drifted.person), drifted.person, LINE, reason, until)
    assert why.value.code == code


def test_what_is_right_again_can_not_be_known(kept: SetupHarness) -> None:  # noqa: F811
    with pytest.raises(NotDone, match="not_drifted"):
        acknowledge(kept)


def test_on_the_page_it_is_noted_by_a_form(drifted: SetupHarness, signed_in: SignedIn) -> None:
    browser, page = signed_in(drifted.person), f"/setups/{drifted.setup.pk}/known/{LINE}/"
    assert "Choose a day within the next year" in words(
        browser.post(page, {"reason": "It is fine", "until": "soon"}, follow=True)
    )
    assert drifted.reload().known_drift == {}
    until = (timezone.now().date() + timedelta(days=7)).isoformat()
    said = words(browser.post(page, {"reason": "It is fine", "until": until}, follow=True))
    assert "Noted. It is not told again up to that day" in said
    assert [each.until.isoformat() for each in differences.known_lines(drifted.reload())] == [until]
    assert "Knows this difference until" in words(browser.get(f"/setups/{drifted.setup.pk}/history/"))


def test_opened_again_the_setup_forgets_what_was_known(drifted: SetupHarness) -> None:
    acknowledge(drifted)
    handover.reopen(given(drifted.setup, drifted.person), drifted.person)
    assert drifted.reload().known_drift == {}
