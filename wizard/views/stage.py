"""The stage page, its live fragment and its buttons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from teams.access import ALLOWED, Action, guests_too, role_in
from teams.http import SignedInRequest
from wizard.actions import choose, notes
from wizard.actions.refusing import check_theirs, is_guest
from wizard.guests import invitations, permissions, view_model
from wizard.history import audit
from wizard.live import fragment
from wizard.live.access import Guest
from wizard.live.ticket import address, ticket
from wizard.messages import glossary, screen_language
from wizard.messages.render import plain
from wizard.models import Setup
from wizard.monitoring import live_polling
from wizard.stage import panel as panels
from wizard.stage.forms import PEOPLE_KINDS, SetupForm
from wizard.stage.people import chose_among, picked
from wizard.state import recorded_changes
from wizard.state.context import context_of
from wizard.views.common import check_stage, fetch_setup, posted, refused_as_finished


@dataclass(frozen=True)
class Refused:
    """An approval with another name than the production org's: told at the field, with what was typed."""

    fingerprint: str
    typed: str


@guests_too
@require_GET
def setup(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    """Resume: go to where the work goes on."""
    found = fetch_setup(request, setup_id)
    to = context_of(found).overview.current
    if is_guest(found):
        to = view_model.build(request.user, _now(request, found, to.stage.key)).current
    return redirect("wizard:stage", found.id, to.stage.key)


@guests_too
@require_GET
def stage(request: SignedInRequest, setup_id: UUID, stage_key: str) -> HttpResponse:
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
    now = _now(request, found, stage_key)
    ctx = {
        **fragment.context(now),
        **_panel(request, now, form),
        "stream": _stream(request, now),
        "next": now.overview.onward(stage_key),
        "note": None if is_guest(found) else notes.newest(found),
        "stage_terms": _terms(now),
        "refused": refused,
        "open_plan": refused.fingerprint if refused else request.GET.get("open", ""),
    }
    page = "wizard/guest_stage.html" if ctx["guest"] else "wizard/stage.html"
    return render(request, page, ctx, status=status)


def _now(request: SignedInRequest, found: Setup, stage_key: str) -> fragment.StageState:
    """The stage as it is shown to this person."""
    guest = None
    if is_guest(found):
        guest = Guest(request.user.pk, tuple(sorted(invitations.stages_of(request.user, found))))
    return fragment.stage_state(found, stage_key, guest)


def _stream(request: SignedInRequest, now: fragment.StageState) -> str:
    """Where this person's browser gets the live fragment from, for the next hour."""
    value = ticket(
        request.user.pk,
        now.setup.id,
        now.view.stage.key,
        session_key=request.session.session_key or "",
        role=role_in(now.setup),
        theirs=now.guest.stages if now.guest else (),
    )
    return address(value)


def _terms(now: fragment.StageState) -> list[glossary.Term]:
    """The terms that the lines of this stage use: the lines themselves are replaced while one reads."""
    texts = [text for view in now.view.steps for text in (view.step.title, view.step.why)]
    texts += [view.finding.sentence for view in now.view.steps if view.finding]
    return glossary.used_in(plain(text) for text in texts)


@guests_too
@require_GET
def live_fragment(request: SignedInRequest, setup_id: UUID, stage_key: str) -> HttpResponse:
    """The slow poll: the same fragment that the stream sends, and a sign that somebody looks."""
    found = fetch_setup(request, setup_id)
    check_stage(found, stage_key)
    live_polling.mark_viewed(found, stage_key)
    now = _now(request, found, stage_key)
    response = render(request, "wizard/_update.html", fragment.context(now))
    if not now.last:
        response.headers["Stream"] = _stream(request, now)  # the page's own gets too old
    return response


@guests_too
@require_GET
def live_panel(request: SignedInRequest, setup_id: UUID, stage_key: str) -> HttpResponse:
    """The buttons beside the live fragment, fetched again when what they can do has changed."""
    found = fetch_setup(request, setup_id)
    check_stage(found, stage_key)
    now = _now(request, found, stage_key)
    ctx = {**fragment.context(now), **_panel(request, now, None), "next": now.overview.onward(stage_key)}
    return render(request, "wizard/_panel.html", ctx)


def _panel(request: SignedInRequest, now: fragment.StageState, form: SetupForm | None) -> dict[str, object]:
    how = "manual" if request.GET.get("how") == "manual" else "auto"
    panel = panels.build(now, how)
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
        "form": form or (SetupForm(now.context) if panel.asks_inputs else None),
        "may_change": may_change,
        "may_stop": panel.running and (guest is None or guest.may_stop(panel.running)),
        **(_screen(request, now.setup) if panel.by_hand else {}),
    }


