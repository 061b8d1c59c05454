"""Each client of a list gets one setup and one link, whatever goes wrong in between."""

from __future__ import annotations

import re
import sys
from functools import partial

import pytest

from bulk import lists, starting
from teams.models import Membership
from tests.notices.telling import MailServer
from tests.troubled_server import LEAVES_SOCKETS, running
from tests.waiting import eventually
from tests.wizard.processes import kill, process
from wizard.guests import invitations
from wizard.models import Event, GuestInvitation, Setup

pytestmark = [pytest.mark.django_db, *LEAVES_SOCKETS]


def start_all(made):
    while starting.start_next(made):
        made.refresh_from_db()
    made.refresh_from_db()


def test_each_client_gets_a_setup_with_the_choices_of_the_preset_and_a_link_in_its_language(
    handed_in, preset, mails, dana
):
    preset("Standard", profile="Marketing User Profile")
    made = handed_in("Contoso,ana@contoso.example,standard,7281001", "Fabrikam,it@fabrikam.example,,")
    lists.go(made, dana)
    start_all(made)
    assert [row.state for row in made.rows.all()] == ["started", "started"]
    contoso, fabrikam = (Setup.objects.get(org__name=name) for name in ("Contoso", "Fabrikam"))
    chosen = {key: contoso.inputs[key] for key in ("set_label", "set_name", "mid", "people_profile")}
    assert chosen == {
        "set_label": "MC Users",
        "set_name": "MC_Users",
        "mid": "7281001",
        "people_profile": "Marketing User Profile",
    }
    assert fabrikam.inputs["set_name"] == "Marketing_Cloud_Connected_App"
    assert {contoso.started_by, fabrikam.started_by} == {dana}
    assert kinds(contoso) == kinds(fabrikam) == ["setup_started", "guest_mailed"]
    to_contoso, to_fabrikam = mails.mails
    assert "To: ana@contoso.example" in to_contoso
    assert "To: it@fabrikam.example" in to_fabrikam
    assert f"Reply-To: {dana.email}" in to_contoso
    assert ("Guten Tag" in to_contoso, "Hello" in to_fabrikam) == (True, True)
    for mail, setup in ((to_contoso, contoso), (to_fabrikam, fabrikam)):
        [token] = re.findall(r"/guest/([\w-]+)/", mail)
        assert invitations.by_token(token) == setup.invitations.get()


def kinds(setup):
    return list(Event.objects.filter(setup=setup).order_by("id").values_list("kind", flat=True))


def test_a_preset_may_ask_for_the_sign_in_only(handed_in, preset, mails, dana):
    made = handed_in("Contoso,ana@contoso.example,,", preset=preset(only_sign_in=True))
    lists.go(made, dana)
    start_all(made)
    assert GuestInvitation.objects.get().stages == ()


def test_nothing_is_started_before_somebody_presses_the_button(handed_in, mails):
    start_all(handed_in("Contoso,ana@contoso.example,,"))
    assert not Setup.objects.exists()
    assert not mails.mails


def test_an_address_that_is_refused_is_put_back_and_the_rest_is_started(handed_in, settings, dana):
    with running(MailServer(b"550 5.1.1 no such user", b"unknown.example")) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        made = handed_in("Contoso,ana@unknown.example,,", "Fabrikam,it@fabrikam.example,,")
        lists.go(made, dana)
        start_all(made)
    first, second = made.rows.all()
    assert (first.state, first.problem, first.about) == ("to_mend", "refused_address", "ana@unknown.example")
    assert second.state == "started"
    assert [setup.org.name for setup in Setup.objects.all()] == ["Fabrikam"], "neither setup nor org is left"
    assert GuestInvitation.objects.count() == 1


def test_without_a_mail_server_it_stops_by_itself_with_nothing_begun_and_goes_on_later(
    handed_in, settings, dana, free_port
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    made = handed_in("Contoso,ana@contoso.example,,", "Fabrikam,it@fabrikam.example,,")
    lists.go(made, dana)
    start_all(made)
    assert (made.problem, made.is_going) == ("no_mail", False)
    assert [row.state for row in made.rows.all()] == ["waiting", "waiting"]
    assert not Setup.objects.exists()
    with running(MailServer()) as server:
        settings.EMAIL_PORT = server.port
        lists.go(made, dana)
        start_all(made)
        assert len(server.mails) == 2
    assert made.problem == ""


def test_whoever_left_the_team_meanwhile_starts_nobody_more(handed_in, mails, dana):
    made = handed_in("Contoso,ana@contoso.example,,")
    lists.go(made, dana)
    Membership.objects.filter(user=dana).delete()
    start_all(made)
    assert made.problem == "not_allowed"
    assert not Setup.objects.exists()


def test_two_lists_with_the_same_client_start_it_once(handed_in, mails, dana, sam):
    first = handed_in("Contoso,ana@contoso.example,,")
    second = handed_in("CONTOSO,ana@contoso.example,,", by=sam)
    for made, who in ((first, dana), (second, sam)):
        lists.go(made, who)
        start_all(made)
    assert Setup.objects.count() == len(mails.mails) == 1
    assert [second.rows.get().problem, second.rows.get().about] == ["client_there", "CONTOSO"]


def test_stopping_leaves_the_rest_for_later(handed_in, mails, dana):
    made = handed_in("Contoso,ana@contoso.example,,", "Fabrikam,it@fabrikam.example,,")
    lists.go(made, dana)
    assert starting.start_next(made)
    lists.stop(made)
    assert not starting.start_next(made)
    assert not list(lists.unfinished())
    lists.go(made, dana)
    start_all(made)
    assert len(mails.mails) == 2


def started_at_least(count):
    return Setup.objects.count() >= count


WORKER = """
import time
import django; django.setup()
from bulk import lists, starting
while True:
    for made in lists.unfinished():
        while starting.start_next(made):
            pass
    time.sleep(0.02)
"""


@pytest.mark.django_db(transaction=True)
def test_fifty_clients_are_started_once_each_though_the_worker_is_killed_again_and_again(
    handed_in, mails, dana, child_env, tmp_path
):
    made = handed_in(*(f"Client {number},c{number}@client.example,," for number in range(50)))
    lists.go(made, dana)
    env = {
        **child_env,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mails.port),
    }
    command = [sys.executable, "-c", WORKER]
    for turn in range(3):
        some = 12 * (turn + 1)
        with process(command, env, tmp_path / "worker.log") as worker:
            eventually("some are started", partial(started_at_least, some))
            kill(worker)
    with process(command, env, tmp_path / "worker.log"):
        eventually("all are started", lambda: not made.rows.exclude(state="started").exists())
    assert Setup.objects.count() == GuestInvitation.objects.count() == 50
    addresses = re.findall(r"^To: (\S+)", "\n".join(mails.mails), re.M)
    assert len(set(addresses)) == 50
    assert len(addresses) <= 50 + 3, "at most the mail that was on its way at each kill went twice"
