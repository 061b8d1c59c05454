"""A setup that the client connects: until then one page, and nothing else of the app trips over it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from orgs.connections import tokens
from orgs.fields import Secret
from orgs.models import Connection, Org, Revocation
from orgs.tasks import revoke_idle
from simulator.org.store import Org as StandInOrg
from simulator.server import Stand
from teams.models import Membership, Team, User
from teams.models.audit import AuditEntry
from tests.answers import Answer
from tests.fixture_types import SignedIn
from tests.orgs.stand_in import Browser, admin_of, grants_alive
from tests.wizard.guest_browser import words
from tests.wizard.harness import SetupHarness
from wizard.models import Setup, Watch
from wizard.monitoring import live_polling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stand_in_allowed")]


def sign_in_for(stand: Stand, client: Client, setup: Setup, theirs: StandInOrg) -> Answer:
    """Choose where, go to Salesforce, come back."""
    browser = Browser(client, stand)
    response = client.post(reverse("wizard:bind", args=[setup.pk]), {"where": stand.url})
    assert response.status_code == 302, response.content.decode()
    return browser.back(browser.at_salesforce(response["Location"], admin_of(theirs)))


def test_a_setup_begins_with_the_client_s_name_only(dana: User, signed_in: SignedIn) -> None:
    browser = signed_in(dana)
    assert reverse("wizard:for_client") in browser.get(reverse("orgs:connect")).content.decode()
    assert browser.post(reverse("wizard:for_client"), {"name": " "}).status_code == 422
    response = browser.post(reverse("wizard:for_client"), {"name": "Contoso"})
    setup = Setup.objects.get()
    assert response["Location"] == reverse("wizard:invite", args=[setup.pk])
    assert (setup.org.name, setup.org.is_bound, setup.started_by) == ("Contoso", False, dana)
    page = words(browser.get(response["Location"]))
    assert "Waiting for the client to sign in" in page
    assert reverse("wizard:bind", args=[setup.pk]) in page


def test_who_is_in_several_teams_chooses_one(dana: User, signed_in: SignedIn) -> None:
    second = Team.objects.create(name="Second")
    Membership.objects.create(team=second, user=dana, role="consultant")
    browser = signed_in(dana)
    assert browser.post(reverse("wizard:for_client"), {"name": "Contoso"}).status_code == 422
    browser.post(reverse("wizard:for_client"), {"name": "Contoso", "team": str(second.pk)})
    assert Org.objects.get().team == second


SETUP_PAGES = [
    "setup",
    "check",
    "inputs",
    "finish",
    "reopen",
    "report",
    "report_csv",
    "report_json",
]
STAGE_PAGES = ["stage", "live", "actions", "apply", "undo", "way", "stop"]


@pytest.mark.parametrize("name", [*SETUP_PAGES, *STAGE_PAGES])
def test_every_page_of_it_is_the_one_that_says_what_is_waited_for(
    unbound: Setup, dana: User, signed_in: SignedIn, name: str
) -> None:
    args = [unbound.pk, "policies"] if name in STAGE_PAGES else [unbound.pk]
    browser = signed_in(dana)
    waiting = reverse("wizard:invite", args=[unbound.pk])
    response = browser.get(reverse(f"wizard:{name}", args=args))
    assert response["Location"] == waiting
    if name not in ("setup", "report", "report_csv", "report_json", "stage", "live", "actions"):
        assert browser.post(reverse(f"wizard:{name}", args=args))["Location"] == waiting
    assert not unbound.jobs.exists()


def test_it_is_listed_as_waiting_and_not_as_an_org_to_sign_in_to(
    unbound: Setup, dana: User, signed_in: SignedIn
) -> None:
    page = words(signed_in(dana).get("/"))
    assert "Contoso" in page
    assert "The client has not signed in yet" in page
    assert "Waiting for the client" in page
    assert "Not connected yet" in page
    assert "1 setup needs somebody." in page


def test_there_is_nothing_to_reconnect_disconnect_or_begin(
    unbound: Setup, dana: User, signed_in: SignedIn
) -> None:
    browser = signed_in(dana)
    for name in ("orgs:reconnect", "orgs:disconnect", "wizard:begin"):
        assert browser.post(reverse(name, args=[unbound.org_id])).status_code == 404
    assert browser.get(reverse("orgs:disconnect", args=[unbound.org_id])).status_code == 404
    assert browser.get(reverse("wizard:opened", args=[unbound.org_id])).status_code == 302
    assert not unbound.events.exclude(kind="setup_started").exists()


def test_an_owner_sees_no_connection_of_it(
    unbound: Setup, priya: User, signed_in: SignedIn, team: Team
) -> None:
    page = words(signed_in(priya).get(reverse("orgs:connections", args=[team.pk])))
    assert "Contoso" not in page


def test_what_runs_by_itself_leaves_it_alone(unbound: Setup, stand: Stand) -> None:
    now = timezone.now()
    Watch.objects.create(setup=unbound, stage="policies", until=now + live_polling.PRESENT)
    assert unbound.pk not in live_polling.due(now)
    assert revoke_idle() == 0
    mark = stand.world.mark()
    call_command("check_all", stdout=StringIO())
    assert stand.world.log_since(mark) == []
    assert not unbound.jobs.exists()
    assert not Revocation.objects.exists()


def test_calibrate_says_that_there_is_no_org_yet(unbound: Setup) -> None:
    from django.core.management.base import CommandError

    with pytest.raises(CommandError, match="Contoso"):
        call_command("calibrate", "Contoso", stdout=StringIO())


def test_metrics_can_be_read(unbound: Setup, client: Client, settings: Settings) -> None:
    settings.METRICS_KEY = "a-key"
    answer = client.get(reverse("metrics"), headers={"authorization": "Bearer a-key"})
    assert answer.status_code == 200
    counted = answer.content.decode().splitlines()
    assert 'connect_guide_connections{state="needs_reconnecting"} 0' in counted, "nobody has signed in yet"


def test_the_page_goes_on_by_itself(
    desk: SetupHarness, unbound: Setup, dana: User, signed_in: SignedIn
) -> None:
    browser = signed_in(dana)
    asks = {"HX-Request": "true"}
    address = reverse("wizard:invite", args=[unbound.pk])
    assert 'hx-trigger="every 10s"' in browser.get(address).content.decode()
    waiting = browser.get(address, headers=asks)
    assert "HX-Redirect" not in waiting.headers
    assert (waiting.status_code, waiting.content) == (204, b""), "nothing is made for nobody"
    bound = browser.get(reverse("wizard:invite", args=[desk.setup.pk]), headers=asks)
    assert bound.headers["HX-Redirect"] == reverse("wizard:setup", args=[desk.setup.pk])


# -- a member signs in for the client


def test_a_member_signs_in_for_the_client(
    unbound: Setup, theirs: StandInOrg, stand: Stand, dana: User, signed_in: SignedIn
) -> None:
    browser = signed_in(dana)
    assert browser.post(reverse("wizard:bind", args=[unbound.pk]), {}).status_code == 422
    response = sign_in_for(stand, browser, unbound, theirs)
    assert response["Location"] == reverse("wizard:setup", args=[unbound.pk])
    org = Org.objects.get()
    assert (org.org_id, org.name) == (theirs.id, "Contoso Holding")
    assert org.connection.granted_by == dana
    told = AuditEntry.objects.filter(kind__in=("orgs.connected", "orgs.reconnected"))
    assert [entry.kind for entry in told] == ["orgs.connected"], "nobody was connected before"
    assert unbound.jobs.filter(kind="check").exists()
    assert browser.get(reverse("wizard:bind", args=[unbound.pk]))["Location"] == response["Location"]
    assert browser.get(reverse("wizard:stage", args=[unbound.pk, "policies"])).status_code == 200


def test_a_member_is_told_of_the_open_setup_of_that_org(
    desk: SetupHarness, unbound: Setup, signed_in: SignedIn
) -> None:
    response = sign_in_for(desk.stand, signed_in(desk.person), unbound, desk.theirs)
    assert response.status_code == 400
    page = words(response)
    assert "Your team works on this org already" in page
    assert reverse("wizard:bind", args=[unbound.pk]) in page
    unbound.refresh_from_db()
    assert not unbound.org.is_bound


def test_an_org_with_its_own_app_is_bound_and_has_to_be_signed_in_to_through_it(
    desk: SetupHarness, unbound: Setup, signed_in: SignedIn
) -> None:
    desk.setup.finished_at = timezone.now()
    desk.setup.save()
    assert tokens.revoke(desk.org.connection)
    Org.objects.filter(pk=desk.org.pk).update(client_id="of-this-org", client_secret=Secret("theirs"))
    page = words(sign_in_for(desk.stand, signed_in(desk.person), unbound, desk.theirs))
    assert "This org has an app of its own" in page
    assert f'action="{reverse("orgs:reconnect", args=[desk.org.pk])}"' in page
    unbound.refresh_from_db()
    assert unbound.org == desk.org
    assert not Connection.objects.get(org=desk.org).is_connected
    assert grants_alive(desk.stand, desk.theirs.id) == 0


def test_who_lost_their_role_on_the_way_binds_nothing(
    unbound: Setup, theirs: StandInOrg, stand: Stand, dana: User, signed_in: SignedIn
) -> None:
    browser = signed_in(dana)
    address = browser.post(reverse("wizard:bind", args=[unbound.pk]), {"where": stand.url})["Location"]
    answer = Browser(browser, stand).at_salesforce(address, admin_of(theirs))
    Membership.objects.filter(user=dana).update(role="viewer")
    assert Browser(browser, stand).back(answer).status_code == 403
    unbound.refresh_from_db()
    assert not unbound.org.is_bound
    assert not Connection.objects.filter(state=Connection.State.CONNECTED).exists()
    assert grants_alive(stand, theirs.id) == 0
