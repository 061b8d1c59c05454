"""The person's own page, and the question whether it is still them."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.views import password_reset as allauth_password_reset
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django.views.i18n import set_language

from teams import mfa, preferences, reauth
from teams.access import guests_too
from teams.accounts import mail_works, no_mail_page
from teams.forms import PreferencesForm
from teams.http import SignedInRequest
from teams.models import ApiToken, User


@never_cache
@require_GET
def account(request: SignedInRequest) -> HttpResponse:
    """Password, e-mail address, second factor, sessions: each on a page of allauth's."""
    kinds = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    ctx = {
        "memberships": request.user.memberships.select_related("team").order_by("team__name"),
        "has_factor": bool(kinds & set(mfa.FACTORS)),
        "sessions": UserSession.objects.filter(user=request.user).count(),
        "tokens": ApiToken.objects.open().filter(user=request.user).count(),
        "language_name": dict(settings.LANGUAGES).get(request.user.language, ""),
        "sign_in_elsewhere": bool(settings.SOCIALACCOUNT_PROVIDERS),
    }
    return render(request, "teams/account.html", ctx)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def about_you(request: SignedInRequest) -> HttpResponse:
    """Name, language and time zone. What is refused is shown again as it was typed."""
    chosen = {name: getattr(request.user, name) for name in PreferencesForm.base_fields}
    form = PreferencesForm(request.POST or None, initial=chosen)
    if request.method == "POST" and form.is_valid():
        User.objects.filter(pk=request.user.pk).update(**form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("account")
    status = 422 if request.method == "POST" else 200
    return render(request, "teams/about_you.html", {"form": form}, status=status)


@login_not_required
def choose_language(request: HttpRequest) -> HttpResponse:
    """The switch at the foot of every page: for this browser, and for who chose one in the account."""
    if request.method == "POST" and isinstance(request.user, User):
        preferences.remember_language(request.user, request.POST.get("language", ""))
    return set_language(request)


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
            (
                each.name,
                each.get_login_url(request, process="login", next=onward, auth_params=reauth.ASK_AGAIN),
            )
            for each in providers
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
