"""Confirming, handing over, opening again; the report and the history."""

from __future__ import annotations

from typing import Any

import pytest

from orgs.models import Connection
from tests.wizard.views.conftest import Site
from wizard.models import Job, Setup, StepState, log
from wizard.runner import finish_setup

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


def test_without_the_tick_nothing_is_signed(site: Site) -> None:
    response = site.post("confirm", "log_out")
    assert "Tick the box" in site.said(response)
    assert not StepState.objects.filter(confirmed_at__isnull=False).exists()


def test_signing_twice_is_one_signature_and_keeps_the_first_name(
    site: Site, sam: Any, signed_in: Any
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
    site.post("confirm", "ip_relaxation", sure="1")
    assert state(site, "ip_relaxation").confirmed_name == "Dana Whitfield"
    assert "Confirmed by Dana Whitfield" in site.page("report")


def test_a_handed_over_setup_takes_no_signature(site: Site) -> None:
    finish_setup(site.desk.setup, site.desk.person)
    response = site.post("confirm", "log_out", sure="1")
    assert "handed over" in site.said(response)
    assert not StepState.objects.filter(confirmed_at__isnull=False).exists()


# Handing over


def test_handing_over_keeps_the_proof_and_gives_back_the_keys(site: Site) -> None:
    response = site.post("finish")
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
    for _ in range(2):
        site.post("finish")
    assert len(site.desk.events("finished")) == 1


def test_while_changes_are_made_it_can_t_be_handed_over(site: Site) -> None:
    site.desk.approve()
    response = site.post("finish")
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


def test_it_can_be_opened_again(site: Site) -> None:
    site.post("finish")
    site.post("reopen")
    assert not Setup.objects.get(pk=site.desk.setup.pk).finished
    assert len(site.desk.events("reopened")) == 1
    site.post("reopen")
    assert len(site.desk.events("reopened")) == 1


def test_opening_an_old_one_leads_to_the_newer_one(site: Site) -> None:
    site.post("finish")
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
        log(site.desk.setup, "confirmed", actor=site.desk.person, title="A title <b>")
    first = site.page("history")
    assert "Confirmed by hand: A title &lt;b&gt;" in first
    assert "Started this setup" not in first
    assert "Checked every line against the org" in site.page("history", page="3")
    for page in ("0", "x", "999", "-1"):
        assert site.get("history", page=page).status_code == 200
