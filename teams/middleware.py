"""Who is led elsewhere, or let in nowhere, before a view is asked."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions import middleware as sessions
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from teams import limits, mfa
from teams.access import lets_guests_in
from teams.sessions import SessionStore


class SessionMiddleware(sessions.SessionMiddleware):
    """Django's, for sessions whose stored key is not what the browser has (`teams.sessions`)."""

    def process_request(self, request: HttpRequest) -> None:
        secret = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        request.session = SessionStore.opened_by(secret)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie and cookie.value and isinstance(request.session, SessionStore):
            cookie.set(cookie.key, request.session.secret, request.session.secret)
        return response


def known_device(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Know the browser again in which somebody is signed in: wrong passwords elsewhere don't lock it out."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        user_id = str(request.session.get(SESSION_KEY, ""))
        if user_id and not limits.is_device_of(request, user_id):
            response.set_cookie(
                limits.DEVICE,
                limits.new_device(user_id),
                max_age=limits.DEVICE_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    return middleware


class SecondFactorMiddleware:
    """Only the account's own pages, and those that need no sign-in, are open without it.

    Costs no query: `teams.backends.Accounts` asks with the query that loads the person.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: object, kwargs: object
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
        self, request: HttpRequest, view: Callable[..., object], args: object, kwargs: object
    ) -> HttpResponse | None:
        is_open = not getattr(view, "login_required", True) or lets_guests_in(request)
        if not is_open and getattr(request.user, "is_guest", False):
            raise Http404
        return None
