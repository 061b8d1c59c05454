"""What a program may look at: whatever its person may see."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Router

from api import answers, paging, render
from api.auth import ProgramRequest
from api.paging import Cursor, Limit
from api.problems import FieldProblem, Refused
from orgs.models import Org
from teams.access import Action, fetch_for, teams_for
from wizard.actions.fetch import fetch_setup
from wizard.history import audit, timeline
from wizard.models import Job
from wizard.report import build
from wizard.report import export as report_files
from wizard.stage import panel
from wizard.state.context import Context, context_of
from wizard.state.status import StageView
from wizard.support import setup_list
from wizard.support.reasons import Reason
from wizard.support.setup_list import Filters

router = Router()
State = StrEnum("State", {reason.name: reason.slug for reason in Reason})  # type: ignore[misc]
Asked = Annotated[str, Query(max_length=setup_list.MOST_QUERY)]
StageKey = Annotated[str, Query(max_length=60)]


@router.get("/me", response=answers.Me)
def me(request: ProgramRequest) -> answers.Me:
    """Who this token acts for, and what they may do."""
    person, token = request.auth.person, request.auth.token
    rows = person.memberships.select_related("team").order_by("team__name")
    return answers.Me(
        name=person.full_name,
        email="" if person.has_made_up_address else person.email,
        teams=[answers.TeamRole(id=row.team_id, name=row.team.name, role=row.role) for row in rows],
        token=answers.TokenOut(name=token.name, scope=token.scope, expires_at=token.expires_at),
    )


@router.get("/orgs", response=answers.OrgPage)
def list_orgs(request: ProgramRequest, cursor: Cursor = "", limit: Limit = 25) -> answers.OrgPage:
    """Client orgs that somebody has signed in to, the newest first."""
    teams = teams_for(request.auth.person, Action.SEE)
    known = Org.objects.exclude(org_id="").filter(team__in=teams).select_related("connection")
    rows, after = paging.newest_first(known, cursor, limit)
    return answers.OrgPage(items=[render.org(row) for row in rows], next_cursor=after)


@router.get("/orgs/{uuid:org_id}", response=answers.OrgOut)
def get_org(request: ProgramRequest, org_id: UUID) -> answers.OrgOut:
    rows = Org.objects.exclude(org_id="").select_related("connection")
    return render.org(fetch_for(request.auth.person, Action.SEE, rows, pk=org_id))


@router.get("/setups", response=answers.SetupPage)
def list_setups(
    request: ProgramRequest,
    q: Asked = "",
    state: State | None = None,
    assigned_to: Literal["mine", "nobody"] | None = None,
    cursor: Cursor = "",
    limit: Limit = 25,
) -> answers.SetupPage:
    """Setups, the newest first. Those put away only with `state=archived`."""
    person = request.auth.person
    asked = {"q": q, "state": state.value if state else "", "who": assigned_to or ""}
    filters = Filters.of(asked)
    found = setup_list.setups(teams_for(person, Action.SEE), filters, person)
    rows, after = paging.newest_first(setup_list.in_order(found, filters), cursor, limit)
    return answers.SetupPage(items=[render.setup(row) for row in setup_list.rows(rows)], next_cursor=after)


@router.get("/setups/{uuid:setup_id}", response=answers.SetupOut)
def get_setup(request: ProgramRequest, setup_id: UUID) -> answers.SetupOut:
    found = fetch_setup(request.auth.person, setup_id, archived_too=True, unbound_too=True)
    return render.setup(setup_list.row(str(found.pk)))


@router.get("/setups/{uuid:setup_id}/lines", response=answers.Lines)
def get_lines(request: ProgramRequest, setup_id: UUID) -> answers.Lines:
    """Every line with what the last check said of it, and its proof."""
    return render.lines(context_of(fetch_setup(request.auth.person, setup_id, archived_too=True)))


@router.get("/setups/{uuid:setup_id}/history", response=answers.History)
def get_history(
    request: ProgramRequest, setup_id: UUID, cursor: Cursor = "", limit: Limit = 25
) -> answers.History:
    """What happened, the newest first."""
    person = request.auth.person
    found = fetch_setup(person, setup_id, Action.EXPORT, archived_too=True, unbound_too=True)
    events = timeline.light(found.events.order_by("-id"), changes=True)
    if cursor:
        last = paging.place_of(cursor)
        if not (last.isdecimal() and last.isascii() and len(last) < 19):
            raise paging.no_cursor()
        events = events.filter(pk__lt=int(last))
    else:  # the later parts are of the same look
        audit.taken_by_program(found, "history_exported", person, request.auth.token.pk)
    rows = list(events[: limit + 1])
    after = paging.written(str(rows[limit - 1].pk)) if len(rows) > limit else None
    return answers.History(items=[render.event(row) for row in rows[:limit]], next_cursor=after)


@router.get("/setups/{uuid:setup_id}/report", response=dict[str, object])
def get_report(request: ProgramRequest, setup_id: UUID) -> dict[str, object]:
    """The handover report, as its JSON file has it."""
    found = fetch_setup(request.auth.person, setup_id, Action.EXPORT, archived_too=True)
    audit.taken_by_program(found, "report_exported", request.auth.person, request.auth.token.pk)
    told = report_files.as_json(found, build.build(found))
    del told["generated_at"]  # else no two answers were alike, and none could be "not modified"
    return told


@router.get("/setups/{uuid:setup_id}/plan", response=answers.Plan)
def get_plan(request: ProgramRequest, setup_id: UUID, stage: StageKey = "") -> answers.Plan:
    """What would be changed in this stage, or in all stages together. Nothing is changed by asking."""
    now = context_of(fetch_setup(request.auth.person, setup_id))
    together = not stage
    view = now.overview.preparation if together else known_stage(now, stage)
    return _shown(request, now, panel.offer(now, view, together=together))


@router.get("/setups/{uuid:setup_id}/undo-plan", response=answers.Plan)
def get_undo_plan(request: ProgramRequest, setup_id: UUID, stage: StageKey = "") -> answers.Plan:
    """What an undo of this stage would take back, or of everything."""
    now = context_of(fetch_setup(request.auth.person, setup_id))
    view = known_stage(now, stage) if stage else now.overview.handover
    return _shown(request, now, panel.undo_offer(now, view))


def _shown(request: ProgramRequest, now: Context, found: panel.PlanPreview | None) -> answers.Plan:
    if found is None:
        return answers.Plan(fingerprint="", stages=[], count=0, rows=[], changes=[], asks_for_org_name=False)
    audit.plans_shown(now.setup, request.auth.person, [found])
    return render.plan(found)


@router.get("/jobs/{uuid:job_id}", response=answers.JobOut)
def get_job(request: ProgramRequest, job_id: UUID) -> answers.JobOut:
    """How far background work is."""
    found = fetch_for(request.auth.person, Action.SEE, Job.objects.all(), team_field="org__team", pk=job_id)
    return render.job(found)


def known_stage(now: Context, key: str) -> StageView:
    """The stage, or what is wrong with its name."""
    found = now.overview.find(key)
    if found is None:
        known = ", ".join(view.stage.key for view in now.overview.stages)
        raise Refused(422, "not_valid", [FieldProblem(where="stage", message=f"one of: {known}")])
    return found
