"""Text as it is compared: with the characters of a keyboard, however it came here.

Mail programs, text processors and web pages put typographic apostrophes, dashes and blanks into what
people copy, and some that can't be seen.
"""

from __future__ import annotations

import re
import unicodedata

_SAME = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9\u00b4\u0060\uff07", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63", "-")
)


def plain(text: str) -> str:
    """Straight quotes and hyphens, single blanks, nothing invisible; letters stay as they are."""
    shown = unicodedata.normalize("NFKC", text.translate(_SAME)).translate(_SAME)
    visible = (char for char in shown if char.isspace() or unicodedata.category(char) not in ("Cf", "Cc"))
    return re.sub(r"\s+", " ", "".join(visible)).strip()
