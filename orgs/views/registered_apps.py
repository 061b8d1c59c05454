"""For owners: registering an External Client App for a real org, and storing its key and secret."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from orgs import acts, hosts, oauth
from orgs.forms import AppForm
from orgs.models import RegisteredApp
from orgs.oauth import ClientCredentials
from teams import reauth
from teams.access import Action, fetch_for
from teams.http import SignedInRequest
from teams.models import Team


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def real_org(request: SignedInRequest, team_id: uuid.UUID) -> HttpResponse:
    """How to register an app, then its key and secret. Who it is, is asked before anything is pasted."""
    team = fetch_for(request.user, Action.MANAGE, Team.objects.all(), team_field="pk", pk=team_id)
    here = reverse("orgs:real_org", args=[team.pk])
    if asked := reauth.ask_first(request, here):
        return asked
    form = AppForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        pair = ClientCredentials(form.cleaned_data["client_id"], form.cleaned_data["client_secret"])
        origin, ends_on = form.cleaned_data["origin"], form.cleaned_data["secret_ends_on"]
        app = acts.register_app(team, request.user, origin, pair, ends_on=ends_on, proved=True)
        messages.success(
            request,
            _("Key and secret for %(place)s are stored, encrypted. A new app may take ten minutes to work.")
            % {"place": app.host or _("every org")},
        )
        return redirect(here)
    context = {
        "team": team,
        "form": form,
        "callback": oauth.redirect_uri(),
        "callback_is_refused": hosts.is_refused_as_callback(oauth.redirect_uri()),
        "apps": RegisteredApp.objects.filter(team=team).select_related("set_by"),
    }
    return render(request, "orgs/real_org.html", context, status=422 if form.errors else 200)


@require_POST
def remove_app(request: SignedInRequest, app_id: uuid.UUID) -> HttpResponse:
    app = fetch_for(request.user, Action.MANAGE, RegisteredApp.objects.all(), pk=app_id)
    here = reverse("orgs:real_org", args=[app.team_id])
    if asked := reauth.ask_first(request, here):
        return asked
    using = acts.remove_app(app, request.user, proved=True)
    messages.success(request, _("Key and secret are erased here. The app in Salesforce stays as it is."))
    if using:
        text = ngettext("One org was connected through it. Sign in to it again within hours.",
                        "%(n)d orgs were connected through it. Sign in to them again within hours.",
                        using)  # fmt: skip
        messages.warning(request, text % {"n": using})
    return redirect(here)
