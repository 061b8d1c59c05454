"""The pages for what goes wrong: those that anybody can call forth, and those that need a broken app."""

from __future__ import annotations

import os
from collections.abc import Callable

from playwright.sync_api import Page, Route

BROKEN: dict[str, tuple[str, dict[str, str]]] = {
    "error-500": ("500.html", {}),
    "error-503": ("503.html", {"again": "/"}),
    "maintenance": ("maintenance.html", {"again": "/", "until": "Back at 18:00 UTC"}),
}


def broken(page: Page, url: str) -> dict[str, str]:
    """Name -> address at which this browser shows what the app answers when it can't."""
    shown = {name: f"{url}/shown/{name}/" for name in BROKEN}
    for name, (template, words) in BROKEN.items():
        page.context.route(shown[name], _answer_with(template, words))
    return shown


def _answer_with(template: str, words: dict[str, str]) -> Callable[[Route], None]:
    def answer(route: Route) -> None:
        language = route.request.headers.get("accept-language", "en")
        route.fulfill(body=_rendered(template, words, language), content_type="text/html; charset=utf-8")

    return answer


def _rendered(template: str, words: dict[str, str], language: str) -> str:
    """By the same template and settings as the running app, and like there without a request."""
    import django
    from django.apps import apps
    from django.template.loader import render_to_string
    from django.utils import translation

    if not apps.ready:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "1"}
        django.setup()
    with translation.override(language[:2]):
        return str(render_to_string(template, words))


def refused(page: Page, url: str) -> None:
    """A form whose page is too old: its secret is not the browser's any more."""
    page.goto(f"{url}/account/login/")
    with page.expect_navigation():
        page.evaluate(
            """() => {
              const form = document.querySelector("main form[method=post]");
              form.querySelector("[name=csrfmiddlewaretoken]").value = "stale";
              form.submit();
            }"""
        )
