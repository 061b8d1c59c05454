"""One org with the writes that an API call or a Setup page does for a person.

`insert`, `update` and `delete` are checked as Salesforce checks (ApiError), with side effects and audit rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.faults.row_locks import meet_lock
from simulator.org import rights, validation
from simulator.org.rows import Record
from simulator.org.rules.registry import rules_for
from simulator.org.state import OrgState
from simulator.schema.types import ObjectType

__all__ = ["Org", "Record"]


class Org(OrgState):
    """One Salesforce org. All access happens under `World.lock`."""

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
        self._rows.drop(kind.name, record)
        rules.after_delete(self, record, actor_id)

    def _after_adding(self, sobject: str, record: Record) -> None:
        rules_for(sobject).added(self, record)

    def _writable(self, sobject: str, call: str) -> ObjectType:
        kind = self.schema().find(sobject)
        writable = validation.writable(kind, call, self.switches)
        meet_lock(writable.name)
        return writable
