"""Addresses of the API: open to Django, as each call is let in by its token alone, never by a session."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_safe

from api import problems
from api.app import api

app_name = "api"


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description, for everybody."""
    return JsonResponse(api.get_openapi_schema())


@csrf_exempt
@login_not_required
def nothing_here(request: HttpRequest) -> HttpResponse:
    return problems.answer(404, "not_found")


def _opened(pattern: URLPattern) -> URLPattern:
    """For programs: no sign-in page, an ETag for each answer, and nothing kept that others may read."""
    private = cache_control(private=True, no_cache=True)
    pattern.callback = login_not_required(private(conditional_page(_without_pages(pattern.callback))))
    return pattern


def _without_pages(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What Django would answer to a wrong method is a problem in our form too."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        refused = problems.answer(405, "method_not_allowed")
        refused.headers["Allow"] = response.headers["Allow"]
        return refused

    return answered


urlpatterns = [
    path("openapi.json", openapi, name="openapi"),
    *(_opened(each) for each in api.urls[0] if isinstance(each, URLPattern) and each.name != "api-root"),
    re_path("", nothing_here, name="nothing_here"),
]
