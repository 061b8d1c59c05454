"""Strings in a query, with their escapes."""

from __future__ import annotations

_ESCAPES = {
    letter: char
    for pair, char in (("nN", "\n"), ("rR", "\r"), ("tT", "\t"), ("bB", "\b"), ("fF", "\f"))
    for letter in pair
}
_ESCAPES |= {char: char for char in "\\'\"%_"}


def unescape(raw: str, *, keep_wildcards: bool = False) -> str:
    """The text between the quotes; ValueError for an escape that SOQL does not have.

    With `keep_wildcards`, backslashes before %, _ and \\ stay: LIKE needs to tell them apart.
    """
    result, position = [], 0
    while position < len(raw):
        char = raw[position]
        if char == "\\":
            position += 1
            follower = raw[position]
            if follower == "u" and len(raw) >= position + 5:
                result.append(chr(int(raw[position + 1 : position + 5], 16)))
                position += 5
                continue
            if follower not in _ESCAPES:
                raise ValueError(follower)
            kept = keep_wildcards and follower in "%_\\"
            char = "\\" + follower if kept else _ESCAPES[follower]
        result.append(char)
        position += 1
    return "".join(result)
