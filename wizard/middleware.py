"""What is shown instead of a page of a setup: it has no org yet, is archived, or a guest's time is over."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from wizard.errors import GuestAccessEnded, OrgNotConnected, SetupArchived


class SetupRedirectMiddleware:
    """Every view of a setup may end in one of these: see `wizard.views.common.fetch_setup`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OrgNotConnected):
            return redirect("wizard:invite", exception.setup.pk)
        if isinstance(exception, SetupArchived):
            page = reverse("wizard:archive", args=[exception.setup.pk])
            # A part of a page that is open can't show it: the whole page goes there.
            return HttpResponseClientRedirect(page) if "HX-Request" in request.headers else redirect(page)
        if isinstance(exception, GuestAccessEnded):
            return render(request, "wizard/guest_over.html", {"why": "ended"}, status=410)
        return None
