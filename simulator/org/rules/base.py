"""The hooks an object's rules may fill; the default does nothing."""

from __future__ import annotations

from simulator.org.rows import Record
from simulator.org.state import OrgState


class Rules:
    """`before_*` raise ApiError to refuse and may add values; `after_*` write audit rows and dependants.

    `added` runs for every new row, seeded or inserted: it keeps what must always hold.
    """

    def before_insert(self, org: OrgState, values: dict[str, object], actor_id: str) -> None: ...

    def after_insert(self, org: OrgState, record: Record, actor_id: str) -> None: ...

    def before_update(
        self, org: OrgState, record: Record, values: dict[str, object], actor_id: str
    ) -> None: ...

    def after_update(self, org: OrgState, record: Record, before: Record, actor_id: str) -> None: ...

    def before_delete(self, org: OrgState, record: Record, actor_id: str) -> None: ...

    def after_delete(self, org: OrgState, record: Record, actor_id: str) -> None: ...

    def added(self, org: OrgState, record: Record) -> None: ...