def _screen(request: SignedInRequest, setup: Setup) -> dict[str, object]:
    """The language of the labels on the screen of whoever follows the instructions."""
    if is_guest(setup):
        language = invitations.language_of(request.user, setup)
        return {"screen": language, "screen_note": screen_language.note(language, screen_language.YOU)}
    connection = setup.org.connection
    user = connection.display_name or connection.username
    return {"screen": connection.language, "screen_note": screen_language.note(connection.language, user)}


def _for_guest(panel: panels.Panel, now: fragment.StageState, *, lacking: bool) -> panels.Panel:
    """Nothing beyond their stage; and by hand only, where their own user may not change it in Salesforce."""
    panel = replace(panel, together=None)
    if not lacking:
        return panel
    if panel.how == "auto":
        panel = panels.build(now, "manual")
    return replace(panel, automatic=False, offer=None, together=None, undo=None, lacking=())


@guests_too
@posted
def save_inputs(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    """Keep the choices of the first stage; mistakes are shown beside what was typed."""
    found = fetch_setup(request, setup_id, Action.CHANGE)
    check_theirs(found, request.user, found.guide.preparation.key)
    if refused_as_finished(request, found):
        return redirect("wizard:stage", found.id, found.guide.preparation.key)
    chooser = request.POST.get("then", "")
    if chooser in {each.key for each in found.guide.inputs if each.kind in PEOPLE_KINDS}:
        kept = so_far(request, found)
        if isinstance(kept, HttpResponse):
            return kept
        choose.choose(found, request.user, lambda _now: kept)
        return redirect("wizard:choose", found.id, chooser)
    form = SetupForm(context_of(found), request.POST, made=recorded_changes.names_made(found))
    if not form.is_valid():
        return render_stage(request, found, found.guide.preparation.key, form=form, status=422)
    values = {**form.values(), **picked(found, request.POST)}
    if choose.choose(found, request.user, lambda _now: values):
        messages.success(request, _("Saved."))
    return redirect("wizard:stage", found.id, found.guide.preparation.key)


def keep_typed(request: SignedInRequest, found: Setup) -> HttpResponse | None:
    """Save what was typed into the choices when another button of their page was pressed."""
    if "from_stage" not in request.POST or found.finished:
        return None
    check_theirs(found, request.user, found.guide.preparation.key)
    if not is_typed(found, request.POST):
        return None  # what the page proposed is nobody's choice yet
    kept = so_far(request, found)
    if isinstance(kept, HttpResponse):
        return kept
    choose.choose(found, request.user, lambda _now: kept)
    return None


def is_typed(found: Setup, sent: QueryDict) -> bool:
    """Whether a person changed anything of what the choices were shown with."""
    form = SetupForm(context_of(found), sent, only=sent, made=recorded_changes.names_made(found))
    return form.has_changed() or chose_among(found, sent)


def so_far(request: SignedInRequest, found: Setup) -> dict[str, object] | HttpResponse:
    """What is filled in when somebody goes to choose people; or the stage again, with the mistakes.

    What was left open is not asked for yet.
    """
    now, made = context_of(found), recorded_changes.names_made(found)
    form = SetupForm(now, request.POST, only=request.POST, made=made)
    if form.is_valid():
        return {**form.values(), **picked(found, request.POST)}
    whole = SetupForm(now, request.POST, made=made)
    whole.full_clean()  # before it is shown, as a question may come up
    return render_stage(request, found, found.guide.preparation.key, form=whole, status=422)
