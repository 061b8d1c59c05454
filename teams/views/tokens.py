"""A person's tokens for programs: seen, made, taken back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from teams import limits, reauth
from teams.acting import tokens
from teams.forms import TokenForm
from teams.http import SignedInRequest
from teams.models import ApiToken


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens_page(request: SignedInRequest) -> HttpResponse:
    """Which there are, and a new one: shown once."""
    if request.method != "POST":
        return _page(request, TokenForm())
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    if asked := reauth.ask_first(request, reverse("teams:tokens")):
        return asked
    if seconds := limits.making_tokens(request.user):
        return limits.refused(request, seconds)
    made, secret = tokens.make(request.user, form.cleaned_data["name"], form.cleaned_data["scope"])
    return _page(request, TokenForm(), made=made, secret=secret)


def _page(
    request: SignedInRequest,
    form: TokenForm,
    *,
    made: ApiToken | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    rows = ApiToken.objects.open().filter(user=request.user)
    ctx = {"rows": rows, "form": form, "made": made, "secret": secret, "days": tokens.LIFETIME.days}
    return render(request, "teams/tokens.html", ctx, status=status)


@require_POST
def revoke_token(request: SignedInRequest, token_id: UUID) -> HttpResponse:
    token = ApiToken.objects.filter(user=request.user, pk=token_id).select_related("user").first()
    if token is None:
        raise Http404
    if tokens.revoke(token):
        messages.success(request, _("The key does not work any more."))
    else:
        messages.info(request, _("This key was over already."))
    return redirect("teams:tokens")
