"""A setup that was begun by mistake is put away: forgotten by every list, and taken back at any time."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.models import Connection
from teams.models import Role, Team
from tests.fixture_types import MakePerson, SignedIn
from tests.wizard.guest_browser import words
from tests.wizard.harness import SetupHarness
from tests.wizard.views.conftest import Site
from wizard.actions import guest_links
from wizard.actions.start import open_setup
from wizard.jobs import bulk_check
from wizard.models import Setup, Watch
from wizard.monitoring import live_polling

pytestmark = pytest.mark.django_db


def test_lists_counts_and_watches_forget_it_and_its_history_stays(site: Site) -> None:
    setup, now = site.desk.setup, timezone.now()
    Watch.objects.create(setup=setup, stage="policies", until=now + live_polling.PRESENT)
    said = site.post("archive")
    assert "is in no list any more" in site.said(said)
    home, support = (words(site.client.get(reverse(f"wizard:{name}"))) for name in ("home", "support"))
    assert site.desk.org.name not in home.replace(f"Archived: the setup in {site.desk.org.name}", "")
    assert "needs somebody" not in home
    assert site.desk.org.name not in support
    assert live_polling.due(timezone.now()) == []
    assert not bulk_check.due(timezone.now()).exists()
    assert Connection.objects.get().state == "revoked", "nobody else needs it"
    assert "Archived this setup" in site.page("history")
    assert site.get("report").status_code == 200
    found = words(site.client.get(reverse("wizard:home"), {"state": "archived"}))
    assert site.desk.org.name in found


def test_its_pages_lead_to_the_way_back_and_its_buttons_do_nothing(site: Site) -> None:
    site.post("archive")
    page = site.at("archive")
    for name, args in (("stage", ["policies"]), ("setup", []), ("finish", [])):
        assert site.get(name, *args)["Location"] == page
    assert site.post("check")["Location"] == page
    part = site.client.get(site.at("live", "policies"), headers={"HX-Request": "true"})
    assert part["HX-Redirect"] == page, "an open page goes there as a whole"
    assert not site.desk.setup.jobs.filter(state="queued").exists()


def test_taken_back_it_is_where_it_was(site: Site) -> None:
    site.post("archive")
    assert "is archived" in words(site.get("archive"))
    assert site.post("archive", take_back="1")["Location"] == site.at("setup")
    assert site.desk.org.name in words(site.client.get(reverse("wizard:home")))
    assert [each.kind for each in site.desk.events("archived", "unarchived")] == ["archived", "unarchived"]


def test_a_new_one_may_be_begun_meanwhile_and_the_old_one_then_stays_away(site: Site) -> None:
    site.post("archive")
    new, is_new = open_setup(site.desk.org, site.desk.person)
    assert is_new
    answer = site.post("archive", take_back="1")
    assert answer["Location"] == reverse("wizard:setup", args=[new.pk])
    assert "Another setup is open in this org" in site.said(answer)
    assert site.desk.reload().archived_at


def test_a_connection_that_another_setup_needs_is_kept(site: Site) -> None:
    Setup.objects.update(finished_at=timezone.now(), keep_watching=True)
    begun, _new = open_setup(site.desk.org, site.desk.person)
    assert "so we disconnect" not in words(site.client.get(reverse("wizard:archive", args=[begun.pk])))
    site.client.post(reverse("wizard:archive", args=[begun.pk]))
    assert Connection.objects.get().is_connected


def test_nothing_is_put_away_under_a_running_change(site: Site) -> None:
    site.desk.approve("permission_set")
    assert "Changes are being made right now" in site.said(site.post("archive"))
    assert site.desk.reload().archived_at is None


def test_a_link_for_the_client_opens_nothing_until_it_is_taken_back(site: Site, client: Client) -> None:
    _made, link = guest_links.make(site.desk.setup, ["policies"], site.desk.person)
    path = link.partition("8000")[2]
    site.post("archive")
    assert client.get(path).status_code == 410
    site.post("archive", take_back="1")
    assert client.get(path).status_code == 200


def test_who_only_looks_is_offered_no_way_back(
    checked: SetupHarness, signed_in: SignedIn, person: MakePerson, team: Team
) -> None:
    Setup.objects.update(archived_at=timezone.now())
    page = Site(signed_in(person("Vic Viewer", team, Role.VIEWER)), checked).page("archive")
    assert "is archived" in page
    assert "Take it back" not in page
