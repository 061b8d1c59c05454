"""Our rows as a program gets them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.urls import reverse

from api import answers
from orgs.models import Org
from wizard.guides.text import Text
from wizard.history import export, timeline
from wizard.messages.render import plain
from wizard.models import Event, GuestInvitation, Job, Setup
from wizard.monitoring import differences as seen
from wizard.stage.panel import PlanPreview, ways_of
from wizard.state.context import Context
from wizard.state.status import StageView, StepView
from wizard.support.setup_list import Row


def _or_none(text: Text | None) -> str | None:
    return plain(text) or None


def org(row: Org) -> answers.OrgOut:
    return answers.OrgOut(
        id=row.pk,
        team=row.team_id,
        name=row.name,
        salesforce_id=row.org_id,
        sandbox=row.is_sandbox,
        host=row.host,
        connection=row.connection.state,
        signed_in_as=row.connection.username,
        created_at=row.created_at,
    )


def org_short(row: Org) -> answers.OrgShort:
    return answers.OrgShort(id=row.pk, name=row.name, salesforce_id=row.org_id, sandbox=row.is_sandbox)


def setup(row: Row) -> answers.SetupOut:
    found, holder, starter = row.setup, row.setup.assignee, row.setup.started_by
    return answers.SetupOut(
        id=found.pk,
        org=org_short(found.org),
        guide=found.guide_key,
        state=row.reason.slug,
        reason=_or_none(row.why),
        waits=_or_none(row.waits),
        stages_done=min(found.stages_done, len(found.guide.stages)),
        stages_total=len(found.guide.stages),
        next_stage=found.next_stage or None,
        started_by=starter.full_name if starter else None,
        assigned_to=holder.full_name if holder else None,
        keep_watching=found.keep_watching,
        drifted=found.drifted,
        created_at=found.created_at,
        last_activity_at=found.last_activity_at,
        checked_at=found.snapshot_at,
        handed_over_at=found.finished_at,
        looked_at=found.drift_read_at,
        look_failed=found.look_failed,
        archived_at=found.archived_at,
        page=settings.PUBLIC_URL + reverse("wizard:setup", args=[found.pk]),
    )


def lines(now: Context) -> answers.Lines:
    stages = [_stage(view) for view in now.overview.stages]
    return answers.Lines(checked_at=now.setup.snapshot_at, stages=stages)


def _stage(view: StageView) -> answers.StageOut:
    return answers.StageOut(
        key=view.stage.key,
        title=plain(view.stage.title),
        done=view.done,
        blocked=view.blocked,
        lines=[_line(view, step) for step in view.steps],
    )


def _line(stage: StageView, view: StepView) -> answers.LineOut:
    return answers.LineOut(
        step=view.step.key,
        stage=stage.stage.key,
        title=plain(view.step.title),
        source_lines=list(view.step.lines),
        done=view.done,
        status=view.finding.status.value if view.finding else None,
        code=view.finding.code if view.finding else None,
        sentence=_or_none(view.sentence),
        proof=view.proof.value if view.proof else None,
        checked_at=view.checked_at,
        confirmed_by=view.confirmed_name or None,
        confirmed_at=view.confirmed_at,
        can_confirm=view.can_confirm,
        ways=[
            answers.WayOut(number=number, label=plain(way.label))
            for number, (_step, way) in enumerate(ways_of(stage, view.step.key))
        ],
    )


def differences(found: Setup) -> answers.Differences:
    items = [_drifted(line) for line in seen.lines(found)] + [
        _known(line) for line in seen.known_lines(found)
    ]
    return answers.Differences(looked_at=found.drift_read_at, items=items)


def _drifted(line: seen.Drifted) -> answers.Difference:
    return answers.Difference(
        step=line.key,
        title=plain(line.title),
        sentence=_or_none(line.finding.sentence) if line.finding else None,
        known=False,
        reason=None,
        known_by=None,
        known_until=None,
    )


def _known(line: seen.KnownLine) -> answers.Difference:
    return answers.Difference(
        step=line.key,
        title=plain(line.title),
        sentence=None,
        known=True,
        reason=line.reason,
        known_by=line.event.actor_name if line.event else None,
        known_until=line.until,
    )


def event(row: Event) -> answers.EventOut:
    told: Mapping[str, object] = export.as_object(timeline.row(row, row.changes, len(row.changes)))
    return answers.EventOut.model_validate({"id": row.pk, **told})


def plan(found: PlanPreview) -> answers.Plan:
    return answers.Plan(
        fingerprint=found.fingerprint,
        stages=list(found.stages),
        count=len(found.changes),
        rows=[
            answers.PlanRow(
                what=plain(row.what),
                before=plain(row.before),
                after=plain(row.after),
                names=list(row.names),
                more=row.more,
            )
            for row in found.rows
        ],
        changes=[
            answers.PlanChange(
                key=each.key,
                kind=each.kind,
                what=plain(each.what),
                before=plain(each.before),
                after=plain(each.after),
            )
            for each in found.changes
        ],
        asks_for_org_name=bool(found.name_to_type),
    )


def job(row: Job) -> answers.JobOut:
    return answers.JobOut(
        id=row.pk,
        setup=row.setup_id,
        kind=row.kind,
        state=row.state,
        stages=row.stages,
        done=row.done_count,
        total=row.total_count,
        waiting_for=row.waiting_for or None,
        error_code=row.error_code or None,
        reference=row.reference,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def links(rows: Iterable[GuestInvitation]) -> answers.Links:
    return answers.Links(items=[_link(row) for row in rows])


def _link(row: GuestInvitation) -> answers.LinkOut:
    return answers.LinkOut(
        id=row.pk,
        stages=list(row.stages),
        made_by=row.invited_by.full_name if row.invited_by else None,
        used_by=row.used_by.full_name if row.used_by else None,
        used_at=row.used_at,
        expires_at=row.expires_at,
    )
