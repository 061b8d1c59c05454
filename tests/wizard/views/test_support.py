"""The support page: all that somebody needs who was called for help, on one page and in few queries."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html

from orgs.connections import tokens
from orgs.models import Connection, Org
from teams.models import SetupGuest, Team, User
from tests.fixture_types import MakePerson, MakeSetup, SignedIn
from tests.wizard.given import given, given_team
from tests.wizard.harness import SetupHarness
from tests.wizard.views.conftest import Site
from wizard.actions import assignment, start
from wizard.history.record import record_event
from wizard.models import GuestInvitation, Setup

pytestmark = pytest.mark.django_db

REFUSAL = "CANNOT_MODIFY_MANAGED_OBJECT"


@pytest.fixture
def stopped(checked: SetupHarness) -> SetupHarness:
    """An apply that Salesforce refused."""
    checked.theirs.switches.change(app_grant=REFUSAL)
    job = checked.apply()
    assert (job.state, job.error_code) == ("failed", REFUSAL)
    return checked


@pytest.fixture
def support(stopped: SetupHarness, sam: User, signed_in: SignedIn) -> Site:
    return Site(signed_in(sam), stopped)


def test_the_case_names_the_permission_that_is_missing_wherever_the_work_stands(
    make: MakeSetup, sam: User, signed_in: SignedIn
) -> None:
    desk: SetupHarness = make(as_user="leo.park")
    desk.choose(1)
    desk.check()
    said = text(Site(signed_in(sam), desk).page("support_setup"))
    assert "Manage Profiles and Permission Sets" in said


def test_an_org_of_the_stand_in_is_told_apart_from_a_real_one(support: Site) -> None:
    assert "Practice: no real org" in text(support.page("support_setup"))
    Org.objects.update(login_origin="https://test.salesforce.com")
    assert "Practice" not in text(support.page("support_setup"))


def forms(page: str) -> set[str]:
    return {str(form.action) for form in html.fromstring(page).forms}


def text(page: str) -> str:
    return " ".join(html.fromstring(page).text_content().split())


def test_the_list_shows_it_with_reason_remedy_and_a_link(support: Site) -> None:
    page = support.client.get(reverse("wizard:support")).content.decode()
    assert support.at("support_setup") in page
    for words in ("Stopped with a problem", "What helps:", "Not assigned.", "Started by Dana Whitfield."):
        assert words in text(page)


def test_what_stopped_just_now_is_not_told_in_minutes(support: Site) -> None:
    said = text(support.client.get(reverse("wizard:support")).content.decode())
    assert "Waits since" in said
    assert "(now)" in said or "ago)" in said
    assert "0 minutes" not in said.replace("\xa0", " ")


def test_one_page_says_what_happened_what_is_next_and_who_is_on_it(support: Site) -> None:
    desk = support.desk
    job = desk.setup.jobs.get(state="failed")
    record_event(desk.setup, "note", actor=desk.person, text="Called Ana.\nShe looks.")
    page = support.page("support_setup")
    said = text(page)
    assert f"{REFUSAL}:" in said
    assert f"Reference {job.reference}" in said
    assert "The work stopped with a problem" in said
    assert "stages done" in said
    assert "Asked for a check" not in said, "each check is followed by what it came to"
    assert said.count("Checked every item against the org") == 1, "the newest tells enough"
    assert desk.org.connection.username in said
    assert "in 24 hours" in said, "the API calls that are left"
    assert "Called Ana.\nShe looks." in page, "the note's lines stay lines"
    assert {support.at("take_over"), support.at("note"), support.at("check")} <= forms(page)
    assert support.at("stage", "app_access") in page, "where it stopped"


def test_the_page_takes_few_queries_however_long_the_past(support: Site, sam: User) -> None:
    desk = support.desk
    for number in range(60):
        record_event(desk.setup, "note", actor=sam, text=f"Note {number}")
    invite(desk.setup, stage="policies")
    assignment.take_over(given(desk.setup, sam), sam)
    support.page("support_setup")
    with CaptureQueriesContext(connection) as queries:
        page = support.page("support_setup")
    bell = 2  # of every page
    assert len(queries) <= 12 + bell, "\n".join(query["sql"][:120] for query in queries)
    assert "Note 59" in page
    assert "Note 3<" not in page


def invite(setup: Setup, **more: Any) -> GuestInvitation:
    tomorrow = timezone.now() + timedelta(days=1)
    return GuestInvitation.objects.create(
        setup=setup, token_hash=uuid.uuid4().hex, expires_at=tomorrow, **more
    )


def test_guests_and_open_invitations_are_named(support: Site, dana: User, team: Team) -> None:
    setup = support.desk.setup
    guest = User.objects.create_user("g@guests.invalid", name="Gia Client", is_guest=True)
    tomorrow = timezone.now() + timedelta(days=1)
    SetupGuest.objects.create(user=guest, team=team, setup_id=setup.pk, expires_at=tomorrow)
    invite(setup, stage="policies", invited_by=dana, used_by=guest)
    invite(setup, stage="connect", invited_by=dana)
    invite(setup, stage="people", invited_by=dana, revoked_at=timezone.now())
    said = text(support.page("support_setup"))
    assert "Gia Client, until" in said
    assert "Gia Client uses it." in said
    assert "Nobody has used it yet." in said
    assert said.count("Sent by Dana Whitfield") == 2


def test_a_signed_out_org_offers_the_sign_in_and_no_check(support: Site) -> None:
    tokens.disconnect(support.desk.org.connection)
    page = support.page("support_setup")
    assert reverse("orgs:reconnect", args=[support.desk.org.pk]) in forms(page)
    assert support.at("check") not in forms(page)
    assert "Nobody needs the client's password." in text(page)
    assert "password" not in {field.get("type") for field in html.fromstring(page).iter("input")}


def test_few_calls_left_are_told(support: Site) -> None:
    Connection.objects.update(api_used=85, api_limit=100)
    said = text(support.page("support_setup"))
    assert "15 of 100 in 24 hours" in said
    assert "Few calls are left." in said


def test_a_setup_whose_client_has_not_signed_in_breaks_nothing(support: Site, team: Team, dana: User) -> None:
    setup = start.begin_for_client(given_team(team, dana), dana, "Not yet")
    page = support.client.get(reverse("wizard:support_setup", args=[setup.pk]))
    assert page.status_code == 200
    assert "Nobody has signed in to this org yet." in text(page.content.decode())
    next_card = html.fromstring(page.content).get_element_by_id("next-title").getparent().getparent()
    assert not list(next_card.iter("li")), "bare titles of lines say nothing"
    assert "begins as soon as somebody signs in" in text(page.content.decode())
    primary = html.fromstring(page.content).find_class("primary")
    assert [link.get("href") for link in primary] == [reverse("wizard:invite", args=[setup.pk])]
    listed = support.client.get(reverse("wizard:support")).content.decode()
    assert "Not connected yet" in listed
    support.client.post(reverse("wizard:take_over", args=[setup.pk]))
    setup.refresh_from_db()
    assert setup.assignee is not None


def test_the_history_of_a_setup_that_waits_for_its_client_opens(
    support: Site, team: Team, dana: User
) -> None:
    setup = start.begin_for_client(given_team(team, dana), dana, "Not yet")
    page = support.client.get(reverse("wizard:history", args=[setup.pk]))
    assert page.status_code == 200
    assert "Started this setup" in text(page.content.decode())
    assert reverse("wizard:report", args=[setup.pk]) not in page.content.decode()


def test_list_and_page_lead_to_where_the_work_stopped(support: Site) -> None:
    there = support.at("stage", "app_access")
    page = html.fromstring(support.page("support_setup"))
    assert [link.get("href") for link in page.find_class("primary") if link.tag == "a"] == [there]
    assert "Stage 5: Add the permission set to the app" in text(support.page("support_setup"))
    listed = text(support.client.get(reverse("wizard:support")).content.decode())
    assert "Next: Add the permission set to the app." in listed
    assert support.desk.reload().next_stage != "app_access", "else this shows nothing"


def test_a_handed_over_setup_can_be_looked_at_but_not_taken_over(support: Site) -> None:
    Setup.objects.update(finished_at=timezone.now())
    page = support.page("support_setup")
    assert support.at("take_over") not in forms(page)
    support.post("take_over")
    assert Setup.objects.get().assignee is None


def test_a_handed_over_setup_says_what_changed_and_nothing_that_is_next(support: Site) -> None:
    Setup.objects.update(finished_at=timezone.now(), drifted=["permitted_users"])
    title = next(
        step.title.plain() for step in support.desk.setup.guide.steps() if step.key == "permitted_users"
    )
    card = text(support.client.get(reverse("wizard:support")).content.decode())
    page = text(support.page("support_setup"))
    for said in (card, page):
        assert title in said
        assert "Noticed" in said
        assert "Next: " not in said
    assert "What is next" not in page
    assert "Go to stage 8" in page
    assert "Continue at stage" not in page


def test_a_viewer_looks_and_is_offered_nothing(
    stopped: SetupHarness, signed_in: SignedIn, person: MakePerson, team: Team
) -> None:
    viewer = Site(signed_in(person("Vic Viewer", team, "viewer")), stopped)
    assert "Needs help" in viewer.client.get("/").content.decode()
    assert viewer.at("support_setup") in viewer.client.get(reverse("wizard:support")).content.decode()
    assert forms(viewer.page("support_setup")) == {"/account/logout/", "/language/"}


def test_what_an_org_or_a_person_is_called_never_becomes_markup(
    make: MakeSetup, signed_in: SignedIn, sam: User
) -> None:
    bad = "<img src=x onerror=alert(1)> {0} {{ x }} %s"
    desk: SetupHarness = make(name=bad)
    User.objects.filter(pk=desk.person.pk).update(name=bad)
    desk.person.refresh_from_db()
    record_event(desk.setup, "note", actor=desk.person, text=bad)
    assignment.take_over(given(desk.setup, desk.person), desk.person)
    tokens.disconnect(desk.org.connection)
    for path in (
        reverse("wizard:support"),
        reverse("wizard:support_setup", args=[desk.setup.pk]),
        reverse("wizard:history", args=[desk.setup.pk]),
        reverse("wizard:home"),
    ):
        page = signed_in(sam).get(path).content.decode()
        assert "<img src=x" not in page, path
        assert "&lt;img src=x onerror=alert(1)&gt; {0} {{ x }} %s" in page, path


@pytest.mark.parametrize(
    "query",
    ["?page=0", "?page=x", "?page=9999", "?q=%00", "?q=%25", "?q=%F0%9F%98%80", "?who=-1", "?reason=x"],
)
def test_strange_queries_are_no_error(support: Site, query: str) -> None:
    assert support.client.get(reverse("wizard:support") + query).status_code == 200
