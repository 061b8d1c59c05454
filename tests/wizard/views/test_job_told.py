"""What the page tells of a job once the org has moved on, and where an address of a button leads."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html

from tests.wizard.views.conftest import Site
from wizard.history.record import record_event
from wizard.live import fragment
from wizard.models import Job

pytestmark = pytest.mark.django_db


def remove_our_set(site: Site) -> None:
    with site.desk.stand.world.lock:
        for row in site.desk.our_sets():
            site.desk.theirs.delete("PermissionSet", row["Id"], site.desk.theirs.admin_id)


@pytest.fixture
def fallen(site: Site) -> Site:
    """What was made is gone again, and was read so."""
    assert site.desk.apply("permission_set").state == Job.State.DONE
    assert "Every item of its stages was read back" in site.page("stage", "permission_set")
    remove_our_set(site)
    site.desk.check()
    return site


def test_an_old_job_does_not_vouch_for_a_line_that_fell(fallen: Site) -> None:
    page = fallen.page("stage", "permission_set")
    assert "Not every item is right" in page
    assert "has changed since" not in page, "nobody knows: it may never have been right"
    assert "Every item of its stages was read back" not in page


def test_the_log_of_a_reading_is_not_read_as_it_is_not_shown(site: Site) -> None:
    job = site.desk.queue("check", [], [])
    record_event(site.desk.setup, "check_started", job=job)
    with CaptureQueriesContext(connection) as asked:
        shown = fragment.stage_state(site.desk.reload(), "people").job
    assert shown
    assert (shown.job, shown.rows) == (job, ())
    assert not [each["sql"] for each in asked.captured_queries if "wizard_event" in each["sql"]]


def test_a_failure_for_want_of_an_earlier_stage_leads_there(fallen: Site) -> None:
    job = fallen.desk.queue("apply", ["people"], [])
    Job.objects.filter(pk=job.pk).update(state="failed", error_code="SET_MISSING", finished_at=timezone.now())
    shown = fragment.stage_state(fallen.desk.reload(), "people").job
    assert shown
    assert shown.way_on
    assert shown.way_on.stage.key == "permission_set"
    assert fallen.at("stage", "permission_set") in fallen.page("live", "people").partition('id="job"')[2]


REFUSAL = "CANNOT_MODIFY_MANAGED_OBJECT"


@pytest.fixture
def refused(site: Site) -> Site:
    """All was made in one go, but for the last change: that one Salesforce refused."""
    site.desk.theirs.switches.change(app_grant=REFUSAL)
    assert site.desk.apply().error_code == REFUSAL
    return site


def job_part(site: Site, stage: str) -> Any:
    return html.fromstring(site.page("stage", stage)).get_element_by_id("job")


def test_of_a_batch_that_was_refused_in_part_only_the_refusal_is_marked(refused: Site) -> None:
    rows = {" ".join(row.text_content().split()): row for row in job_part(refused, "people").iter("li")}
    red = [words for words, row in rows.items() if "fail" in row.get("class", "")]
    assert any("Created the permission set" in words for words in rows)
    assert len(red) == 2, red
    assert "Salesforce refused" in red[0]
    assert "The work stopped with a problem" in red[1]


def test_a_failure_that_was_put_right_is_no_error_any_more(refused: Site) -> None:
    def alarm() -> str:
        return str(html.fromstring(refused.page("stage", "people")).get_element_by_id("alarm").text_content())

    assert job_part(refused, "people").find_class("err")
    assert alarm().strip()
    refused.desk.theirs.switches.change(app_grant="ok")
    assert refused.desk.apply("app_access").state == Job.State.DONE  # on another stage's page
    told = job_part(refused, "people")
    assert "It has been put right since" in told.text_content()
    assert REFUSAL in told.text_content(), "what support may ask for is still there"
    assert not told.find_class("err")
    assert not told.find_class("fail")
    assert not alarm().strip()


def test_a_failure_is_still_told_while_a_part_of_it_is_open(refused: Site) -> None:
    assert refused.desk.apply("people").state == Job.State.DONE
    told = html.fromstring(refused.page("stage", "prepare")).get_element_by_id("job")
    assert told.find_class("err")


def test_what_is_not_shown_of_a_long_log_is_counted(site: Site) -> None:
    job = site.desk.queue("apply", ["people"], [])
    for _ in range(fragment.LOG_LINES + 4):
        record_event(site.desk.setup, "answer_lost", job=job)
    assert "5 earlier entries are not shown here" in site.page("stage", "people")


def test_an_asked_for_stop_is_a_sentence_of_its_own_and_the_heading_ends_with_the_job(site: Site) -> None:
    job = site.desk.approve("permission_set")
    assert "Making the changes" in site.page("live", "permission_set")
    Job.objects.filter(pk=job.pk).update(stop_requested_at=timezone.now())
    assert "<p>It stops after the current change.</p>" in site.page("live", "permission_set")
    Job.objects.filter(pk=job.pk).update(stop_requested_at=None)
    assert site.desk.work(job).state == Job.State.DONE
    Job.objects.filter(pk=job.pk).update(stop_requested_at=timezone.now())
    page = site.page("live", "permission_set")
    assert "Making the changes" not in page
    assert "The changes that we made" in page
    assert "The wish to stop came when everything was done already" in page


@pytest.mark.parametrize(
    ("name", "args", "leads_to"),
    [
        ("inputs", (), ("stage", "prepare")),
        ("check", (), ("stage", "prepare")),
        ("apply", ("people",), ("stage", "people")),
        ("undo", ("people",), ("stage", "people")),
        ("confirm", ("log_out",), ("stage", "connect")),
        ("reread", ("people",), ("choose", "people")),
    ],
)
def test_the_address_of_a_button_leads_to_its_page(
    site: Site, name: str, args: tuple[str, ...], leads_to: tuple[str, ...]
) -> None:
    assert site.get(name, *args)["Location"] == site.at(*leads_to)


def test_what_is_no_page_says_so_with_a_way_on(site: Site) -> None:
    answer: Any = site.client.get(reverse("wizard:begin", args=[site.desk.org.pk]))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "This address is not a page" in answer.content.decode()
    assert reverse("wizard:home") in answer.content.decode()
