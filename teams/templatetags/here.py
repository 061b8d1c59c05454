from __future__ import annotations

from django import template
from django.http import HttpRequest
from django.urls import reverse

register = template.Library()

_OF_A_SIGN_IN = {"code", "state", "error"}


@register.filter
def here(request: HttpRequest) -> str:
    """The address of this page, to come back to; never one that holds the answer to a sign-in."""
    if _OF_A_SIGN_IN & set(request.GET):
        return reverse("wizard:home")
    return request.get_full_path()
