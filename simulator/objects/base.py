"""The hooks an object's rules may fill; the default does nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.store import Org, Record


class Rules:
    """`before_*` raise ApiError to refuse and may add values; `after_*` write audit rows and dependants.

    `added` runs for every new row, seeded or inserted: it keeps what must always hold.
    """

    def before_insert(self, org: Org, values: dict[str, Any], actor_id: str) -> None: ...

    def after_insert(self, org: Org, record: Record, actor_id: str) -> None: ...

    def before_update(self, org: Org, record: Record, values: dict[str, Any], actor_id: str) -> None: ...

    def after_update(self, org: Org, record: Record, before: Mapping[str, Any], actor_id: str) -> None: ...

    def before_delete(self, org: Org, record: Record, actor_id: str) -> None: ...

    def after_delete(self, org: Org, record: Record, actor_id: str) -> None: ...

    def added(self, org: Org, record: Record) -> None: ...
