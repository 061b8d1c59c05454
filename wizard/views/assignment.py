"""Who has a setup, and notes on it. What was written stays: a note is an event like any other."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from teams import reauth
from teams.access import Action
from teams.acting.acts import NotDone
from teams.http import SignedInRequest
from wizard.actions import assignment, notes
from wizard.models import Setup
from wizard.views.common import fetch_with_or_without_org, posted, tell
from wizard.views.support import render_case


def _back(request: SignedInRequest, setup: Setup) -> HttpResponse:
    """To the page with the button: the support page, unless the form says another one of ours."""
    default = reverse("wizard:support_setup", args=[setup.pk])
    return redirect(reauth.safe_next(request, request.POST.get("next", ""), default))


@posted
def take_over(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    setup = fetch_with_or_without_org(request, setup_id, Action.CHANGE)
    try:
        before = assignment.take_over(setup, request.user)
    except NotDone as why:
        tell(request, why)
        return _back(request, setup)
    if before and before != request.user:
        text = _("This setup is assigned to you now. Before, it was assigned to %(name)s.") % {
            "name": before.full_name
        }
        messages.success(request, text)
    else:
        messages.success(request, _("This setup is assigned to you now."))
    return _back(request, setup)


@posted
def give_back(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    setup = fetch_with_or_without_org(request, setup_id, Action.CHANGE)
    assignment.give_back(setup, request.user)
    messages.success(request, _("This setup is not assigned to anybody now."))
    return _back(request, setup)


@posted
def note(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    setup = fetch_with_or_without_org(request, setup_id, Action.CHANGE)
    form = notes.NoteForm(request.POST)
    if not form.is_valid():
        return render_case(request, setup.pk, form, status=422)
    try:
        notes.note(setup, request.user, form.cleaned_data["text"])
        messages.success(request, _("Your note is kept. It is in the history too."))
    except NotDone as why:
        tell(request, why)
    return _back(request, setup)
