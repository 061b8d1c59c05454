"""The rows of one org: tables, indexes on the common keys, and transactions over them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from simulator.schema.tables import ALL_TYPES
from simulator.schema.types import Schema

Record = dict[str, Any]  # by field name; a name that starts with "_" is ours and never shown
Index = dict[Any, dict[str, Record]]  # folded value -> the rows that have it

EVERYTHING = Schema(ALL_TYPES)  # what can be stored, whether or not the package is installed


class Rows:
    """Records are never changed in place: a write puts a new one, so a reader's stay as they were."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, Record]] = {each.name: {} for each in ALL_TYPES}
        self.deleted: set[str] = set()
        self.changed = True
        self._indexes: dict[str, dict[str, Index]] = {
            each.name: {field: {} for field in _indexed_fields(each.name)} for each in ALL_TYPES
        }
        self._journal: list[tuple[str, str, Record | None]] | None = None

    def find(self, sobject: str, values: dict[str, object]) -> list[Record]:
        """The rows whose fields equal `values`; fast when one of the fields is indexed."""
        candidates: Iterable[Record] = self.tables[sobject].values()
        for name, value in values.items():
            index = self._indexes[sobject].get(name)
            if index is not None:
                candidates = index.get(fold(value), {}).values()
                break
        wanted = [(name, fold(value)) for name, value in values.items()]
        return [row for row in candidates if all(fold(row.get(name)) == value for name, value in wanted)]

    def indexed(self, sobject: str, field: str, values: Iterable[Any]) -> list[Record] | None:
        """The rows where `field` is one of `values`, in the order of their making; None without an index."""
        index = self._indexes[sobject].get(field)
        if index is None:
            return None
        found: dict[str, Record] = {}
        for value in values:
            found.update(index.get(fold(value), {}))
        return sorted(found.values(), key=lambda row: str(row["Id"]))

    def put(self, sobject: str, record: Record) -> None:
        record_id = str(record["Id"])
        before = self.tables[sobject].get(record_id)
        self._note(sobject, record_id, before)
        if before is not None:
            self._unindex(sobject, before)
        self.tables[sobject][record_id] = record
        for field, index in self._indexes[sobject].items():
            index.setdefault(fold(record.get(field)), {})[record_id] = record

    def drop(self, sobject: str, record: Record) -> None:
        record_id = str(record["Id"])
        self._note(sobject, record_id, record)
        self._unindex(sobject, record)
        del self.tables[sobject][record_id]
        self.deleted.add(record_id)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: an exception takes back every write since the start."""
        outer, self._journal = self._journal, []
        try:
            yield
        except BaseException:
            journal, self._journal = self._journal, None
            for sobject, record_id, before in reversed(journal):
                self._restore(sobject, record_id, before)
            self._journal = outer
            raise
        if outer is not None:
            outer.extend(self._journal)
        self._journal = outer

    def _restore(self, sobject: str, record_id: str, before: Record | None) -> None:
        if before is not None:
            self.put(sobject, before)
        elif record_id in self.tables[sobject]:
            self.drop(sobject, self.tables[sobject][record_id])
        self.deleted.discard(record_id)

    def _note(self, sobject: str, record_id: str, before: Record | None) -> None:
        self.changed = True
        if self._journal is not None:
            self._journal.append((sobject, record_id, before))

    def _unindex(self, sobject: str, record: Record) -> None:
        for field, index in self._indexes[sobject].items():
            value = fold(record.get(field))
            rows = index.get(value, {})
            rows.pop(str(record["Id"]), None)
            if not rows:
                index.pop(value, None)


@cache
def _indexed_fields(sobject: str) -> tuple[str, ...]:
    return tuple(f.name for f in EVERYTHING.types[sobject.lower()].fields.values() if f.indexed)


def fold(value: object) -> object:
    """Text compares without case in Salesforce; 18-character ids are made for that."""
    return value.lower() if isinstance(value, str) else value
