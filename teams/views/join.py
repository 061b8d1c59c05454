"""The invited person's pages: what the invitation is, and accepting it."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from teams.membership import invitations
from teams.membership.roles import DOES
from teams.models import Invitation, Role, User


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the e-mail. Looking changes nothing (mail scanners look too); a POST accepts."""
    found = invitations.by_token(token)
    if found is None or not found.is_open:
        return render(request, "teams/join_over.html", {"why": _why_over(found)}, status=410)
    if request.method == "POST":
        return _accept(request, found)
    ctx = {
        "invitation": found,
        "team": found.team,
        "token": token,
        "does": DOES[Role(found.role)],
        "standing": _standing(request, found),
    }
    return render(request, "teams/join.html", ctx)


def _why_over(found: Invitation | None) -> str:
    if found is None:
        return "unknown"
    if found.accepted_at:
        return "used"
    return "revoked" if found.revoked_at else "expired"


def _standing(request: HttpRequest, found: Invitation) -> str:
    """What the person who looks has to do: join, sign in, make an account, or sign out first."""
    if request.user.is_authenticated:
        return "join" if invitations.belongs_to(found, request.user) else "somebody_else"
    return "sign_in" if User.objects.filter(email=found.email).exists() else "new"


def _accept(request: HttpRequest, found: Invitation) -> HttpResponse:
    standing = _standing(request, found)
    if standing == "join" and isinstance(request.user, User):
        if invitations.accept(found, request.user):
            messages.success(request, _("Welcome to %(team)s.") % {"team": found.team.name})
        return redirect(settings.LOGIN_REDIRECT_URL)
    if standing == "new":
        # The link came to this address, which proves it: allauth asks for no second mail.
        invitations.keep(request, found)
        get_adapter(request).stash_verified_email(request, found.email)
        return redirect("account_signup")
    return redirect(request.path)
