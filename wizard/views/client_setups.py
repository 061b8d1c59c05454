"""A setup that the client connects: begun with a name, bound by the first sign-in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
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
from teams.http import SignedInRequest
from teams.models import User
from wizard.models import Setup
from wizard.setups import bind_org
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
        if seconds := limits.connecting(request.user):
            return limits.refused(request, seconds)
        made = bind_org.begin_without_org(form.cleaned_data["team"], form.cleaned_data["name"], request.user)
        return redirect("wizard:invite", made.pk)
    return render(request, "wizard/for_client.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bind(request: SignedInRequest, setup_id: Any) -> HttpResponse:
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
        )
    except SignInProblem as problem:
        return problem_page(request, problem)
    return HttpResponseRedirect(address)


def came_back(request: HttpRequest, arrival: SignInResult) -> HttpResponse:
    """The end of a member's sign-in for a client."""
    user = request.user
    try:
        if not isinstance(user, User):
            raise PermissionDenied
        setup = _setup_of(user, arrival)
    except (Http404, PermissionDenied):
        callbacks.discard_grant(arrival)  # signed out, or out of the team meanwhile
        raise
    try:
        bind_org.by_member(setup, arrival, user)
    except bind_org.WorkedOnElsewhere as elsewhere:
        raise _taken(arrival, elsewhere.org.name) from None
    if setup.org.org_id != arrival.seen.org_id:
        raise _other_org(arrival, setup.org.name)
    if not setup.org.connection.is_connected:
        raise _own_app(arrival, setup.org)
    words = {"org": setup.org.name, "kind": setup.org.kind_label}
    messages.success(request, _("Connected to %(org)s (%(kind)s).") % words)
    return redirect("wizard:setup", setup.pk)


def _setup_of(user: User, arrival: SignInResult) -> Setup:
    rows = Setup.objects.select_related("org", "org__connection")
    return fetch_for(user, Action.CONNECT, rows, team_field="org__team", pk=arrival.sign_in.about)


def _taken(arrival: SignInResult, name: str) -> SignInProblem:
    callbacks.discard_grant(arrival)
    return SignInProblem("org_taken", sign_in=arrival.sign_in, got=name)


def _own_app(arrival: SignInResult, org: Org) -> SignInProblem:
    """The setup is bound, but `binding.by_member` has ended the grant: it was of our app."""
    return SignInProblem("own_app", sign_in=replace(arrival.sign_in, org=str(org.pk), back=""), got=org.name)


def _other_org(arrival: SignInResult, name: str) -> SignInProblem:
    """Somebody else signed in at the same moment; `binding.by_member` has ended this one."""
    code = "same_name_org" if callbacks.same_name(name, arrival) else "different_org"
    return SignInProblem(code, sign_in=arrival.sign_in, expected=name, got=arrival.seen.name)
