"""What became of changes, one by one: of a job's, and of all that we made in an org."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from ninja import Router

from api import answers, render
from api.auth import ProgramRequest
from teams.access import Action, fetch_for
from wizard.actions.fetch import fetch_setup
from wizard.guides.changes import Change
from wizard.guides.text import Json
from wizard.history import audit
from wizard.messages import remedies
from wizard.messages.render import plain
from wizard.models import Job
from wizard.report.made import made

router = Router()


@router.get("/jobs/{uuid:job_id}/outcomes", response=answers.Outcomes)
def get_outcomes(request: ProgramRequest, job_id: UUID) -> answers.Outcomes:
    """Each change that was made, was there already, or was refused and why: also while the job runs."""
    found = fetch_for(request.auth.person, Action.SEE, Job.objects.all(), team_field="org__team", pk=job_id)
    return answers.Outcomes(
        job=render.job(found),
        page=settings.PUBLIC_URL + reverse("wizard:setup", args=[found.setup_id]),
        why=_why(found.error_code, found.error_details) if found.error_code else None,
        items=list(_outcomes(found)),
    )


def _outcomes(job: Job) -> Iterator[answers.OutcomeOut]:
    for event in job.events.filter(kind__in=("changed", "undone")).order_by("id"):
        for raw in event.changes:
            yield _outcome(raw)


def _outcome(raw: dict[str, Json]) -> answers.OutcomeOut:
    change, code = Change.from_json(raw["change"]), raw.get("error_code")
    result: Literal["made", "there", "refused"] = "made" if raw["created"] else "there"
    return answers.OutcomeOut(
        key=change.key,
        kind=change.kind,
        what=plain(change.what),
        result=result if raw["ok"] else "refused",
        code=code,
        why=None if raw["ok"] else _why(code or "", raw.get("error_message") or ""),
    )


def _why(code: str, said: str) -> str:
    """What happened and what to do; Salesforce's own words where we know no more than they say."""
    known = remedies.get(code)
    quoted = [f"“{said}”"] if known.quotes and said else []
    return " ".join([plain(known.happened), *quoted, plain(known.do), plain(known.who)])


@router.get("/setups/{uuid:setup_id}/made", response=answers.Made)
def get_made(request: ProgramRequest, setup_id: UUID) -> answers.Made:
    """What we made in the org and did not take back."""
    found = fetch_setup(request.auth.person, setup_id, Action.EXPORT, archived_too=True)
    audit.record_access(found, "report_exported", request.auth.person, format="api")
    rows = [
        answers.MadeRow(
            key=row.change.key,
            kind=row.change.kind,
            what=plain(row.change.what),
            id=row.record_id,
            username=row.username,
            data=row.data,
            names=row.names,
        )
        for row in made(found)
    ]
    return answers.Made(org=render.org_short(found.org), items=rows)
