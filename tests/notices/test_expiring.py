"""A secret that ends is told to the owners 30 and 7 days before, once each; one without a day never."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.mail import EmailMessage
from django.urls import reverse

from notices import bell, expiring, words
from notices.kinds import Kind, every_kind
from notices.models import Channel, Notice
from orgs.models import RegisteredApp
from teams.models import Team, User
from tests.fixture_types import SignedIn
from tests.notices.telling import Receiver, add_channel, tell

pytestmark = pytest.mark.django_db
ENDS = date(2030, 3, 31)
PLACE = "https://client.my.salesforce.com"


def told() -> int:
    return Notice.objects.filter(kind=Kind.SECRET_ENDING).count()


@pytest.fixture
def app(team: Team, priya: User) -> RegisteredApp:
    return RegisteredApp.objects.create(
        team=team, origin=PLACE, client_id="key", client_secret="s3cret", secret_ends_on=ENDS, set_by=priya
    )


def test_it_is_told_30_and_7_days_before_once_each(app: RegisteredApp) -> None:
    after = {}
    for days in (31, 30, 29, 8, 7, 6, 0, -1):
        expiring.tell(ENDS - timedelta(days=days))
        expiring.tell(ENDS - timedelta(days=days))
        after[days] = told()
    assert after == {31: 0, 30: 1, 29: 1, 8: 1, 7: 2, 6: 2, 0: 2, -1: 2}


def test_a_new_day_is_told_anew_and_a_secret_without_one_never(app: RegisteredApp) -> None:
    expiring.tell(ENDS)
    RegisteredApp.objects.update(secret_ends_on=ENDS + timedelta(days=365))
    expiring.tell(ENDS)
    assert told() == 1
    expiring.tell(ENDS + timedelta(days=360))
    assert told() == 2
    RegisteredApp.objects.update(secret_ends_on=None)
    expiring.tell(ENDS + timedelta(days=365))
    assert told() == 2


def test_owners_read_it_in_their_bell_and_mail_and_the_team_s_webhook_hears_it(
    app: RegisteredApp,
    team: Team,
    priya: User,
    dana: User,
    receiver: Receiver,
    mailoutbox: list[EmailMessage],
) -> None:
    Channel.objects.create(type="mail", person=priya, kinds=every_kind())
    add_channel(team, receiver.url)
    expiring.tell(ENDS - timedelta(days=7))
    tell()
    assert (bell.unread(priya), bell.unread(dana)) == (1, 0)
    (mail,) = mailoutbox
    assert "client.my.salesforce.com" in mail.body
    assert "31 Mar" in mail.body or "March 31" in mail.body
    (request,) = receiver.requests
    assert (request.json["type"], request.json["data"]["setup"]) == ("secret_ending", None)
    assert "s3cret" not in request.body.decode() + mail.body
    notice = Notice.objects.get()
    assert words.say(notice).link.endswith(reverse("orgs:real_org", args=[team.pk]))


def test_an_owner_enters_the_day_with_the_secret(team: Team, priya: User, signed_in: SignedIn) -> None:
    page, browser = reverse("orgs:real_org", args=[team.pk]), signed_in(priya)
    sent = {
        "client_id": "3MVGkey",
        "client_secret": "s3cret",
        "address": PLACE,
        "secret_ends_on": "2020-01-01",
    }
    refused = browser.post(page, sent)
    assert refused.status_code == 422
    assert "This day is over" in refused.content.decode()
    browser.post(page, {**sent, "secret_ends_on": ENDS.isoformat()})
    assert RegisteredApp.objects.get().secret_ends_on == ENDS
    assert "The secret works until" in browser.get(page).content.decode()
