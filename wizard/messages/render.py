"""A `Text` as it is shown: translated, escaped, with **bold** for Salesforce's own labels.

With a language of Salesforce (`User.LanguageLocaleKey`), what its screen shows in that language
stands once behind each label, where we have it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from wizard.guides import screen_labels
from wizard.guides.base import Detail
from wizard.guides.text import MOMENT, Json, Text

BOLD = re.compile(r"\*\*(.+?)\*\*")


def words(text: Text | None, screen: str = "") -> SafeString:
    """The sentence as HTML. Markup comes only from our message; what is filled in is escaped."""
    if text is None:
        return SafeString("")
    return mark_safe(filled(marked_up(text, screen), text))  # noqa: S308 - escaped below, both halves


def marked_up(text: Text, screen: str = "") -> str:
    """Our own message as HTML, its placeholders still open."""
    label = "<b>{}</b>" if (get_language() or "en").startswith("en") else '<b lang="en">{}</b>'
    theirs = f' <b class="theirs" lang="{escape(screen.replace("_", "-"))}">({{}})</b>'
    return BOLD.sub(_labels(label, theirs, screen), escape(gettext(text.message)))


def _labels(label: str, theirs: str, screen: str) -> Callable[[re.Match[str]], str]:
    """How each label is written; what the screen shows follows it where it is first said."""
    said: set[str] = set()

    def written(found: re.Match[str]) -> str:
        english = found[1]
        beside = "" if english in said else screen_labels.beside(english, screen)
        said.add(english)
        return label.format(english) + (theirs.format(escape(beside)) if beside else "")

    return written


def filled(message: str, text: Text) -> str:
    """The message with what is filled in, escaped."""
    return message.format(**{name: escape(_value(value)) for name, value in text.params.items()})


def _value(value: Json) -> object:
    """What is filled in: as it was typed or read, a number, a moment, or a sentence of ours."""
    if isinstance(value, dict) and MOMENT in value:
        when = timezone.localtime(datetime.fromisoformat(value[MOMENT]))
        return date_format(when, "DATETIME_FORMAT")
    if isinstance(value, dict):
        return plain(Text.load(value))
    return number_format(value) if isinstance(value, int) else value


def detail(each: Detail) -> SafeString:
    """One entry of a finding's list: a name as it was read, or a sentence of ours."""
    return words(each) if isinstance(each, Text) else escape(each)


def plain(text: Text | None, screen: str = "") -> str:
    """The sentence without markup, for titles, attributes and text to copy."""
    if text is None:
        return ""
    message = BOLD.sub(_labels("{}", " ({})", screen), gettext(text.message))
    return message.format(**{name: _value(value) for name, value in text.params.items()})
