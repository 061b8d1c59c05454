"""Sign-in of the demo people. Everything else about accounts is django-allauth's."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, resolve_url
from django.views.decorators.http import require_POST

from teams import reauth
from teams.models import User


@require_POST
@login_not_required
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """One click instead of a password, in a try-out only."""
    if not settings.TRYOUT:
        raise Http404
    user = get_object_or_404(User, is_demo=True, is_active=True, email=request.POST.get("email", ""))
    login(request, user, backend="teams.backends.Accounts")
    reauth.note_sign_in(request, user, reauth.DEMO)
    home = resolve_url(settings.LOGIN_REDIRECT_URL)
    return redirect(reauth.safe_next(request, request.POST.get("next", ""), home))
