"""What costs others something has a limit for each person, and its page says when to try again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from lxml import html

from orgs.models import Org
from teams import limits
from teams.models import Invitation, Team, User
from tests.conftest import PASSWORD
from tests.fixture_types import SignedIn
from tests.security.road import Walker
from tests.wizard.harness import AUTOMATIC
from wizard.models import Job

pytestmark = pytest.mark.django_db


def clock(seconds: int) -> SimpleNamespace:
    return SimpleNamespace(time=lambda: 1_800_000_000.0 + seconds)


@pytest.fixture(autouse=True)
def _nothing_counted_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teams.limits.time", clock(0))  # no border of two windows on the way


def use_up(limit: Any, user: User) -> int:
    """Until it says no; how often it said yes."""
    for count in range(1000):
        if limit(user):
            return count
    raise AssertionError("there is no limit")


@pytest.mark.parametrize("limit", [limits.connecting, limits.inviting, limits.changing])
def test_a_limit_is_one_persons_and_ends_with_its_time(
    limit: Any, dana: User, sam: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 20 <= use_up(limit, dana) <= 300
    seconds = limit(dana)
    assert 0 < seconds <= 3600
    assert limit(sam) == 0
    monkeypatch.setattr("teams.limits.time", clock(seconds))
    assert limit(dana) == 0


def test_too_many_sign_ins_at_salesforce(signed_in: SignedIn, dana: User) -> None:
    browser = signed_in(dana)
    use_up(limits.connecting, dana)
    answer = browser.post(reverse("orgs:connect"), {"where": "production"})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    page = answer.content.decode()
    assert "very often in a short time" in page
    assert "Try again in" in page
    assert "sign_ins" not in browser.session


def test_too_many_invitations(
    signed_in: SignedIn, priya: User, team: Team, mailoutbox: list[EmailMessage]
) -> None:
    use_up(limits.inviting, priya)
    form = {"email": "new@example.com", "role": "support"}
    answer = signed_in(priya).post(reverse("teams:invite", args=[team.pk]), form)
    assert answer.status_code == 429
    assert not Invitation.objects.exists()
    assert mailoutbox == []


def test_too_many_changes_leave_the_plan_on_the_page(walker: Walker) -> None:
    desk = walker.sign_in(walker.new_org(people=3))
    desk.choose(1)
    desk.check()
    use_up(limits.changing, desk.person)
    stage = reverse("wizard:stage", args=[desk.setup.pk, "permission_set"])
    page = walker.site.get(stage)
    form = dict(
        _fields(page.content.decode(), reverse("wizard:apply", args=[desk.setup.pk, "permission_set"]))
    )
    answer = walker.site.post(reverse("wizard:apply", args=[desk.setup.pk, "permission_set"]), form)
    assert answer.status_code == 302
    said = " ".join(str(each) for each in get_messages(answer.wsgi_request))
    assert "Try again in" in said
    assert not Job.objects.filter(kind="apply").exists()
    desk.reload()
    assert desk.plan(*AUTOMATIC)
    cache.clear()
    walker.site.post(reverse("wizard:apply", args=[desk.setup.pk, "permission_set"]), form)
    assert Job.objects.filter(kind="apply").count() == 1, "else the limit was not what stopped it"
    assert Org.objects.count() == 1


def _fields(page: str, action: str) -> Any:
    form, *_ = [form for form in html.fromstring(page).forms if form.action == action]
    return [(key, value or "") for key, value in form.form_values()]


def test_too_many_sign_ins_here_have_our_page_too(client: Client, dana: User) -> None:
    """django-allauth's own limit of sign-ins from one address."""
    form = {"login": dana.email, "password": PASSWORD + "x"}
    answers = [client.post(reverse("account_login"), form) for _ in range(40)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert "Try again in a few minutes." in refused[-1].content.decode()
