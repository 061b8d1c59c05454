"""A list of people as somebody has it: which person each part of it names. Knows no org and no database.

Lists come from spreadsheets, mail programs, chats and reports: with bullets, quotes, names around addresses,
characters that nobody sees, headers and remarks. Nothing of a list is dropped without being a remark.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MAX_LINES = 5_000
MAX_ENTRY = 255
_NOT_SEEN = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00-\x08\x0e-\x1b\x1f]"
)
_QUOTES = "\"'`\u2018\u2019\u201a\u201c\u201d\u201e\u2039\u203a\u00ab\u00bb"
_BULLET = re.compile(
    "^(?:[-*+>\u2022\u2023\u2043\u2013\u2014\u00b7\u25aa\u25cf\u25e6\u2610\u2611\u2713]+"
    r"|\(?\d{1,4}[.)]|\[[ xX]?\])\s+"
)
_REMARK = re.compile(r"^(?:#|//|--)")
_ADDRESS = re.compile(r"[^\s<>()\[\]{},;:|\"`?\\/]+@[^\s<>()\[\]{},;:|\"`?\\/@]+")
_USER_ID = re.compile(r"(?<![A-Za-z0-9])005[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?(?![A-Za-z0-9])")
_COLUMNS = {
    "username": ("username", "userusername", "benutzername", "login"),
    "id": ("id", "userid", "user18id", "id18", "benutzerid"),
    "email": ("email", "useremail", "emailaddress", "emailadresse", "mail"),
    "name": ("name", "fullname", "userfullname", "vollstandigername"),
    "first": ("firstname", "vorname", "userfirstname"),
    "last": ("lastname", "nachname", "userlastname", "surname"),
}
_COLUMN_OF = {title: column for column, titles in _COLUMNS.items() for title in titles}


@dataclass(frozen=True)
class Entry:
    """One person of the list: the line that stays if nobody fits, and what names them, the surest first."""

    line: str
    values: tuple[str, ...]
    aside: bool = False  # stands beside an address: a name of the same person, a remark, or somebody else


def parse(text: str) -> list[Entry]:
    """Everybody whom the list names, each once."""
    lines = [line.strip() for line in _NOT_SEEN.sub("", text).replace("\u2019", "'").splitlines()]
    lines = [line for line in lines if line]
    columns = header_of(lines[0]) if len(lines) > 1 else {}
    rows = (_row(line, columns) for line in lines[1:]) if columns else (_entries(line) for line in lines)
    found = dict.fromkeys(entry for row in rows for entry in row)
    return list(found)[:MAX_LINES]


def header_of(line: str) -> dict[str, int]:
    """The columns that name a person, by their place; nothing where the first line is no header."""
    if "@" in line or _USER_ID.search(line):
        return {}
    titles = [re.sub(r"[^a-z0-9]", "", folded(cell)) for cell in _cells(line)]
    found: dict[str, int] = {}
    for place, title in enumerate(titles):
        if title in _COLUMN_OF:
            found.setdefault(_COLUMN_OF[title], place)
    return found


def _cells(line: str) -> list[str]:
    delimiter = max(",;\t|", key=line.count)
    try:
        return [
            cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
        ]
    except csv.Error:
        return [cell.strip() for cell in line.split(delimiter)]


def _row(line: str, columns: dict[str, int]) -> Iterator[Entry]:
    """A row below a header. What stays of it names the person without the header."""
    cells = _cells(line)
    named = {each: cells[place] for each, place in columns.items() if place < len(cells)}
    full = f"{named.pop('first', '')} {named.pop('last', '')}"
    ordered = [*(named.get(each, "") for each in _COLUMNS), full]
    values = tuple(dict.fromkeys(_value(cell) for cell in ordered if cell.strip()))
    if values:
        yield Entry(values[0][:MAX_ENTRY], values)
    else:
        yield from _entries(line)


def _value(cell: str) -> str:
    address = _ADDRESS.search(cell)
    return _bare(address[0]) if address else cell.strip(_QUOTES + " ")


def _entries(line: str) -> Iterator[Entry]:
    """Whom a line without a header names."""
    if _REMARK.match(line):
        return
    line = _BULLET.sub("", line).strip()
    addresses = [_bare(found) for found in _ADDRESS.findall(line)]
    if addresses:
        yield from _with_addresses(line, addresses)
    elif ids := _USER_ID.findall(line):
        yield from (Entry(each, (each,)) for each in ids)
    else:
        yield from _names(line)


def _with_addresses(line: str, addresses: list[str]) -> Iterator[Entry]:
    yield from (Entry(each[:MAX_ENTRY], (each,)) for each in dict.fromkeys(addresses))
    if "<" in line or "\t" in line or "|" in line:
        return  # names belong to the addresses beside them
    for part in re.split(r"[,;]", line):
        name = part.strip(_QUOTES + " .")
        if name and "@" not in part and not _USER_ID.search(part):
            yield Entry(name[:MAX_ENTRY], (name,), aside=";" not in line)


def _names(line: str) -> Iterator[Entry]:
    """`Ann Lee; Bob Ray`, `Ann Lee, Bob Ray` or `Lee, Ann`."""
    for chunk in re.split(r"[;\t|]", line):
        parts = [part.strip(_QUOTES + " .") for part in chunk.split(",")]
        parts = [part for part in parts if part]
        if len(parts) == 2 and any(" " not in part for part in parts):
            last, first = parts
            yield Entry(f"{last}, {first}"[:MAX_ENTRY], (f"{first} {last}", f"{last} {first}"))
        else:
            yield from (Entry(part[:MAX_ENTRY], (part,)) for part in parts)


def _bare(address: str) -> str:
    return address.strip(_QUOTES + "*_.!=").removeprefix("mailto:")


def folded(text: str) -> str:
    """For comparing: no case, no accents, single blanks, one form for letters that have several."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def whole_id(text: str) -> str:
    """A user id with its 18 characters; of 18, the last three say which letters are capitals. "" for no id.

    https://help.salesforce.com/s/articleView?id=000385585: a bit for each of 15 places, five to a character.
    """
    if not _USER_ID.fullmatch(text):
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
