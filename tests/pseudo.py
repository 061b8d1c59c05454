"""A language for tests: every translated string comes in double brackets, so what has none was not marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import lxml.html
import pytest
from django.utils import translation
from django.utils.safestring import SafeData, mark_safe

TRANSLATORS = ("gettext", "ngettext", "pgettext", "npgettext")
TRANSLATED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{2,}")
# What a person or a screen reader reads. An input's value is what was typed or stored.
READ_ALOUD = ("title", "alt", "placeholder", "aria-label", "aria-description", "content")
UNREAD = {"script", "style", "template", "code", "textarea"}


def speak(patch: pytest.MonkeyPatch) -> None:
    """From now on, whatever is translated comes as ⟦this⟧."""
    # Django keeps the functions that it once chose on this object, which its stubs don't name.
    chosen = vars(translation)["_trans"]
    for name in TRANSLATORS:
        patch.setattr(chosen, name, _bracketed(getattr(chosen, name)))


def _bracketed(translate: Any) -> Any:
    def bracketed(*args: Any) -> str:
        said = translate(*args)
        if not said.strip():
            return str(said)
        return mark_safe(f"⟦{said}⟧") if isinstance(said, SafeData) else f"⟦{said}⟧"

    return bracketed


def unmarked(html: str, data: Iterable[str]) -> list[str]:
    """The words of a page that were not translated and are not `data` (names, labels of the org)."""
    left = html
    while left != (left := TRANSLATED.sub("", left)):
        pass
    # The longest first, so that a name inside another one leaves no rest.
    known = re.compile("|".join(re.escape(each) for each in sorted(set(data), key=len, reverse=True) if each))
    return [text for text in _texts(left) if WORD.search(known.sub("", text))]


def _texts(html: str) -> Iterator[str]:
    for element in lxml.html.document_fromstring(html).iter():
        if not isinstance(element.tag, str):
            continue  # a comment
        if element.tag not in UNREAD:
            yield from _stripped(element.text)
        if element.tag != "meta" or element.get("name") == "description":
            for name in READ_ALOUD:
                yield from _stripped(element.get(name))
        yield from _stripped(element.tail)


def _stripped(text: str | None) -> Iterator[str]:
    if text and text.strip():
        yield " ".join(text.split())
