"""A `Text` as it is shown: translated, escaped, with **bold** for Salesforce's own labels."""

from __future__ import annotations

import re
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from wizard.guides.text import Json, Text

BOLD = re.compile(r"\*\*(.+?)\*\*")


def words(text: Text | None) -> SafeString:
    """The sentence as HTML. Markup comes only from our message; what is filled in is escaped."""
    if text is None:
        return SafeString("")
    return mark_safe(filled(marked_up(text), text))  # noqa: S308 - escaped below, both halves


def marked_up(text: Text) -> str:
    """Our own message as HTML, its placeholders still open."""
    label = r"<b>\1</b>" if (get_language() or "en").startswith("en") else r'<b lang="en">\1</b>'
    return BOLD.sub(label, escape(gettext(text.message)))


def filled(message: str, text: Text) -> str:
    """The message with what is filled in, escaped."""
    return message.format(**{name: escape(_value(value)) for name, value in text.params.items()})


def _value(value: Json) -> Any:
    """What is filled in: as it was typed or read, or a sentence of ours, translated now."""
    return plain(Text.load(value)) if isinstance(value, dict) else value


def plain(text: Text | None) -> str:
    """The sentence without markup, for titles, attributes and text to copy."""
    if text is None:
        return ""
    return (
        gettext(text.message)
        .replace("**", "")
        .format(**{name: _value(value) for name, value in text.params.items()})
    )
