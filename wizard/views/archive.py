"""Put a setup away, and take it back: one page for both."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from teams import reauth
from teams.access import ALLOWED, Action, role_in
from teams.acting.acts import NotDone
from teams.http import SignedInRequest
from wizard.actions import archive as archiving
from wizard.models import UNDER_WAY, Setup
from wizard.views.common import fetch_with_or_without_org, tell


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    """Ask first; of one that is put away already: what it is, and the way back."""
    action = Action.CHANGE if request.method == "POST" else Action.SEE
    setup = fetch_with_or_without_org(request, setup_id, action, archived_too=True)
    if request.method == "POST":
        return _take_back(request, setup) if "take_back" in request.POST else _put_away(request, setup)
    ctx = {
        "setup": setup,
        "org": setup.org,
        "may_change": Action.CHANGE in ALLOWED[role_in(setup)],
        "ends_connection": archiving.ends_connection(setup),
    }
    return render(request, "wizard/archived.html" if setup.archived_at else "wizard/archive.html", ctx)


def _put_away(request: SignedInRequest, setup: Setup) -> HttpResponse:
    here = reverse("wizard:archive", args=[setup.pk])
    try:
        archiving.archive(setup, request.user, proved=reauth.signed_in_recently(request))
    except NotDone as why:
        if why.code == "prove_yourself":
            return reauth.ask(request, here)
        tell(request, why)
        return redirect(here)
    messages.success(
        request, _("Archived: the setup in %(org)s is in no list any more.") % {"org": setup.org.name}
    )
    return redirect("wizard:home")


def _take_back(request: SignedInRequest, setup: Setup) -> HttpResponse:
    try:
        archiving.unarchive(setup, request.user)
    except NotDone as why:
        tell(request, why)
        other = Setup.objects.filter(UNDER_WAY, org=setup.org, guide_key=setup.guide_key).first()
        return redirect("wizard:setup", (other or setup).pk)
    messages.success(request, _("Taken back: the setup is in the lists again."))
    return redirect("wizard:setup", setup.pk)
