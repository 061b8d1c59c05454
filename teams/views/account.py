"""The person's own page, and the question whether it is still them."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.views import password_reset as allauth_password_reset
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from teams import mfa, reauth
from teams.access import guests_too
from teams.accounts import mail_works, no_mail_page
from teams.http import SignedInRequest


@never_cache
@require_GET
def account(request: SignedInRequest) -> HttpResponse:
    """Password, e-mail address, second factor, sessions: each on a page of allauth's."""
    kinds = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    ctx = {
        "memberships": request.user.memberships.select_related("team").order_by("team__name"),
        "has_factor": bool(kinds & set(mfa.FACTORS)),
        "sessions": UserSession.objects.filter(user=request.user).count(),
        "sign_in_elsewhere": bool(settings.SOCIALACCOUNT_PROVIDERS),
    }
    return render(request, "teams/account.html", ctx)


@guests_too
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def still_you(request: SignedInRequest) -> HttpResponse:
    """For people without a password and a second factor, whom allauth can't ask.

    A demo person only confirms. Others sign in again where they came from: at their company, or a
    client's guest at Salesforce.
    """
    home = resolve_url(settings.LOGIN_REDIRECT_URL)
    onward = reauth.safe_next(request, request.GET.get("next") or request.POST.get("next", ""), home)
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    only_confirms = request.user.is_demo and settings.TRYOUT and not methods
    if request.method == "POST" and only_confirms:
        reauth.note_sign_in(request, request.user, reauth.CONFIRMED)
        return redirect(onward)
    providers = [] if only_confirms else get_social_adapter(request).list_providers(request)
    ctx = {
        "next": onward,
        "only_confirms": only_confirms,
        "ways": [
            (each.name, each.get_login_url(request, process="login", next=onward)) for each in providers
        ],
        "methods": methods,
    }
    return render(request, "teams/still_you.html", ctx, status=200 if request.method == "GET" else 403)


@login_not_required
def password_reset(request: HttpRequest) -> HttpResponse:
    """allauth's page. Where no mail can be sent, every address gets the same answer."""
    if request.method == "POST" and not mail_works():
        return no_mail_page(request)
    answer: HttpResponse = allauth_password_reset(request)
    return answer
