"""Work in an org: nothing beyond what was approved, for nobody who may not, and never without end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from orgs.salesforce import client
from orgs.salesforce.errors import Refused
from simulator.server import Stand
from teams.membership import members
from teams.models import Membership, Role
from tests.fixture_types import MakeSetup
from tests.wizard.fault_proxy import FaultProxy, in_front
from tests.wizard.harness import AUTOMATIC, SetupHarness
from wizard.jobs import runner
from wizard.models import Job
from wizard.stage import panel

pytestmark = pytest.mark.django_db


def offered(desk: SetupHarness, stage: str = "permission_set") -> panel.PlanPreview:
    offer = panel.offer(*desk.at(stage))
    assert offer is not None
    return offer


def test_another_label_is_another_plan(checked: SetupHarness) -> None:
    shown = offered(checked).fingerprint
    checked.choose(2, set_label="Full Admin Access", set_name="Marketing_Cloud_Connected_App")
    assert offered(checked).fingerprint != shown


def test_a_label_that_changes_after_the_approval_is_not_created(checked: SetupHarness) -> None:
    job = checked.approve("permission_set")
    checked.choose(2, set_label="Full Admin Access", set_name="Marketing_Cloud_Connected_App")
    ended = checked.work(job)
    assert (ended.state, ended.error_code) == ("failed", "ORG_CHANGED")


def removed(desk: SetupHarness) -> None:
    members.remove(Membership.objects.get(user=desk.person))


def made_a_viewer(desk: SetupHarness) -> None:
    members.set_role(Membership.objects.get(user=desk.person), Role.VIEWER)


def handed_over(desk: SetupHarness) -> None:
    from django.utils import timezone

    desk.setup.finished_at = timezone.now()
    desk.setup.save(update_fields=["finished_at"])


@pytest.mark.parametrize("act", [removed, made_a_viewer, handed_over])
def test_a_job_of_somebody_who_may_not_any_more_writes_nothing(
    checked: SetupHarness,
    trouble: FaultProxy,
    act: Callable[[SetupHarness], None],
) -> None:
    job = checked.approve(*AUTOMATIC)
    act(checked)
    assert checked.work(job).state == "stopped"
    assert trouble.writes == []


def test_a_running_job_stops_after_the_change_during_which_its_person_was_removed(
    make: MakeSetup,
    trouble: FaultProxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = make(people=450)
    many.choose(420)
    many.check()
    job = many.approve(*AUTOMATIC)
    record = runner._record

    def recorded(*outcomes: Any, **more: Any) -> None:
        record(*outcomes, **more)
        if Membership.objects.filter(user=many.person).exists():
            removed(many)

    monkeypatch.setattr(runner, "_record", recorded)
    assert many.work(job).state == "stopped"
    assert len(trouble.writes) == 1
    assert Job.objects.get(pk=job.pk).intent == []


def test_a_query_whose_pages_never_end_ends(
    checked: SetupHarness,
    stand: Stand,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "MAX_PAGES", 5)

    def endless(app: Any) -> Any:
        def answer(environ: Any, start_response: Any) -> Any:
            if "/query" not in environ["PATH_INFO"]:
                return app(environ, start_response)
            start_response("200 OK", [("Content-Type", "application/json")])
            page = {"records": [], "done": False, "nextRecordsUrl": "/services/data/v66.0/query/more"}
            return [json.dumps(page).encode()]

        return answer

    with in_front(stand, endless):
        job = checked.work(checked.queue("people"))
    assert (job.state, job.error_code) == ("failed", "ANSWER_TOO_LARGE")


@pytest.mark.parametrize("code", ["A\0B", "X" * 5000])
def test_a_job_ends_whatever_the_error_says(
    checked: SetupHarness,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
) -> None:
    def refuse(job: Job) -> None:
        raise Refused(code, "text\0" * 3000, status=400)

    monkeypatch.setitem(runner._RUN, Job.Kind.CHECK, refuse)
    job = checked.work(checked.queue("check"))
    assert job.state == "failed"
    assert job.error_code == code.replace("\0", "")[:80]


def test_a_production_name_asks_for_itself_however_it_is_spaced(checked: SetupHarness) -> None:
    checked.org.is_sandbox, checked.org.name = False, " Alpine   Outfitters\u00a0AG "
    checked.org.save()
    checked.reload()
    offer = offered(checked)
    assert offer.confirmed_by("alpine outfitters ag")
    assert not offer.confirmed_by("")
    assert not offer.confirmed_by("alpineoutfitters ag")


@pytest.mark.parametrize("name", ["", " ", "\u00a0"])
def test_a_production_org_without_a_name_is_still_production(checked: SetupHarness, name: str) -> None:
    checked.org.is_sandbox, checked.org.name = False, name
    checked.org.save()
    checked.reload()
    offer = offered(checked)
    assert not offer.confirmed_by("")
    assert offer.confirmed_by(checked.org.org_id)
