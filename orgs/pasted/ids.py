"""The id of a Salesforce user, as lists and addresses of pages have it."""

from __future__ import annotations

import re

USER_ID = re.compile(r"(?<![A-Za-z0-9])005[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?(?![A-Za-z0-9])")
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def whole_id(text: str) -> str:
    """A user id with its 18 characters; of 18, the last three say which letters are capitals. "" for no id.

    https://help.salesforce.com/s/articleView?id=000385585: a bit for each of 15 places, five to a character.
    """
    if not USER_ID.fullmatch(text):
        return ""
    if len(text) == 18:
        if not set(text[15:].upper()) <= set(_SUFFIX):
            return ""
        bits = [_SUFFIX.index(char) >> place & 1 for char in text[15:].upper() for place in range(5)]
        pairs = zip(text, bits, strict=False)
        text = "".join(char.upper() if bit else char.lower() for char, bit in pairs)
    groups = (text[start : start + 5] for start in (0, 5, 10))
    return text + "".join(
        _SUFFIX[sum(1 << place for place, char in enumerate(group) if char.isascii() and char.isupper())]
        for group in groups
    )
