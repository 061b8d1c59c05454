"""A table with a header: which of its columns name a person, and whom a row names."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from orgs.pasted.lines import QUOTES, SEPARATORS, Entry, Role, entries_of, named_in, names_in
from orgs.pasted.spelling import folded

# In English, German, French, Spanish, Portuguese and Japanese.
_COLUMNS = {
    "username": (
        *("username", "user username", "login", "benutzername", "nom d'utilisateur", "nombre de usuario"),
        *("usuario", "nome de usuário", "ユーザー名", "ユーザ名"),
    ),
    "id": (
        *("id", "user id", "user 18 id", "id 18", "benutzer-id", "id de l'utilisateur", "id de usuario"),
        *("id do usuário", "ユーザー id", "ユーザ id"),
    ),
    "email": (
        *("email", "user email", "email address", "mail", "e-mail-adresse", "adresse e-mail", "courriel"),
        *("work email", "business email", "company email", "geschäftliche e-mail", "dienstliche e-mail"),
        *("correo", "correo electrónico", "endereço de email", "メール", "メールアドレス"),
    ),
    "name": (
        *("name", "full name", "user full name", "vollständiger name", "nom complet", "nombre completo"),
        *("nome completo", "氏名", "名前"),
    ),
    "first": ("first name", "user first name", "given name", "vorname", "prénom", "nombre", "nome", "名"),
    "last": (
        *("last name", "user last name", "surname", "family name", "nachname", "familienname", "nom"),
        "nom de famille",
        *("apellido", "apellidos", "sobrenome", "姓"),
    ),
}


@dataclass(frozen=True)
class Header:
    """The first line of a table: its titles, and the places of those that name a person."""

    titles: Sequence[str]
    columns: dict[str, int]
    delimiter: str
    side_by_side: bool  # a title is there twice: two tables, or two people in a row

    def others(self) -> Iterator[Entry]:
        """Titles that we don't know may be names, where the first line is none of a table."""
        for title in self.titles:
            if title and _title(title) not in _COLUMN_OF:
                yield Entry(title, (title,), Role.REMARK)

    def row(self, line: str) -> Iterator[Entry]:
        """Whom a row names. What is no clean row is read without the header; other columns are looked up."""
        cells = _cells(line, self.delimiter)
        named = {each: cells[place] for each, place in self.columns.items() if place < len(cells)}
        named = {each: cell for each, cell in named.items() if cell}
        if self.side_by_side or len(cells) > len(self.titles) or not named:
            yield from entries_of(line)
            return
        if all(_is_one(cell) for cell in named.values()):
            yield from _person(named)
        else:
            for cell in named.values():
                yield from entries_of(cell)
        for place, cell in enumerate(cells):
            if place not in self.columns.values():
                yield from (replace(entry, role=Role.ASIDE) for entry in entries_of(cell))


def header_of(line: str) -> Header | None:
    """The header that the line is, if one of its columns names a person."""
    if named_in(line):
        return None
    delimiter = max(SEPARATORS, key=line.count)
    titles = _cells(line, delimiter)
    known = [(column, place) for place, each in enumerate(titles) if (column := _COLUMN_OF.get(_title(each)))]
    columns = dict(reversed(known))
    side_by_side = len({_title(titles[place]) for _column, place in known}) < len(known)
    return Header(titles, columns, delimiter if delimiter in line else "", side_by_side) if columns else None


def _title(text: str) -> str:
    """A column's title without what differs from one report to the next."""
    own = re.sub(r"^[^:]*:", "", text) or text  # Benutzer: Nachname
    return re.sub(r"[\W_]", "", folded(own))


_COLUMN_OF = {_title(title): column for column, titles in _COLUMNS.items() for title in titles}


def _cells(line: str, delimiter: str) -> list[str]:
    """Without the empty ones at the end."""
    try:
        reader = csv.reader([line], delimiter=delimiter, skipinitialspace=True) if delimiter else [[line]]
        cells = [cell.strip() for cell in next(iter(reader), [])]
    except csv.Error:
        cells = [cell.strip() for cell in line.split(delimiter)]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _is_one(cell: str) -> bool:
    """Whether it holds an address or id and nothing else, or one name."""
    found = [entry for entry in entries_of(cell) if entry.role is not Role.ASIDE or entry.among]
    return len(found) == 1


def _person(named: dict[str, str]) -> Iterator[Entry]:
    """A row's person by the surest column; the other ones are theirs too, unless they name somebody else."""
    beside = [entry for cell in named.values() for entry in entries_of(cell) if entry.role is Role.ASIDE]
    if "first" in named and "last" not in named and "name" in named:
        named["last"] = named.pop("name")  # Name;Vorname
    full = f"{named.pop('first', '')} {named.pop('last', '')}".strip()
    ordered = [_named(cell) for cell in (*(named.get(each, "") for each in _COLUMNS), full) if cell]
    values = dict.fromkeys(value for entry in ordered for value in entry.values)
    yield replace(ordered[0], values=tuple(values))
    if len(ordered) > 1:
        yield from (replace(entry, role=Role.ASIDE) for entry in ordered)
    yield from beside


def _named(cell: str) -> Entry:
    """An address, an id, or a name: `Lee, Ann` is Ann Lee."""
    if found := named_in(cell):
        return Entry(found[0], found)
    line = cell.strip(QUOTES + " ")
    names = [entry for entry in names_in(line) if entry.role is Role.MEANT]
    ways = (value for entry in names if len(names) == 1 for value in entry.values)
    parts = tuple(part for entry in names for part in entry.parts)
    return Entry(line, tuple(dict.fromkeys((line, *ways))), parts=parts)
