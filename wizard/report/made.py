"""What we made in an org and did not take back, row by row: for programs that make it again elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orgs.models import OrgUser
from wizard.guides.changes import Change
from wizard.guides.text import Json
from wizard.models import Setup
from wizard.state import recorded_changes

USER = "user_id"  # in the data of a change that is about somebody


@dataclass(frozen=True)
class MadeRow:
    change: Change
    record_id: str
    username: str | None  # not known where the org's people were deleted with its connection

    @property
    def data(self) -> dict[str, str]:
        return _texts(self.change.data)

    @property
    def names(self) -> dict[str, str]:
        return _texts(self.change.what.params)


def made(setup: Setup) -> list[MadeRow]:
    rows = recorded_changes.changes_still_in_org(setup)
    ids = {str(change.data[USER]) for change, _row in rows if USER in change.data}
    known = dict(OrgUser.objects.filter(org=setup.org, user_id__in=ids).values_list("user_id", "username"))
    return [MadeRow(change, row, known.get(str(change.data.get(USER)))) for change, row in rows]


def _texts(raw: Mapping[str, Json]) -> dict[str, str]:
    return {key: value for key, value in raw.items() if isinstance(value, str)}
