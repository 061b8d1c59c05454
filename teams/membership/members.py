"""Roles of members, and taking somebody out of a team."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q

from teams import sessions, signals
from teams.access import ALLOWED, Action
from teams.acting import tokens
from teams.audit.record import record
from teams.membership import invitations, locks
from teams.models import Invitation, Membership, Role, User


class LastOwner(Exception):
    """A team without an owner could never be managed again."""


def set_role(member: Membership, role: Role, by: User | None = None) -> bool:
    """True if it changed. Raises `LastOwner`."""
    with transaction.atomic():
        locked = _locked(member)
        if locked is None or locked.role == role:
            return False
        _keep_an_owner(locked)
        if locked.role == Role.OWNER:
            _revoke_invitations(Q(team=locked.team_id, invited_by=locked.user_id), by)
        before, locked.role = locked.role, role
        locked.save(update_fields=["role"])
        roles = {"before": str(before), "after": str(role)}
        record("teams.role_changed", actor=by, about=member.user, team=locked.team_id, data=roles)
        if Action.CHANGE not in ALLOWED[role]:
            _tell(locked, member.user, by)
    return True


def remove(member: Membership, by: User | None = None, *, via: str = "") -> bool:
    """Take the person out, and sign them out everywhere. Raises `LastOwner`.

    `via` says for the audit trail what did it where nobody signed in did ("command").

    Invitations that they sent, or that wait for them, are worth nothing from now on: each would
    be a way back in. What they held elsewhere ends by `signals.may_not_work_any_more`.

    Their open pages lose the live stream within seconds (`wizard.live.stream` asks again).
    """
    with transaction.atomic():
        locked = _locked(member)
        if locked is None:
            return False
        _keep_an_owner(locked)
        addresses = EmailAddress.objects.filter(user=locked.user_id).values_list("email", flat=True)
        theirs = Q(invited_by=locked.user_id) | Q(email__in=[each.lower() for each in addresses])
        _revoke_invitations(Q(team=locked.team_id) & theirs, by, via)
        data = {"role": str(locked.role)} | ({"via": via} if via else {})
        record("teams.member_removed", actor=by, about=member.user, team=locked.team_id, data=data)
        locked.delete()
        _tell(locked, member.user, by)
        sessions.end_all(member.user)
        tokens.revoke_all(member.user)
    return True


def _tell(member: Membership, user: User, by: User | None) -> None:
    signals.access_revoked.send(Membership, team_id=member.team_id, user=user, by=by)


def _revoke_invitations(which: Q, by: User | None, via: str = "") -> None:
    for each in Invitation.objects.open().filter(which).select_for_update():
        invitations.revoke(each, by, via=via)


def _locked(member: Membership) -> Membership | None:
    """The row as it is now. Two owners who remove each other wait in line."""
    locks.lock_team(member.team_id)
    return Membership.objects.filter(pk=member.pk).first()


def _keep_an_owner(member: Membership) -> None:
    if member.role != Role.OWNER:
        return
    if not Membership.objects.filter(team=member.team_id, role=Role.OWNER).exclude(pk=member.pk).exists():
        raise LastOwner
