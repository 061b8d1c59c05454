"""Who is led elsewhere, or let in nowhere, before a view is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from teams import mfa
from teams.access import lets_guests_in


class SecondFactorMiddleware:
    """Only the account's own pages, and those that need no sign-in, are open without it.

    Costs no query: `teams.backends.Accounts` asks with the query that loads the person.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not getattr(view, "login_required", True) or _is_of_the_account(request):
            return None
        if not getattr(request.user, "lacks_second_factor", False) or mfa.brought(
            request.session, request.user
        ):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(reverse("mfa_index"))
        return redirect("mfa_index")


def _is_of_the_account(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and (match.route.startswith("account/") or match.view_name == "teams:still_you")


class GuestsMiddleware:
    """A guest of one setup reaches what lets guests in; the rest does not exist for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        is_open = not getattr(view, "login_required", True)
        if getattr(request.user, "is_guest", False) and not is_open and not lets_guests_in(request):
            raise Http404
        return None
