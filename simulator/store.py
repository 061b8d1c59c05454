"""One org: its rows, their indexes, and the three ways to write them.

`add` and `patch` seed or play Salesforce's own inside: nothing is checked, nothing audited.
`insert`, `update` and `delete` are what an API call or a Setup page does for a person:
checked like Salesforce (ApiError), with side effects and audit rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

from simulator import rights, validation
from simulator.clock import Clock, stamp
from simulator.ids import base62, make_id, to18
from simulator.objects.registry import rules_for
from simulator.schema import ObjectType, Schema, view
from simulator.switches import Switches
from simulator.tables import ALL_TYPES

Record = dict[str, Any]  # by field name; a name that starts with "_" is ours and never shown
Index = dict[Any, dict[str, Record]]


@cache
def _schema(package: bool, tooling: bool) -> Schema:
    return view(ALL_TYPES, package=package, tooling=tooling)


_EVERYTHING = Schema(ALL_TYPES)  # what can be stored, whether or not the package is installed


class Org:
    """One Salesforce org. All access happens under `World.lock`."""

    def __init__(
        self, number: int, name: str, *, is_sandbox: bool, my_domain: str, clock: Clock, switches: Switches
    ) -> None:
        self.pod = _pod(number)
        self.id = make_id("00D", self.pod, 1)
        self.name = name
        self.is_sandbox = is_sandbox
        self.my_domain = my_domain
        self.clock = clock
        self.switches = switches
        self.package_installed = False
        self.app_id = ""  # the Marketing Cloud app's ConnectedApplication, once it is installed
        self.admin_id = ""
        self.connection_user_id = ""
        self.scenario = ""
        self.extra: dict[str, Any] = {}  # JSON that pages and scenarios want kept
        self.tables: dict[str, dict[str, Record]] = {each.name: {} for each in ALL_TYPES}
        self.deleted: set[str] = set()
        self.changed = True
        self._serial = 1
        self._indexes: dict[tuple[str, str], Index] = {
            (each.name, field.name): {}
            for each in ALL_TYPES
            for field in each.fields.values()
            if field.indexed
        }
        self._journal: list[tuple[str, str, Record | None]] | None = None

    # -- reading

    def schema(self, *, tooling: bool = False) -> Schema:
        return _schema(self.package_installed, tooling)

    def rows(self, sobject: str) -> Iterable[Record]:
        return self.tables[sobject].values()

    def get(self, record_id: str | None) -> Record | None:
        """The row with this 15- or 18-character id, of whatever object."""
        full = to18(record_id) if record_id else None
        kind = _EVERYTHING.of_id(full) if full else None
        return self.tables[kind.name].get(full) if kind and full else None

    def sobject_of(self, record_id: str) -> str | None:
        kind = _EVERYTHING.of_id(record_id)
        return kind.name if kind else None

    def find(self, sobject: str, **values: Any) -> list[Record]:
        """The rows whose fields equal `values`; fast when one of the fields is indexed."""
        candidates: Iterable[Record] = self.tables[sobject].values()
        for name, value in values.items():
            index = self._indexes.get((sobject, name))
            if index is not None:
                candidates = index.get(_fold(value), {}).values()
                break
        return [row for row in candidates if all(_fold(row.get(k)) == _fold(v) for k, v in values.items())]

    def indexed(self, sobject: str, field: str, values: Iterable[Any]) -> list[Record] | None:
        """The rows where `field` is one of `values` (folded by `_fold`), or None without an index."""
        index = self._indexes.get((sobject, field))
        if index is None:
            return None
        found: dict[str, Record] = {}
        for value in values:
            found.update(index.get(_fold(value), {}))
        return sorted(found.values(), key=lambda row: str(row["Id"]))  # in the order of their making

    # -- seeding: no checks, no audit rows

    def add(self, sobject: str, **values: Any) -> str:
        """A new row as it is; ids, stamps and dependants that always exist are filled in."""
        kind = _EVERYTHING.types[sobject.lower()]
        record: Record = {key: _plain(value) for key, value in values.items()}
        record.setdefault("Id", self.new_id(kind.prefix or "000"))
        now = stamp(self.clock.now())
        for name in ("CreatedDate", "LastModifiedDate", "SystemModstamp"):
            if name.lower() in kind.fields:
                record.setdefault(name, record.get("CreatedDate", now))
        for name in ("CreatedById", "LastModifiedById"):
            if name.lower() in kind.fields:
                record.setdefault(name, record.get("CreatedById", self.admin_id or None))
        self._put(kind.name, record)
        rules_for(kind.name).added(self, record)
        return str(record["Id"])

    def patch(self, record_id: str, *, actor_id: str | None = None, **values: Any) -> None:
        """Change a row without checks; its modification stamps follow."""
        before = self.get(record_id)
        if before is None:
            raise KeyError(record_id)
        kind = _EVERYTHING.by_prefix[str(before["Id"])[:3]]
        record = before | {key: _plain(value) for key, value in values.items()}
        now = stamp(self.clock.now())
        record |= {
            name: now for name in ("LastModifiedDate", "SystemModstamp") if name.lower() in kind.fields
        }
        if actor_id and "lastmodifiedbyid" in kind.fields:
            record["LastModifiedById"] = actor_id
        self._put(kind.name, record)

    def remove(self, record_id: str) -> None:
        """Take a row away without checks."""
        record = self.get(record_id)
        if record is not None:
            self._drop(str(self.sobject_of(record["Id"])), record)

    # -- writing for a person: checked and audited

    def insert(self, sobject: str, values: Mapping[str, Any], actor_id: str) -> str:
        kind = self._writable(sobject, "createable")
        rights.check_write(self, kind, actor_id)
        clean = validation.clean(kind, values, creating=True)
        rules = rules_for(kind.name)
        rules.before_insert(self, clean, actor_id)
        stamps = {"CreatedById": actor_id, "LastModifiedById": actor_id}
        clean |= {key: value for key, value in stamps.items() if key.lower() in kind.fields}
        record_id = self.add(kind.name, **clean)
        rules.after_insert(self, self.tables[kind.name][record_id], actor_id)
        return record_id

    def update(self, sobject: str, record_id: str, values: Mapping[str, Any], actor_id: str) -> None:
        kind = self._writable(sobject, "updateable")
        before = validation.existing(self, kind, record_id)
        rights.check_write(self, kind, actor_id)
        clean = validation.clean(kind, values, creating=False)
        rules = rules_for(kind.name)
        rules.before_update(self, before, clean, actor_id)
        self.patch(str(before["Id"]), actor_id=actor_id, **clean)
        rules.after_update(self, self.tables[kind.name][str(before["Id"])], before, actor_id)

    def delete(self, sobject: str, record_id: str, actor_id: str) -> None:
        kind = self._writable(sobject, "deletable")
        record = validation.existing(self, kind, record_id)
        rights.check_write(self, kind, actor_id)
        rules = rules_for(kind.name)
        rules.before_delete(self, record, actor_id)
        self._drop(kind.name, record)
        rules.after_delete(self, record, actor_id)

    def audit(self, action: str, section: str, display: str, actor_id: str) -> str:
        """A SetupAuditTrail row, as "View Setup Audit Trail" shows it."""
        return self.add(
            "SetupAuditTrail",
            Action=action,
            Section=section,
            Display=display,
            CreatedById=actor_id,
            DelegateUser=None,
        )

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

    # -- inside

    def take_number(self) -> int:
        self._serial += 1
        self.changed = True
        return self._serial

    def new_id(self, prefix: str) -> str:
        return make_id(prefix, self.pod, self.take_number())

    def _writable(self, sobject: str, call: str) -> ObjectType:
        kind = self.schema().find(sobject)
        return validation.writable(kind, call, self.switches)

    def _put(self, sobject: str, record: Record) -> None:
        record_id = str(record["Id"])
        before = self.tables[sobject].get(record_id)
        self._note(sobject, record_id, before)
        if before is not None:
            self._unindex(sobject, before)
        self.tables[sobject][record_id] = record
        for field, index in self._indexes_of(sobject):
            index.setdefault(_fold(record.get(field)), {})[record_id] = record

    def _drop(self, sobject: str, record: Record) -> None:
        record_id = str(record["Id"])
        self._note(sobject, record_id, record)
        self._unindex(sobject, record)
        del self.tables[sobject][record_id]
        self.deleted.add(record_id)

    def _restore(self, sobject: str, record_id: str, before: Record | None) -> None:
        if before is not None:
            self.deleted.discard(record_id)
            self._put(sobject, before)
        elif record_id in self.tables[sobject]:
            self._drop(sobject, self.tables[sobject][record_id])
            self.deleted.discard(record_id)

    def _note(self, sobject: str, record_id: str, before: Record | None) -> None:
        self.changed = True
        if self._journal is not None:
            self._journal.append((sobject, record_id, before))

    def _unindex(self, sobject: str, record: Record) -> None:
        for field, index in self._indexes_of(sobject):
            index.get(_fold(record.get(field)), {}).pop(str(record["Id"]), None)

    def _indexes_of(self, sobject: str) -> list[tuple[str, Index]]:
        return [(name, self._indexes[sobject, name]) for name in _indexed_fields(sobject)]

    # -- keeping

    def dump(self) -> dict[str, Any]:
        kept = (
            "name",
            "is_sandbox",
            "my_domain",
            "package_installed",
            "app_id",
            "admin_id",
            "connection_user_id",
            "scenario",
            "extra",
        )
        return {name: getattr(self, name) for name in kept} | {
            "id": self.id,
            "pod": self.pod,
            "serial": self._serial,
            "switches": vars(self.switches),
            "deleted": sorted(self.deleted),
            "tables": {name: list(rows.values()) for name, rows in self.tables.items()},
        }

    @classmethod
    def load(cls, raw: Mapping[str, Any], clock: Clock) -> Org:
        switches = Switches()
        switches.change(**raw["switches"])
        org = cls(
            0,
            raw["name"],
            is_sandbox=raw["is_sandbox"],
            my_domain=raw["my_domain"],
            clock=clock,
            switches=switches,
        )
        org.id, org.pod, org._serial, org.deleted = raw["id"], raw["pod"], raw["serial"], set(raw["deleted"])
        for name in ("package_installed", "app_id", "admin_id", "connection_user_id", "scenario", "extra"):
            setattr(org, name, raw[name])
        for sobject, rows in raw["tables"].items():
            for row in rows:
                org._put(sobject, row)
        return org


@cache
def _indexed_fields(sobject: str) -> tuple[str, ...]:
    return tuple(f.name for f in _EVERYTHING.types[sobject.lower()].fields.values() if f.indexed)


def _pod(number: int) -> str:
    return base62(62 * 17 + number, 2)  # "H0" and on: looks like one of Salesforce's instances


def _fold(value: Any) -> Any:
    """Text compares without case in Salesforce; 18-character ids are made for that."""
    return value.lower() if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    return stamp(value) if isinstance(value, datetime) else value
