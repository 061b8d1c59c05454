"""Asking somebody to become a member: made, sent, accepted once, revoked."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from teams import links
from teams.access import Action, fetch_for
from teams.audit.record import record
from teams.membership import locks
from teams.models import Invitation, Membership, OpenQuerySet, Role, Team, User

LIFETIME = timedelta(days=7)
SESSION_KEY = "invitation"


def invite(request: HttpRequest, team: Team, email: str, role: Role, by: User) -> Invitation:
    """Make an invitation and send it. It replaces an older one to the same address.

    Raises what `fetch_for` does if this person may not invite any more.
    """
    token = links.new_token()
    email = email.strip().lower()
    with transaction.atomic():
        locks.lock_team(team.pk)  # also: of two at once to the same address, the second replaces the first
        # Asked again after the wait: an invitation by somebody just taken out would be their way back in.
        fetch_for(by, Action.MANAGE, Team.objects.all(), team_field="pk", pk=team.pk)
        for older in Invitation.objects.open().select_for_update().filter(team=team, email=email):
            revoke(older, by)
        made = Invitation.objects.create(
            team=team,
            email=email,
            role=role,
            token_hash=links.hash_of(token),
            invited_by=by,
            expires_at=timezone.now() + LIFETIME,
        )
        _note(made, "teams.invited", by)
        # Inside: an invitation that could not be sent is not made.
        address = settings.PUBLIC_URL + reverse("teams:join", args=[token])
        context = {"invitation": made, "team": team, "by": by, "link": address}
        get_adapter(request).send_mail("teams/email/invitation", email, context)
    return made


def by_token(token: str) -> Invitation | None:
    """The invitation of this link, whatever became of it."""
    rows = Invitation.objects.select_related("team", "invited_by")
    return rows.filter(token_hash=links.hash_of(token)).first()


def open_for(email: str) -> OpenQuerySet:
    return Invitation.objects.open().filter(email=email.lower())


def keep(request: HttpRequest, invitation: Invitation) -> None:
    """Remember in the session which invitation a new account is made for."""
    request.session[SESSION_KEY] = str(invitation.pk)


def pending(request: HttpRequest) -> Invitation | None:
    """The open invitation that this browser came with."""
    key = request.session.get(SESSION_KEY)
    return Invitation.objects.open().select_related("team").filter(pk=key).first() if key else None


def belongs_to(invitation: Invitation, user: User) -> bool:
    """Whether this person has proved that the invited address is theirs."""
    mine = EmailAddress.objects.filter(user=user, email__iexact=invitation.email, verified=True)
    return bool(mine.exists())


def accept(invitation: Invitation, user: User) -> Membership | None:
    """Make the person a member, once; None if the invitation is not open any more.

    Who is a member already keeps their role: an old mail must not change it.
    """
    with transaction.atomic():
        locks.lock_team(invitation.team_id)
        locked = Invitation.objects.open().select_for_update().filter(pk=invitation.pk).first()
        if locked is None:
            return None
        locked.accepted_at, locked.accepted_by = timezone.now(), user
        locked.save(update_fields=["accepted_at", "accepted_by"])
        member, made = Membership.objects.get_or_create(
            team_id=locked.team_id, user=user, defaults={"role": locked.role}
        )
        if made:
            role = {"role": str(member.role), "invitation": str(locked.pk)}
            record("teams.joined", actor=user, team=locked.team_id, data=role)
    return member


def accept_at_signup(sender: object, request: HttpRequest, user: User, **more: object) -> None:
    """A new account is made for its invitations: they are accepted with it."""
    for email in EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True):
        for invitation in open_for(email):
            accept(invitation, user)
    request.session.pop(SESSION_KEY, None)


def revoke(invitation: Invitation, by: User | None = None, *, via: str = "") -> bool:
    """Take it back; False where it was over already: who accepts at the same moment may have been first."""
    with transaction.atomic():
        locked = Invitation.objects.open().select_for_update().filter(pk=invitation.pk).first()
        if locked is None:
            return False
        locked.revoked_at = timezone.now()
        locked.save(update_fields=["revoked_at"])
        _note(locked, "teams.invitation_revoked", by, via)
    return True


def _note(invitation: Invitation, kind: str, by: User | None, via: str = "") -> None:
    data = {"role": str(invitation.role), "invitation": str(invitation.pk)} | ({"via": via} if via else {})
    personal = {"invited": invitation.email}
    record(kind, actor=by, team=invitation.team_id, data=data, personal=personal)
