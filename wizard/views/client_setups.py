"""A setup that the client connects: begun with a name, bound by the first sign-in."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from orgs.forms import ForClientForm, WhereForm
from orgs.models import Org
from orgs.sign_in import callbacks, flow
from orgs.sign_in.callbacks import SignInResult
from orgs.sign_in.errors import SignInProblem
from orgs.views.sign_in import problem_page
from teams import limits
from teams.access import Action, fetch_for, teams_for
from teams.acting.acts import NotDone
from teams.http import SignedInRequest
from teams.models import Team, User
from wizard.actions import bind_org, start
from wizard.models import Setup
from wizard.views.common import fetch_with_or_without_org

KIND = "bind"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def for_client(request: SignedInRequest) -> HttpResponse:
    """Begin a setup by the client's name; the next page makes the link."""
    teams = teams_for(request.user, Action.CONNECT)
    if not teams.exists():
        raise PermissionDenied
    form = ForClientForm(request.POST if request.method == "POST" else None, teams=teams)
    if request.method == "POST" and form.is_valid() and form.cleaned_data["team"]:
        return _begin(request, form.cleaned_data["team"], form.cleaned_data["name"])
    return render(request, "wizard/for_client.html", {"form": form}, status=422 if form.errors else 200)


def _begin(request: SignedInRequest, chosen: Team, name: str) -> HttpResponse:
    team = fetch_for(request.user, Action.CONNECT, Team.objects.all(), team_field="pk", pk=chosen.pk)
    try:
        made = start.begin_for_client(team, request.user, name)
    except NotDone as why:
        return limits.refused(request, int(str(why.params["seconds"])))
    return redirect("wizard:invite", made.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bind(request: SignedInRequest, setup_id: UUID) -> HttpResponse:
    """A member signs in for the client: choose where, then on to Salesforce."""
    setup = fetch_with_or_without_org(request, setup_id, Action.CONNECT)
    if setup.org.is_bound:
        return redirect("wizard:setup", setup.pk)
    form = WhereForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        ctx = {"setup": setup, "org": setup.org, "form": form}
        return render(request, "wizard/bind.html", ctx, status=422 if form.errors else 200)
    if seconds := limits.connecting(request.user):
        return limits.refused(request, seconds)
    return _to_salesforce(request, setup, form.cleaned_data["origin"])


def _to_salesforce(request: SignedInRequest, setup: Setup, origin: str) -> HttpResponse:
    try:
        address = flow.start(
            request,
            origin,
            team=setup.org.team,
            org=setup.org,
            kind=KIND,
            about=str(setup.pk),
            back=reverse("wizard:bind", args=[setup.pk]),
            as_another=True,  # else an open session of Salesforce would choose the org
        )
    except SignInProblem as problem:
        return problem_page(request, problem)
    return HttpResponseRedirect(address)


def came_back(request: HttpRequest, arrival: SignInResult) -> tuple[HttpResponse, bool]:
    """The end of a member's sign-in for a client."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied  # signed out meanwhile
    setup = _setup_of(user, arrival)
    try:
        kept = bind_org.connect_for_client(setup, user, arrival)
    except bind_org.WorkedOnElsewhere as elsewhere:
        raise _taken(arrival, elsewhere.org.name) from None
    if setup.org.org_id != arrival.seen.org_id:
        raise _other_org(arrival, setup.org.name)
    if not setup.org.connection.is_connected:
        raise _own_app(arrival, setup.org)
    words = {"org": setup.org.name, "kind": setup.org.kind_label}
    messages.success(request, _("We have access to %(org)s (%(kind)s) now.") % words)
    if setup.org.setups.filter(archived_at=None).exclude(pk=setup.pk).exists():
        return redirect(f"{reverse('wizard:opened', args=[setup.org_id])}?ask=bound"), kept
    return redirect("wizard:setup", setup.pk), kept


def _setup_of(user: User, arrival: SignInResult) -> Setup:
    rows = Setup.objects.select_related("org", "org__connection")
    return fetch_for(user, Action.CONNECT, rows, team_field="org__team", pk=arrival.sign_in.about)


def _taken(arrival: SignInResult, name: str) -> SignInProblem:
    return SignInProblem("org_taken", sign_in=arrival.sign_in, got=name)


def _own_app(arrival: SignInResult, org: Org) -> SignInProblem:
    """The setup is bound, but the grant was of our app: never to be renewed."""
    return SignInProblem("own_app", sign_in=replace(arrival.sign_in, org=str(org.pk), back=""), got=org.name)


def _other_org(arrival: SignInResult, name: str) -> SignInProblem:
    """Somebody else signed in at the same moment."""
    code = "same_name_org" if callbacks.same_name(name, arrival) else "different_org"
    return SignInProblem(code, sign_in=arrival.sign_in, expected=name, got=arrival.seen.name)
