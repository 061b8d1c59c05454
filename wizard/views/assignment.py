"""Who has a setup, and notes on it. What was written stays: a note is an event like any other."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from teams import limits, reauth
from teams.access import Action
from teams.http import SignedInRequest
from wizard.models import Setup
from wizard.setups import assignment, notes
from wizard.views.common import fetch_with_or_without_org, posted, refused_as_finished
from wizard.views.support import render_case


def _back(request: SignedInRequest, setup: Setup) -> HttpResponse:
    """To the page with the button: the support page, unless the form says another one of ours."""
    default = reverse("wizard:support_setup", args=[setup.pk])
    return redirect(reauth.safe_next(request, request.POST.get("next", ""), default))


@posted
def take_over(request: SignedInRequest, setup_id: Any) -> HttpResponse:
    setup = fetch_with_or_without_org(request, setup_id, Action.CHANGE)
    if refused_as_finished(request, setup):
        return _back(request, setup)
    before = assignment.take_over(setup, request.user)
    if before and before != request.user:
        text = _("You have this setup now. %(name)s had it before.") % {"name": before.full_name}
        messages.success(request, text)
    else:
        messages.success(request, _("You have this setup now."))
    return _back(request, setup)


@posted
def give_back(request: SignedInRequest, setup_id: Any) -> HttpResponse:
    setup = fetch_with_or_without_org(request, setup_id, Action.CHANGE)
    assignment.give_back(setup, request.user)
    messages.success(request, _("Nobody has this setup now."))
    return _back(request, setup)


@posted
def note(request: SignedInRequest, setup_id: Any) -> HttpResponse:
    setup = fetch_with_or_without_org(request, setup_id, Action.CHANGE)
    form = notes.NoteForm(request.POST)
    if not form.is_valid():
        return render_case(request, setup.pk, form, status=422)
    if seconds := limits.writing(request.user):
        messages.warning(request, limits.words(seconds))
    else:
        notes.leave(setup, form.cleaned_data["text"], request.user)
        messages.success(request, _("Your note is kept. It is in the history too."))
    return _back(request, setup)
