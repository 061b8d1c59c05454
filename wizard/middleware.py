"""What is shown instead of a page of a setup: it waits for its org, or the guest's time is over."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wizard.errors import GuestAccessEnded, OrgNotConnected


class SetupRedirectMiddleware:
    """Every view of a setup may end in one of these: see `wizard.views.common.fetch_setup`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OrgNotConnected):
            return redirect("wizard:invite", exception.setup.pk)
        if isinstance(exception, GuestAccessEnded):
            return render(request, "wizard/guest_over.html", {"why": "ended"}, status=410)
        return None
