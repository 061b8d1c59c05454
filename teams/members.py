"""Roles of members, and taking somebody out of a team."""

from __future__ import annotations

from django.db import transaction

from teams import sessions
from teams.models import Membership, Role, Team


class LastOwner(Exception):
    """A team without an owner could never be managed again."""


def set_role(member: Membership, role: Role) -> bool:
    """True if it changed. Raises `LastOwner`."""
    with transaction.atomic():
        locked = _locked(member)
        if locked is None or locked.role == role:
            return False
        _keep_an_owner(locked)
        locked.role = role
        locked.save(update_fields=["role"])
    return True


def remove(member: Membership) -> bool:
    """Take the person out, and sign them out everywhere. Raises `LastOwner`.

    Their open pages lose the live stream within seconds (`wizard.progress` asks again).
    """
    with transaction.atomic():
        locked = _locked(member)
        if locked is None:
            return False
        _keep_an_owner(locked)
        locked.delete()
        sessions.end_all(member.user)
    return True


def _locked(member: Membership) -> Membership | None:
    """The row as it is now. The team's lock makes two owners who remove each other wait in line."""
    Team.objects.select_for_update().get(pk=member.team_id)
    return Membership.objects.filter(pk=member.pk).first()


def _keep_an_owner(member: Membership) -> None:
    if member.role != Role.OWNER:
        return
    if not Membership.objects.filter(team=member.team_id, role=Role.OWNER).exclude(pk=member.pk).exists():
        raise LastOwner
