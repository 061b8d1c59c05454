"""Explain a term of the trade where it stands: a button that opens a note, without JavaScript.

`{% explained text %}` shows a `Text` with the first occurrence of each term as a button (and Salesforce's
labels in the language of a screen, if that is given), and
`{% explanations %}`, once at the end of that part of the page, the notes that they open. A part
that is fetched again by itself names itself, so that its notes keep ids of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django import template
from django.http import HttpRequest
from django.template import RequestContext
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from wizard.guides.text import Text
from wizard.messages import glossary
from wizard.messages.glossary import Term
from wizard.messages.render import filled, marked_up

register = template.Library()

Told = dict[str, dict[str, Term]]  # by part of the page: the terms that stand in it as buttons
LABEL = re.compile(r"(<b\b.*?</b>)")  # Salesforce's own labels stay as they are


def told(request: HttpRequest) -> dict[str, Told]:
    """A context processor: what one rendering explains, its included parts together."""
    return {"told": {}}


def _used(context: RequestContext, part: str) -> dict[str, Term]:
    told: Told = context["told"]
    return told.setdefault(part, {})


@register.simple_tag(takes_context=True)
def explained(context: RequestContext, text: Text | None, part: str = "page", screen: str = "") -> SafeString:
    if text is None:
        return SafeString("")
    used = _used(context, part)
    button = _button(used, part)
    # Only our own words are looked at: what is filled in comes from people and from the org.
    pieces = LABEL.split(marked_up(text, screen))
    message = "".join(piece if LABEL.match(piece) else glossary.replace(piece, button) for piece in pieces)
    return mark_safe(filled(message, text))  # noqa: S308 - escaped by `marked_up` and `filled`


def _button(used: dict[str, Term], part: str) -> Callable[[Term, str], str]:
    def button(term: Term, occurrence: str) -> str:
        if term.key in used:
            return occurrence
        used[term.key] = term
        html = '<button type="button" class="term" popovertarget="{}">{}</button>'
        return format_html(html, _id(part, term), occurrence)

    return button


def _id(part: str, term: Term) -> str:
    return f"term-{part}-{term.key}"


@register.simple_tag(takes_context=True)
def explanations(context: RequestContext, part: str = "page") -> SafeString:
    terms = [(_id(part, term), term) for term in _used(context, part).values()]
    return render_to_string("wizard/_explanations.html", {"terms": terms}) if terms else SafeString("")
