"""Presets of a team: seen, made, changed, taken away."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bulk import presets
from bulk.forms import PresetForm
from bulk.models import Preset
from teams.access import Action, fetch_for, teams_for
from teams.http import SignedInRequest
from teams.models import Team
from wizard.guides.connected_app_authentication.inputs import DEFAULT_LABEL


@require_GET
def listed(request: SignedInRequest) -> HttpResponse:
    """Of all the teams in which this person starts setups."""
    teams = teams_for(request.user, Action.CONNECT)
    if not teams.exists():
        raise PermissionDenied
    found = Preset.objects.filter(team__in=teams).select_related("team")
    ctx = {"presets": found, "teams": teams}
    return render(request, "bulk/presets.html", ctx)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest, team_id: UUID) -> HttpResponse:
    team = fetch_for(request.user, Action.CONNECT, Team.objects.all(), team_field="pk", pk=team_id)
    usual = Preset(team=team, set_label=DEFAULT_LABEL, language=get_language() or settings.LANGUAGE_CODE)
    return _edit(request, usual)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, preset_id: UUID) -> HttpResponse:
    return _edit(request, _fetch(request, preset_id))


@require_POST
def remove(request: SignedInRequest, preset_id: UUID) -> HttpResponse:
    preset = _fetch(request, preset_id)
    presets.take_away(preset)
    messages.success(request, _("The preset %(name)s is gone. Setups stay as they are.") % {"name": preset})
    return redirect("bulk:presets")


def _fetch(request: SignedInRequest, preset_id: UUID) -> Preset:
    return fetch_for(request.user, Action.CONNECT, Preset.objects.select_related("team"), pk=preset_id)


def _edit(request: SignedInRequest, preset: Preset) -> HttpResponse:
    form = PresetForm(request.POST if request.method == "POST" else None, instance=preset)
    if request.method != "POST" or not form.is_valid():
        ctx = {"form": form, "preset": preset, "is_new": preset._state.adding}
        return render(request, "bulk/preset.html", ctx, status=422 if form.errors else 200)
    kept = presets.keep(form.instance)
    messages.success(request, _("Saved the preset %(name)s.") % {"name": kept})
    return redirect("bulk:presets")
