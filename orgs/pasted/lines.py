"""Whom one line of a list names, without a header above it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from urllib.parse import unquote

from orgs.pasted.ids import USER_ID

#: What stands between people, and between the cells of a table.
SEPARATORS = ",;\t|"
_SEPARATOR = re.compile(f"[{SEPARATORS}]")
_AND = re.compile(r"(?:^|\s+)(?:[/&+\u00b7\u2022]|and|und|et|y|e)(?:\s+|$)", re.IGNORECASE)
QUOTES = "\"'`\u2018\u2019\u201a\u201c\u201d\u201e\u2039\u203a\u00ab\u00bb\u300c\u300d\u300e\u300f"
#: Bullets that no name or address begins with: they need no blank. Also Word's, and numbers in circles.
_SIGNS = (
    "\u2022\u2023\u2043\u00b7\u25aa\u25cf\u25e6\u2610\u2611\u2713\u25a0\u25cb\u30fb\uff65\uf0b7\uf0a7"
    "\u2460-\u2473"
)
_POLITE = re.compile("(?:\u69d8|\u3055\u3093|\u6c0f|\u6bbf)$")  # behind a Japanese name
_BULLET = re.compile(
    rf"^(?:[{_SIGNS}]+\s*|(?:[-*+>\u2013\u2014]+|#?\(?\d{{1,4}}[.)]|#\d{{1,4}}|\[[ xX]?\])\s+"
    r"|\d{1,4}[.)](?=[^\W\d_a-zA-Z]))"  # 1.\u5c71\u7530: no blank in East Asia
)
_BEHIND_A_NAME = re.compile(r"\s*\(.*|\s+[-\u2013\u2014]\s.*")  # (Marketing), - back in May
_REMARK = re.compile(r"^(?:#(?!\d)|//|--)")
_ADDRESS = re.compile(
    rf"[^\s<>()\[\]{{}}:\"`?\\/{SEPARATORS}]{{1,255}}@[^\s<>()\[\]{{}}:\"`?\\/@{SEPARATORS}]+"
)
_APART = re.compile(r";|(?<=>)\s*,")  # both sides name somebody: Ann Lee <ann@acme.example>, Bob Ray
_NAMED = "\0"  # in the place of an address or id
_PIECES = re.compile(rf"[{_NAMED}()<>\[\]:\"]|\s[-\u2013\u2014]\s")


class Role(StrEnum):
    MEANT = "meant"
    ASIDE = "aside"  # beside an address: a name of the same person, a remark, or somebody else
    REMARK = "remark"  # in a line that looks like a remark


@dataclass(frozen=True)
class Entry:
    """One person of the list: the line that stays if nobody fits, and what names them, the surest first."""

    line: str
    values: tuple[str, ...]
    role: Role = Role.MEANT
    #: The addresses and ids between which it stands, as they do: a list, if they are of several people.
    among: tuple[str, ...] = ()
    #: Whom it names if it is no single person: `Ann Lee and Bob Ray`, `Ann Lee, Dee`.
    parts: tuple[Entry, ...] = ()


def entries_of(line: str) -> Iterator[Entry]:
    """Everybody whom the line names, and all beside them that may be a name."""
    if remark := _REMARK.match(line):
        yield from (_remarked(each) for each in _entries(line[remark.end() :].lstrip("#/- ")))
    else:
        yield from _entries(_BULLET.sub("", line))


def _remarked(entry: Entry) -> Entry:
    """Its line stays a remark: pasted again, it adds nobody."""
    parts = tuple(_remarked(each) for each in entry.parts)
    return replace(entry, line=f"# {entry.line}", role=Role.REMARK, parts=parts)


def _entries(line: str) -> Iterator[Entry]:
    line = line.strip()
    if "://" in line:
        line = unquote(line)  # a user's page in Lightning has the id in its address once more
    everybody = named_in(line)
    for chunk in _APART.split(line):
        if found := named_in(chunk):
            yield from (Entry(each, (each,)) for each in found)
            yield from _beside(chunk, everybody)
        else:
            yield from names_in(chunk)


def named_in(text: str) -> tuple[str, ...]:
    """The addresses and ids in it, each once."""
    addresses = [_bare(found) for found in _ADDRESS.findall(text)]
    return tuple(dict.fromkeys([*addresses, *USER_ID.findall(_ADDRESS.sub(_NAMED, text))]))


def _bare(address: str) -> str:
    return address.strip(QUOTES + "*_.!=").removeprefix("mailto:")


def _beside(chunk: str, everybody: tuple[str, ...]) -> Iterator[Entry]:
    """What may be a name beside addresses and ids."""
    parts = _SEPARATOR.split(USER_ID.sub(_NAMED, _ADDRESS.sub(_NAMED, chunk)))
    for part in parts:
        among = () if _NAMED in part else everybody
        yield from (Entry(name, (name,), Role.ASIDE, among) for name in _pieces(part))
    whole = [_trimmed(part.replace(_NAMED, "").strip(" ()<>")) for part in parts]
    for last, first in pairwise(whole):
        if last and first:
            yield Entry(f"{last}, {first}", (f"{first} {last}",), Role.ASIDE)


def _pieces(text: str) -> list[str]:
    """With an "and" in the middle whole and apart: `Ann E Lee` may be one person."""
    pieces = [each for whole in _PIECES.split(text) for each in (whole, *_AND.split(whole))]
    trimmed = dict.fromkeys(_trimmed(piece) for piece in pieces)
    return [piece for piece in trimmed if any(char.isalpha() for char in piece)]


def _trimmed(name: str) -> str:
    return _BULLET.sub("", name.strip(" ")).strip(QUOTES + " .*-\u2013\u2014\u2022")


def names_in(text: str) -> Iterator[Entry]:
    """`Ann Lee; Bob Ray`, `Ann Lee, Bob Ray` or `Lee, Ann`."""
    for chunk in re.split(r"[;\t|]", text):
        parts = [part for each in chunk.split(",") if (part := _trimmed(each))]
        if len(parts) == 2 and any(" " not in part for part in parts):
            yield _turned(*parts)
        else:
            yield from (_name(part) for part in parts)
        for part in parts:
            yield from _behind(part)


def _turned(last: str, first: str) -> Entry:
    """`Lee, Ann`; two people if there is no such person."""
    short = _alone(first)
    return Entry(
        f"{last}, {first}", (f"{short} {last}", f"{last} {short}"), parts=(_name(last), _name(first))
    )


def _name(text: str) -> Entry:
    several = [_trimmed(each) for each in _AND.split(text)]
    parts = tuple(_name(each) for each in several if each) if len(several) > 1 else ()
    short = _alone(text)
    return Entry(text, tuple(dict.fromkeys((text, short, _POLITE.sub("", short) or short))), parts=parts)


def _alone(name: str) -> str:
    return _BEHIND_A_NAME.sub("", name) or name


def _behind(name: str) -> Iterator[Entry]:
    """What stands behind a name: a remark, or one more."""
    if found := _BEHIND_A_NAME.search(name):
        yield from (Entry(each, (each,), Role.ASIDE) for each in _pieces(found[0]))
