"""Tokens for programs, a person's and a team's: seen, made, taken back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from teams import limits, reauth
from teams.access import Action, fetch_for
from teams.acting import tokens
from teams.forms import TokenForm
from teams.http import SignedInRequest
from teams.membership import programs
from teams.models import ApiToken, Team

Made = tuple[ApiToken, str]  # with its secret


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens_page(request: SignedInRequest) -> HttpResponse:
    """A person's own: which there are, and a new one, shown once."""

    def make(name: str, scope: str) -> Made:
        return tokens.make(request.user, name, scope)

    mine = ApiToken.objects.open().filter(user=request.user)
    return _answer(request, reverse("teams:tokens"), mine, make)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def team_tokens(request: SignedInRequest, team_id: UUID) -> HttpResponse:
    """A team's: they work on when whoever made them leaves."""
    found = fetch_for(request.user, Action.MANAGE, Team.objects.all(), team_field="pk", pk=team_id)

    def make(name: str, scope: str) -> Made:
        return programs.make(found, name, scope, request.user)

    here = reverse("teams:team_tokens", args=[found.pk])
    return _answer(request, here, programs.of_team(found), make, team=found)


def _answer(
    request: SignedInRequest,
    here: str,
    rows: QuerySet[ApiToken],
    make: Callable[[str, str], Made],
    *,
    team: Team | None = None,
) -> HttpResponse:
    if request.method != "POST":
        return _page(request, rows, TokenForm(), team)
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, rows, form, team, status=422)
    if asked := reauth.ask_first(request, here):
        return asked
    if seconds := limits.making_tokens(request.user):
        return limits.refused(request, seconds)
    made = make(form.cleaned_data["name"], form.cleaned_data["scope"])
    return _page(request, rows, TokenForm(), team, made)


def _page(
    request: SignedInRequest,
    rows: QuerySet[ApiToken],
    form: TokenForm,
    team: Team | None,
    new: Made | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    made, secret = new or (None, "")
    ctx = {"rows": rows.all(), "form": form, "team": team, "made": made, "secret": secret}
    ctx |= {"days": tokens.LIFETIME.days}
    return render(request, "teams/tokens.html", ctx, status=status)


@require_POST
def revoke_token(request: SignedInRequest, token_id: UUID) -> HttpResponse:
    token = ApiToken.objects.filter(user=request.user, pk=token_id).select_related("user").first()
    if token is None:
        raise Http404
    _tell(request, is_new=tokens.revoke(token))
    return redirect("teams:tokens")


@require_POST
def revoke_team_token(request: SignedInRequest, token_id: UUID) -> HttpResponse:
    rows = ApiToken.objects.exclude(team=None).select_related("user")
    token = fetch_for(request.user, Action.MANAGE, rows, pk=token_id)
    _tell(request, is_new=programs.revoke(token, request.user))
    return redirect("teams:team_tokens", token.team_id)


def _tell(request: SignedInRequest, *, is_new: bool) -> None:
    if is_new:
        messages.success(request, _("The key does not work any more."))
    else:
        messages.info(request, _("This key was over already."))
