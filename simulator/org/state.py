"""What one org is: its identity, switches and rows, read and changed without a question.

`add` and `patch` seed or play Salesforce's own inside: nothing is checked, nothing audited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cache
from typing import Any, Self

from simulator.clock import Clock, stamp
from simulator.ids import base62, make_id, to18
from simulator.org.rows import EVERYTHING, Record, Rows
from simulator.schema.tables import ALL_TYPES
from simulator.schema.types import Schema, view
from simulator.switches import Switches


@cache
def _schema(package: bool, tooling: bool) -> Schema:
    return view(ALL_TYPES, package=package, tooling=tooling)


class OrgState:
    """One Salesforce org without the checks. All access happens under `World.lock`."""

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
        self._rows = Rows()
        self._serial = 1

    # -- reading

    def schema(self, *, tooling: bool = False) -> Schema:
        return _schema(self.package_installed, tooling)

    def rows(self, sobject: str) -> Iterable[Record]:
        return self.tables[sobject].values()

    def get(self, record_id: str | None) -> Record | None:
        """The row with this 15- or 18-character id, of whatever object."""
        full = to18(record_id) if record_id else None
        kind = EVERYTHING.of_id(full) if full else None
        return self.tables[kind.name].get(full) if kind and full else None

    def sobject_of(self, record_id: str) -> str | None:
        kind = EVERYTHING.of_id(record_id)
        return kind.name if kind else None

    def find(self, sobject: str, **values: object) -> list[Record]:
        """The rows whose fields equal `values`; fast when one of the fields is indexed."""
        return self._rows.find(sobject, values)

    def indexed(self, sobject: str, field: str, values: Iterable[Any]) -> list[Record] | None:
        """The rows where `field` is one of `values`, or None if there is no index for that."""
        return self._rows.indexed(sobject, field, values)

    @property
    def tables(self) -> dict[str, dict[str, Record]]:
        return self._rows.tables

    @property
    def deleted(self) -> set[str]:
        """The ids of rows that were there once."""
        return self._rows.deleted

    @property
    def changed(self) -> bool:
        """Whether there is something that the file does not have yet."""
        return self._rows.changed

    @changed.setter
    def changed(self, value: bool) -> None:
        self._rows.changed = value

    # -- seeding: no checks, no audit rows

    def add(self, sobject: str, **values: object) -> str:
        """A new row as it is; ids, stamps and dependants that always exist are filled in."""
        kind = EVERYTHING.types[sobject.lower()]
        record: Record = {key: _plain(value) for key, value in values.items()}
        record.setdefault("Id", self.new_id(kind.prefix or "000"))
        now = stamp(self.clock.now())
        for name in ("CreatedDate", "LastModifiedDate", "SystemModstamp"):
            if name.lower() in kind.fields:
                record.setdefault(name, record.get("CreatedDate", now))
        for name in ("CreatedById", "LastModifiedById"):
            if name.lower() in kind.fields:
                record.setdefault(name, record.get("CreatedById", self.admin_id or None))
        self._rows.put(kind.name, record)
        self._after_adding(kind.name, record)
        return str(record["Id"])

    def _after_adding(self, sobject: str, record: Record) -> None:
        """Keep what must always hold of a new row; here there are no rules."""

    def patch(self, record_id: str, *, actor_id: str | None = None, **values: object) -> None:
        """Change a row without checks; its modification stamps follow."""
        before = self.get(record_id)
        if before is None:
            raise KeyError(record_id)
        kind = EVERYTHING.by_prefix[str(before["Id"])[:3]]
        record = before | {key: _plain(value) for key, value in values.items()}
        now = stamp(self.clock.now())
        record |= {
            name: now for name in ("LastModifiedDate", "SystemModstamp") if name.lower() in kind.fields
        }
        if actor_id and "lastmodifiedbyid" in kind.fields:
            record["LastModifiedById"] = actor_id
        self._rows.put(kind.name, record)

    def remove(self, record_id: str) -> None:
        """Take a row away without checks."""
        record = self.get(record_id)
        if record is not None:
            self._rows.drop(str(self.sobject_of(record["Id"])), record)

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

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing: an exception takes back every write since the start."""
        return self._rows.transaction()

    # -- inside

    def take_number(self) -> int:
        self._serial += 1
        self.changed = True
        return self._serial

    def new_id(self, prefix: str) -> str:
        return make_id(prefix, self.pod, self.take_number())

    # -- keeping

    def dump(self) -> dict[str, object]:
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
    def load(cls, raw: Mapping[str, Any], clock: Clock) -> Self:
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
        org.id, org.pod, org._serial = raw["id"], raw["pod"], raw["serial"]
        org.deleted.update(raw["deleted"])
        for name in ("package_installed", "app_id", "admin_id", "connection_user_id", "scenario", "extra"):
            setattr(org, name, raw[name])
        for sobject, rows in raw["tables"].items():
            for row in rows:
                org._rows.put(sobject, row)
        return org


def _pod(number: int) -> str:
    return base62(62 * 17 + number, 2)  # "H0" and on: looks like one of Salesforce's instances


def _plain(value: object) -> object:
    return stamp(value) if isinstance(value, datetime) else value
