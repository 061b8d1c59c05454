"""Tokens for programs, of a person or of a team: made, found again by their hash, taken back."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from teams import links
from teams.audit.record import record, record_in_teams_of
from teams.models import ApiToken, Team, User

LIFETIME = timedelta(days=365)
MARK = "cg_"  # by which a scanner of leaked secrets, and a person, knows one
USED_AGAIN_AFTER = timedelta(minutes=1)  # the time of the last use is not written with each call


def make(
    person: User, name: str, scope: str, *, team: Team | None = None, by: User | None = None
) -> tuple[ApiToken, str]:
    """A new token, and what the program sends: it is given back here, and never again.

    `team`: it is the team's, whose `person` is an account for this program alone, and `by` made it.
    """
    secret = MARK + links.new_token()
    with transaction.atomic():
        made = ApiToken.objects.create(
            user=person,
            team=team,
            name=name,
            scope=scope,
            token_hash=links.hash_of(secret),
            expires_at=timezone.now() + LIFETIME,
        )
        _note(made, "teams.token_made", by or person)
    return made, secret


def find(secret: str) -> ApiToken | None:
    """The token, whatever became of it."""
    return ApiToken.objects.filter(token_hash=links.hash_of(secret)).first() if secret else None


def is_open(token: ApiToken) -> bool:
    return token.revoked_at is None and token.expires_at > timezone.now()


def note_use(token: ApiToken) -> None:
    now = timezone.now()
    lately = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_AGAIN_AFTER)
    ApiToken.objects.filter(lately, pk=token.pk).update(last_used_at=now)


def revoke(token: ApiToken, by: User | None = None) -> bool:
    """Its program is out at once. False where it was over already. `by`: not its own person."""
    with transaction.atomic():
        if not ApiToken.objects.open().filter(pk=token.pk).update(revoked_at=timezone.now()):
            return False
        _note(token, "teams.token_revoked", by or token.user)
    return True


def revoke_all(person: User) -> None:
    """Somebody was taken out of a team, or is forgotten: their programs are out as their browsers are."""
    for token in ApiToken.objects.open().filter(user=person).select_related("user"):
        revoke(token)


def _note(token: ApiToken, kind: str, by: User) -> None:
    data, named = {"scope": str(token.scope), "token": str(token.pk)}, {"token_name": token.name}
    if token.team_id:
        record(f"{kind}_for_team", actor=by, team=token.team_id, data=data, personal=named)
    else:
        record_in_teams_of(token.user, kind, actor=by, data=data, personal=named)
