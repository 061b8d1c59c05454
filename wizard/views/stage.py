"""The stage page, its live fragment and its buttons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from teams.access import ALLOWED, Action, guests_too, role_in
from teams.http import SignedInRequest
from wizard.guests import permissions, view_model
from wizard.history import audit
from wizard.live import fragment
from wizard.live.ticket import ticket
from wizard.messages import glossary
from wizard.messages.render import plain
from wizard.models import Setup
from wizard.monitoring import live_polling
from wizard.stage import panel as actions
from wizard.stage.forms import PEOPLE_KINDS, SetupForm
from wizard.state import recorded_changes
from wizard.views.common import check_stage, check_theirs, fetch_setup, is_guest, posted, refused_as_finished


@dataclass(frozen=True)
class Refused:
    """An approval with another name than the production org's: told at the field, with what was typed."""

    fingerprint: str
    typed: str


@guests_too
@require_GET
def setup(request: SignedInRequest, setup_id: Any) -> HttpResponse:
    """Resume: go to where the work goes on."""
    found = fetch_setup(request, setup_id)
    now = fragment.stage_state(found, found.guide.preparation.key)
    to = view_model.build(request.user, now).current if is_guest(found) else now.overview.current
    return redirect("wizard:stage", found.id, to.stage.key)


@guests_too
@require_GET
def stage(request: SignedInRequest, setup_id: Any, stage_key: str) -> HttpResponse:
    """One stage: what has to be true, how to get there, what is going on."""
    found = fetch_setup(request, setup_id)
    return render_stage(request, found, check_stage(found, stage_key))


def render_stage(
    request: SignedInRequest,
    found: Setup,
    stage_key: str,
    *,
    form: SetupForm | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page; a form with mistakes keeps what was typed."""
    live_polling.mark_viewed(found, stage_key)
    now = fragment.stage_state(found, stage_key)
    ctx = {
        **fragment.context(now),
        **_panel(request, now, form),
        "stream": _stream(request, found, stage_key),
        "next": now.overview.onward(stage_key),
        "stage_terms": _terms(now),
        "refused": refused,
    }
    return render(request, "wizard/stage.html", ctx, status=status)


def _stream(request: SignedInRequest, found: Setup, stage_key: str) -> str:
    """Where this person's browser gets the live fragment from, for the next hour."""
    session_key = request.session.session_key or ""
    value = ticket(request.user.pk, found.id, stage_key, session_key=session_key, role=role_in(found))
    return f"/events/?{urlencode({'k': value})}"


def _terms(now: fragment.StageState) -> list[glossary.Term]:
    """The terms that the lines of this stage use: the lines themselves are replaced while one reads."""
    texts = [text for view in now.view.steps for text in (view.step.title, view.step.why)]
    texts += [view.finding.sentence for view in now.view.steps if view.finding]
    return glossary.used_in(plain(text) for text in texts)


@guests_too
@require_GET
def live_fragment(request: SignedInRequest, setup_id: Any, stage_key: str) -> HttpResponse:
    """The slow poll: the same fragment that the stream sends, and a sign that somebody looks."""
    found = fetch_setup(request, setup_id)
    check_stage(found, stage_key)
    live_polling.mark_viewed(found, stage_key)
    now = fragment.stage_state(found, stage_key)
    response = render(request, "wizard/_update.html", fragment.context(now))
    if not now.last:
        response.headers["Stream"] = _stream(request, found, stage_key)  # the page's own gets too old
    return response


@guests_too
@require_GET
def live_panel(request: SignedInRequest, setup_id: Any, stage_key: str) -> HttpResponse:
    """The buttons beside the live fragment, fetched again when what they can do has changed."""
    found = fetch_setup(request, setup_id)
    check_stage(found, stage_key)
    now = fragment.stage_state(found, stage_key)
    ctx = {**fragment.context(now), **_panel(request, now, None), "next": now.overview.onward(stage_key)}
    return render(request, "wizard/_panel.html", ctx)


def _panel(request: SignedInRequest, now: fragment.StageState, form: SetupForm | None) -> dict[str, Any]:
    how = "manual" if request.GET.get("how") == "manual" else "auto"
    panel = actions.build(now, how)
    guest = view_model.build(request.user, now) if is_guest(now.setup) else None
    lacking = permissions.lacking(request.user, now.setup, [now.view.stage.key]) if guest else ()
    if guest:
        panel = _for_guest(panel, now, lacking=bool(lacking))
    may_change = Action.CHANGE in ALLOWED[role_in(now.setup)] and (guest is None or guest.theirs)
    if may_change:
        audit.plans_shown(now.setup, request.user, (panel.offer, panel.together, panel.undo))
    return {
        "panel": panel,
        "guest": guest,
        "guest_lacks": lacking,
        "form": form or (SetupForm(now.setup) if panel.asks_inputs else None),
        "may_change": may_change,
        "may_stop": panel.running and (guest is None or guest.may_stop(panel.running)),
    }


def _for_guest(panel: actions.Panel, now: fragment.StageState, *, lacking: bool) -> actions.Panel:
    """Nothing beyond their stage; and by hand only, where their own user may not change it in Salesforce."""
    panel = replace(panel, together=None)
    if not lacking:
        return panel
    if panel.how == "auto":
        panel = actions.build(now, "manual")
    return replace(panel, automatic=False, offer=None, together=None, undo=None, lacking=())


@guests_too
@posted
def save_inputs(request: SignedInRequest, setup_id: Any) -> HttpResponse:
    """Keep the choices of the first stage; mistakes are shown beside what was typed."""
    found = fetch_setup(request, setup_id, Action.CHANGE)
    check_theirs(request, found, found.guide.preparation.key)
    if refused_as_finished(request, found):
        return redirect("wizard:stage", found.id, found.guide.preparation.key)
    chooser = request.POST.get("then", "")
    if chooser in {each.key for each in found.guide.inputs if each.kind in PEOPLE_KINDS}:
        kept = so_far(request, found)
        if isinstance(kept, HttpResponse):
            return kept
        actions.save_inputs(found, kept, request.user)
        return redirect("wizard:choose", found.id, chooser)
    form = SetupForm(found, request.POST, made=recorded_changes.names_made(found))
    if not form.is_valid():
        return render_stage(request, found, found.guide.preparation.key, form=form, status=422)
    if actions.save_inputs(found, form.values(), request.user):
        messages.success(request, _("Saved."))
    return redirect("wizard:stage", found.id, found.guide.preparation.key)


def so_far(request: SignedInRequest, found: Setup) -> dict[str, Any] | HttpResponse:
    """What is filled in when somebody goes to choose people; or the stage again, with the mistakes.

    What was left open is not asked for yet.
    """
    made = recorded_changes.names_made(found)
    form = SetupForm(found, request.POST, only=request.POST, made=made)
    if form.is_valid():
        return form.values()
    whole = SetupForm(found, request.POST, made=made)
    whole.full_clean()  # before it is shown, as a question may come up
    return render_stage(request, found, found.guide.preparation.key, form=whole, status=422)
