"""A list of clients, as a spreadsheet gives it: which column is which, and what each row says."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_ROWS = 500
MOST_CHARACTERS = 200_000  # of which the form's limit holds two bytes each
SEPARATORS = ",;\t|"
#: In English and German, and as other systems export them; spelled as `_title` leaves them.
COLUMNS: Mapping[str, Sequence[str]] = {
    "client": ("client", "clientname", "company", "account", "accountname", "kunde", "kundenname", "firma"),
    "email": ("email", "emailaddress", "contact", "contactemail", "mail", "kontakt", "emailadresse"),
    "preset": ("preset", "template", "vorlage"),
    "mid": ("mid", "accountid", "engagementaccountid", "kontoid"),
}
_COLUMN_OF = {title: column for column, titles in COLUMNS.items() for title in titles}


class Unreadable(Exception):
    """Nothing of it can be used: `empty`, `no_text`, `no_client_column`, `no_email_column` or `too_many`."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Row:
    """One line; `broken` is the line itself where it can't be taken apart."""

    number: int
    client: str = ""
    email: str = ""
    preset: str = ""
    mid: str = ""
    broken: str = ""


def rows_of(text: str) -> list[Row]:
    """The rows of a table with a header, or of two columns without one: client and e-mail.

    Raises `Unreadable`. A row that is broken is given back as such, and spoils no other.
    """
    if "\0" in text:
        raise Unreadable("no_text")  # a workbook, or another file that is no text
    lines = [
        (number, line)
        for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1)
        if line.strip(SEPARATORS + " ")
    ]
    if lines and lines[0][1].lower().startswith("sep="):
        del lines[0]  # how Excel is told the separator
    if not lines:
        raise Unreadable("empty")
    separator = max(SEPARATORS, key=lines[0][1].count)
    places, rows = _places(lines[0][1], separator), lines
    if places:
        rows = lines[1:]
    _refuse_lacking(places, lines[0][1])
    if not rows:
        raise Unreadable("empty")
    if len(rows) > MOST_ROWS:
        raise Unreadable("too_many", count=len(rows), most=MOST_ROWS)
    width = len(_cells(lines[0][1], separator) or ())
    return [
        _row(number, line, separator, places or {"client": 0, "email": 1}, width) for number, line in rows
    ]


def _places(first: str, separator: str) -> dict[str, int]:
    """Where each known column stands; nothing if the first line is no header."""
    titles = _cells(first, separator) or []
    if any("@" in each for each in titles):
        return {}
    known = {column: place for place, each in enumerate(titles) if (column := _COLUMN_OF.get(_title(each)))}
    return dict(sorted(known.items(), key=lambda each: each[1]))


def _refuse_lacking(places: Mapping[str, int], first: str) -> None:
    if not places and "@" in first:
        return  # no header: a row already
    for column in ("client", "email"):
        if column not in places:
            raise Unreadable(f"no_{column}_column")


def _title(cell: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", cell).casefold() if char.isalnum())


def _cells(line: str, separator: str) -> list[str] | None:
    """None for a line that can't be taken apart: a quote that does not end."""
    try:
        found = next(csv.reader([line], delimiter=separator, skipinitialspace=True, strict=True), [])
    except csv.Error:
        return None
    return [" ".join(cell.split()) for cell in found]


def _row(number: int, line: str, separator: str, places: Mapping[str, int], width: int) -> Row:
    cells = _cells(line, separator)
    if cells is None or any(cells[width:]):
        return Row(number, broken=line.strip())
    named = {column: cells[place] for column, place in places.items() if place < len(cells)}
    return Row(number, **named)
