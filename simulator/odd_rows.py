"""Rows that orgs have and that are easily taken for something else: groups' backing sets, ends, more apps."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from simulator.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.store import Org


def add_group(org: Org, name: str, label: str, user_ids: Iterable[str] = ()) -> str:
    """A permission set group: itself, the set behind it, and the people who have it. The set's id."""
    group_id = org.add("PermissionSetGroup", DeveloperName=name, MasterLabel=label, Status="Updated")
    set_id = org.add(
        "PermissionSet",
        Name=name,
        Label=label,
        IsCustom=True,
        IsOwnedByProfile=False,
        HasActivationRequired=False,
        PermissionSetGroupId=group_id,
        Type="Group",
    )
    for user_id in user_ids:
        org.add(
            "PermissionSetAssignment",
            AssigneeId=user_id,
            PermissionSetId=set_id,
            PermissionSetGroupId=group_id,
            IsActive=True,
        )
    return set_id


def end_assignment(org: Org, user_id: str, set_id: str, days: float) -> None:
    """The person's assignment of the set ends in so many days."""
    end = stamp(org.clock.now() + timedelta(days=days))
    for row in org.find("PermissionSetAssignment", AssigneeId=user_id, PermissionSetId=set_id):
        org.patch(row["Id"], ExpirationDate=end)
