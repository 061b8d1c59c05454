"""Confirming, handing over, opening again; the report and the history."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from orgs.connections import tokens
from orgs.hosts import deep_link
from orgs.models import Connection
from simulator import policies
from teams.models import User
from tests.fixture_types import SignedIn
from tests.wizard.views.conftest import Site
from wizard.history.record import record_event
from wizard.jobs.handover import finish_setup
from wizard.models import Job, Setup, StepState
from wizard.monitoring import drift

pytestmark = pytest.mark.django_db


def state(site: Site, step: str) -> StepState:
    return StepState.objects.get(setup=site.desk.setup, step=step)


# Confirming


def test_what_nothing_can_read_is_signed_with_name_and_time(site: Site) -> None:
    response = site.post("confirm", "log_out", sure="1")
    assert response["Location"] == site.at("stage", "connect")
    signed = state(site, "log_out")
    assert (signed.confirmed_name, signed.confirmed_by) == ("Dana Whitfield", site.desk.person)
    assert signed.confirmed_at
    page = site.page("stage", "connect")
    assert "Confirmed by Dana Whitfield" in page


def test_without_the_button_nothing_is_signed(site: Site) -> None:
    response = site.post("confirm", "log_out")
    assert "Nothing is confirmed yet" in site.said(response)
    assert not StepState.objects.filter(confirmed_at__isnull=False).exists()


def test_the_button_says_who_confirms_what(site: Site) -> None:
    page = html.fromstring(site.page("stage", "connect"))
    onward, only = page.xpath("//*[@id='confirm-log_out']//button")
    said = " ".join(onward.text_content().split())
    assert said.startswith(
        "Confirm as Dana Whitfield: “I logged out of all Engagement sessions in this browser.”"
    )
    assert "Then: Open the Marketing Cloud tab (opens in a new tab)" in said
    assert onward.get("formtarget") == "_blank"
    assert only.text_content().strip() == "Only confirm it as Dana Whitfield"


def test_one_button_signs_and_leads_to_where_it_goes_on_in_the_org(site: Site) -> None:
    response = site.post("confirm", "log_out", sure="onward")
    assert state(site, "log_out").confirmed_name == "Dana Whitfield"
    tab = deep_link(site.desk.org.instance_url, "marketing_cloud_tab")
    page = html.fromstring(response.content)
    assert page.xpath("//meta[@http-equiv='refresh']/@content") == [f"0;url={tab}"]
    assert page.xpath("//main//a/@href") == [tab], "for a browser that does not go by itself"


def test_a_line_without_a_way_onward_leads_back_to_its_stage(site: Site) -> None:
    response = site.post("confirm", "ip_relaxation", sure="onward")
    assert response["Location"] == site.at("stage", "policies")


def test_signing_twice_is_one_signature_and_keeps_the_first_name(
    site: Site, sam: User, signed_in: SignedIn
) -> None:
    site.post("confirm", "log_out", sure="1")
    Site(signed_in(sam), site.desk).post("confirm", "log_out", sure="1")
    assert state(site, "log_out").confirmed_name == "Dana Whitfield"
    assert len(site.desk.events("confirmed")) == 1


def test_a_signature_can_be_taken_back(site: Site) -> None:
    site.post("confirm", "log_out", sure="1")
    for _ in range(2):
        site.post("confirm", "log_out", take_back="1")
    assert state(site, "log_out").confirmed_at is None
    assert len(site.desk.events("unconfirmed")) == 1


def test_what_salesforce_shows_needs_no_signature_and_takes_none(site: Site) -> None:
    response = site.post("confirm", "set_created", sure="1")
    assert "read from Salesforce" in site.said(response)
    assert state(site, "set_created").confirmed_at is None


def test_ip_relaxation_can_be_signed_where_the_audit_trail_is_silent(site: Site) -> None:
    refused = site.said(site.post("confirm", "ip_relaxation", sure="1"))
    assert "needs no confirmation" in refused, "nothing is saved on the app's page"
    assert not StepState.objects.filter(confirmed_at__isnull=False).exists()
    desk = site.desk
    desk.theirs.switches.change(ip_audit_rows=False)
    with desk.stand.world.lock:
        policies.save(desk.theirs, desk.theirs.app_id, policies.WANTED, desk.theirs.admin_id)
    desk.check()
    site.post("confirm", "ip_relaxation", sure="1")
    assert state(site, "ip_relaxation").confirmed_name == "Dana Whitfield"
    assert "Confirmed by Dana Whitfield" in site.page("report")


def test_a_handed_over_setup_takes_no_signature(site: Site) -> None:
    finish_setup(site.desk.setup, site.desk.person)
    response = site.post("confirm", "log_out", sure="1")
    assert "handed over" in site.said(response)
    assert not StepState.objects.filter(confirmed_at__isnull=False).exists()


# Handing over


def test_the_page_that_asks_lists_every_open_line_and_disconnects_nothing(site: Site) -> None:
    page = site.page("finish")
    still_open = set(site.open_lines()["open"])
    done = {step for step, status in site.desk.statuses().items() if status == "done"}
    assert still_open == {step.key for step in site.desk.setup.guide.steps() if not step.recommended} - done
    assert "The permission set is in the org" in page
    assert "signed in to Engagement in this browser" in page, "what a person has to confirm too"
    assert f"{len(still_open)} items are still open" in page
    assert not site.desk.reload().finished
    assert site.desk.org.connection.is_connected


def test_what_was_not_on_the_page_is_not_handed_over(site: Site) -> None:
    response = site.post("finish")
    assert response["Location"] == site.at("finish")
    assert "not open on this page" in site.said(response)
    assert not site.desk.setup.jobs.filter(kind="handover").exists()


def test_a_line_that_fell_unseen_keeps_the_setup_open_and_is_named(site: Site) -> None:
    desk = site.desk
    assert desk.apply().state == Job.State.DONE
    with desk.stand.world.lock:
        policies.save(desk.theirs, desk.theirs.app_id, policies.WANTED, desk.theirs.admin_id)
    desk.check()
    assert desk.statuses()["permitted_users"] == "done"
    with desk.stand.world.lock:  # and back, behind our back
        undone = {"_refresh_token_policy": "infinite", "OptionsAllowAdminApprovedUsersOnly": False}
        desk.theirs.tables["ConnectedApplication"][desk.theirs.app_id].update(undone)
    site.hand_over()
    assert not desk.reload().finished
    assert desk.org.connection.is_connected
    job = desk.setup.jobs.get(kind="handover")
    assert (job.state, job.error_code) == ("failed", "LINES_FELL")
    page = site.page("stage", "handover")
    assert "nothing was handed over" in page
    assert "Open now, and not when the handover was asked for: Only approved people may use the app" in page
    assert "permitted_users" in site.open_lines()["open"], "asked again, with it"
    site.hand_over()
    assert desk.reload().finished


def test_a_handover_reads_the_org_and_judges_by_that(site: Site) -> None:
    mark = site.desk.mark()
    site.hand_over()
    assert site.desk.calls(mark) > 0
    told = [event.kind for event in site.desk.events("handover_requested", "handover_done", "finished")]
    assert told == ["handover_requested", "handover_done", "finished"]


def test_a_stop_before_the_end_hands_nothing_over(site: Site) -> None:
    site.post("finish", **site.open_lines())
    site.post("stop", "handover")
    job = site.desk.work(site.desk.setup.jobs.get(kind="handover"))
    assert job.state == "stopped"
    assert not site.desk.reload().finished


def test_while_it_is_handed_over_nobody_changes_the_org(site: Site) -> None:
    plan = site.plan("permission_set")
    site.post("finish", **site.open_lines())
    response = site.post("apply", "permission_set", **plan)
    assert "started this already" in site.said(response)
    assert not site.desk.setup.jobs.filter(kind="apply").exists()


def test_without_a_connection_it_asks_for_a_sign_in_and_offers_no_handover(site: Site) -> None:
    tokens.disconnect(site.desk.org.connection)
    page = site.page("stage", "handover")
    assert site.at("finish") not in page
    assert "To hand over, or to undo what we changed, sign in to the org again" in page
    assert "Every item is done. Hand" not in page
    assert site.get("finish").status_code == 302
    assert site.post("finish").status_code == 302
    assert not site.desk.setup.jobs.filter(kind="handover").exists()


def test_only_disconnecting_is_said_to_make_an_undo_need_a_new_sign_in(site: Site) -> None:
    points = [point.text_content() for point in html.fromstring(site.page("finish")).find_class("plain")[0]]
    assert [point.split(":")[0] for point in points if "new sign-in" in point] == [
        "Hand over and end our access"
    ]


def test_handing_over_keeps_the_proof_and_gives_back_the_keys(site: Site) -> None:
    response = site.hand_over()
    assert response["Location"] == site.at("stage", "handover")
    setup = Setup.objects.get(pk=site.desk.setup.pk)
    assert (setup.finished, setup.finished_by) == (True, site.desk.person)
    connection = Connection.objects.get(org=site.desk.org)
    assert connection.state == "revoked"
    assert not connection.access_token
    page = site.page("stage", "handover")
    assert "Handed over on" in page
    assert "Dana Whitfield" in page


def test_handing_over_twice_is_one(site: Site) -> None:
    lines = site.open_lines()
    for _ in range(2):
        site.post("finish", **lines)
    site.desk.work(site.desk.setup.jobs.get(kind="handover"))
    site.post("finish", **lines)
    assert site.desk.setup.jobs.filter(kind="handover").count() == 1
    assert len(site.desk.events("finished")) == 1


def test_while_changes_are_made_it_can_t_be_handed_over(site: Site) -> None:
    site.desk.approve()
    response = site.post("finish", **site.open_lines())
    assert "Changes are being made right now" in site.said(response)
    assert not Setup.objects.get(pk=site.desk.setup.pk).finished


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("check", ()),
        ("apply", ("permission_set",)),
        ("undo", ("handover",)),
        ("reread", ("people",)),
        ("way", ("permission_set",)),
    ],
)
def test_a_handed_over_setup_starts_nothing(site: Site, name: str, args: tuple[str, ...]) -> None:
    plan = site.plan("permission_set")
    finish_setup(site.desk.setup, site.desk.person)
    before = Job.objects.count()
    response = site.post(name, *args, **plan, way="0")
    assert response.status_code == 302
    assert Job.objects.count() == before


@pytest.mark.parametrize("number", ["9" * 5000, "\u0663", "-1", "", "x"])
def test_a_way_out_that_is_no_number_of_ours_is_not_offered_any_more(site: Site, number: str) -> None:
    response = site.post("way", "permission_set", way=number)
    assert response.status_code == 302
    assert "That is not offered any more" in site.page("stage", "permission_set")


def test_it_can_be_opened_again(site: Site) -> None:
    site.hand_over()
    site.post("reopen")
    assert not Setup.objects.get(pk=site.desk.setup.pk).finished
    assert len(site.desk.events("reopened")) == 1
    site.post("reopen")
    assert len(site.desk.events("reopened")) == 1


def test_opening_an_old_one_leads_to_the_newer_one(site: Site) -> None:
    site.hand_over()
    newer = Setup.objects.create(org=site.desk.org, guide_key=site.desk.setup.guide_key)
    response = site.post("reopen")
    assert str(newer.pk) in response["Location"]
    assert Setup.objects.get(pk=site.desk.setup.pk).finished


# The report and the history


def test_the_report_has_every_line_and_says_what_is_open(site: Site) -> None:
    page = site.page("report")
    for number in range(1, 39):
        assert f">{number}<" in page.replace(" ", "").replace("\n", "")
    assert site.desk.org.name in page


def test_the_history_tells_each_event_newest_first_on_pages(site: Site) -> None:
    for _ in range(120):
        record_event(site.desk.setup, "confirmed", actor=site.desk.person, title="A title <b>")
    first = site.page("history")
    assert "Confirmed by hand: A title &lt;b&gt;" in first
    assert "Started this setup" not in first
    assert "Checked every item against the org" in site.page("history", page="3")
    for page in ("0", "x", "999", "-1"):
        assert site.get("history", page=page).status_code == 200


def test_a_handover_may_keep_watching_and_says_what_has_changed_since(site: Site) -> None:
    desk = site.desk
    site.post("finish", open=[*site.open_lines()["open"]], keep="1")
    (job,) = desk.setup.jobs.filter(kind="handover")
    desk.work(job)
    assert desk.setup.finished
    assert Connection.objects.get(org=desk.org).is_connected
    assert desk.events("watching_kept")
    assert "look once a day whether what was right then is still right" in site.page("stage", "handover")
    Setup.objects.filter(pk=desk.setup.pk).update(drifted=["permitted_users"])
    page = site.page("stage", "handover")
    assert f"Not right any more: {desk.setup.guide.stage('policies').steps[0].title.message}" in page


def test_a_watch_that_is_cut_off_offers_the_sign_in_on_the_setups_page(site: Site) -> None:
    desk = site.desk
    Setup.objects.filter(pk=desk.setup.pk).update(keep_watching=True)
    finish_setup(desk.reload(), desk.person)
    again = reverse("orgs:reconnect", args=[desk.org.pk])
    assert again not in site.page("stage", "handover")
    Setup.objects.filter(pk=desk.setup.pk).update(drift_checked_at=timezone.now())
    page = site.page("stage", "handover")
    assert "A look is under way" in page
    assert "could not read the org" not in page, "it has not ended yet"
    Setup.objects.filter(pk=desk.setup.pk).update(drift_ended_at=timezone.now())
    assert "could not read the org" in site.page("stage", "handover")
    Connection.objects.update(state="needs_reconnecting")
    page = site.page("stage", "handover")
    assert again in page
    assert "we no longer see whether all is still right" in page
    assert [
        each.text_content().strip()
        for each in html.fromstring(page).xpath("//*[contains(@class, 'primary')]")
    ] == [f"Sign in to {desk.org.name} again"]


def test_opening_it_again_ends_the_watching(site: Site) -> None:
    Setup.objects.filter(pk=site.desk.setup.pk).update(keep_watching=True, drifted=["permitted_users"])
    finish_setup(site.desk.reload(), site.desk.person)
    site.post("reopen")
    setup = Setup.objects.get(pk=site.desk.setup.pk)
    assert (setup.finished, setup.keep_watching, setup.drifted) == (False, False, [])


# What a look after the handover found


def watched(site: Site) -> None:
    """Handed over with all policies right, and one of them changed since."""
    desk = site.desk
    save(site, policies.WANTED)
    desk.check()
    Setup.objects.filter(pk=desk.setup.pk).update(keep_watching=True)
    finish_setup(desk.reload(), desk.person)
    save(site, replace(policies.WANTED, permitted="self"))
    assert drift.check_drift(desk.setup.pk)


def save(site: Site, wanted: policies.Policies) -> None:
    desk = site.desk
    with desk.stand.world.lock:
        policies.save(desk.theirs, desk.theirs.app_id, wanted, desk.theirs.admin_id)


def lines_on(page: str) -> dict[str, str]:
    """Key of a line -> its words."""
    rows = html.fromstring(page).xpath("//li[starts-with(@id, 'line-')]")
    return {row.get("id").removeprefix("line-"): " ".join(row.text_content().split()) for row in rows}


def test_the_page_of_a_stage_says_what_is_not_right_any_more(site: Site) -> None:
    watched(site)
    page = site.page("stage", "policies")
    told = lines_on(page)
    assert "Not right any more" in told["permitted_users"]
    assert "Now: All users may self-authorize" in told["permitted_users"]
    assert "At handover: Admin approved users are pre-authorized" in told["permitted_users"]
    assert "Not right any more" not in told["ip_relaxation"]
    assert "done at the handover, 1 not right any more" in page
    rail = html.fromstring(page).get_element_by_id("stages").text_content()
    assert "stages were done at the handover" in rail
    assert "Changed after the handover" in rail
    report = html.fromstring(site.page("report")).text_content()
    assert "Not right any more" not in report, "it keeps what was true"


def test_whoever_asks_for_a_look_stands_in_the_history(site: Site) -> None:
    watched(site)
    assert "Asked to look" not in site.page("history")
    site.post("look_now")
    assert "Asked to look whether all is still right" in site.page("history")
    assert "Asked to look whether all is still right" in site.page("history", kind="checks")


def test_a_setup_that_is_open_again_names_each_open_stage_and_is_not_to_be_put_away(site: Site) -> None:
    assert "Begun by mistake?" in site.page("stage", "prepare")
    watched(site)
    site.post("reopen")
    for stage in ("prepare", "connect", "handover"):
        note = html.fromstring(site.page("stage", stage)).get_element_by_id("reopened")
        links = [link.get("href") for link in note.iter("a")]
        assert links == [site.at("stage", "policies") + "#line-permitted_users"]
    assert "Begun by mistake?" not in site.page("stage", "prepare")
