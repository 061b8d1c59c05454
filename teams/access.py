"""The one place that answers "may this person do that?"."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db.models import Case, CharField, Exists, Model, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest
from django.utils import timezone

from teams.models import Membership, Role, SetupGuest, Team, User

M = TypeVar("M", bound=Model)
V = TypeVar("V", bound=Callable[..., Any])
TeamOf = Mapping[uuid.UUID, uuid.UUID]  # setup -> its team


class Action(StrEnum):
    SEE = "see"
    CHANGE = "change"  # work on a setup: inputs, apply, undo, confirm, notes
    CONNECT = "connect"  # connect, reconnect and disconnect an org
    EXPORT = "export"  # take data out: people lists, reports as files
    MANAGE = "manage"  # the team itself: members, roles, invitations, all connections, audit


_EVERYDAY = frozenset({Action.SEE, Action.CHANGE, Action.CONNECT, Action.EXPORT})

# Support people resume other people's setups, so they do all of the everyday work too.
# A guest's actions hold for one setup only, and only in the views that let guests in.
ALLOWED: Mapping[Role, frozenset[Action]] = {
    Role.OWNER: _EVERYDAY | {Action.MANAGE},
    Role.CONSULTANT: _EVERYDAY,
    Role.SUPPORT: _EVERYDAY,
    Role.VIEWER: frozenset({Action.SEE}),
    Role.GUEST: frozenset({Action.SEE, Action.CHANGE}),
}


def roles_that_may(action: Action) -> list[Role]:
    return [role for role, actions in ALLOWED.items() if action in actions]


def teams_for(user: User, action: Action) -> QuerySet[Team]:
    """The teams of which this person is a member who may do that."""
    mine = Membership.objects.filter(user=user, role__in=roles_that_may(action))
    return Team.objects.filter(pk__in=mine.values("team"))


def may_somewhere(action: Action) -> Exists:
    """For the query that loads a person anyway: is there a team in which they may do this?"""
    return Exists(Membership.objects.filter(user=OuterRef("pk"), role__in=roles_that_may(action)))


def actions_in(user: User, team: Team | uuid.UUID) -> frozenset[Action]:
    """What this person may do in a team: for what a page offers, never instead of `fetch_for`."""
    role = Membership.objects.filter(user=user, team=team).values_list("role", flat=True).first()
    return ALLOWED[Role(role)] if role else frozenset()


def guests_too(view: V) -> V:
    """For views that guests may reach. All others don't exist for them (`teams.middleware`)."""
    vars(view)["lets_guests_in"] = True
    return view


def lets_guests_in(request: HttpRequest) -> bool:
    """Whether the view of this request is one of those."""
    match = request.resolver_match
    return match is not None and bool(getattr(match.func, "lets_guests_in", False))


def guest_rows() -> QuerySet[SetupGuest]:
    """Guests whose access has neither ended nor expired."""
    return SetupGuest.objects.filter(ended_at=None, expires_at__gt=timezone.now())


def fetch_for(
    user: User,
    action: Action,
    queryset: QuerySet[M],
    /,
    *,
    team_field: str = "team",
    guest_field: str | None = None,
    **lookup: Any,
) -> M:
    """The object, for this person, in one query.

    What belongs to another team does not exist for them (404, so that nothing leaks); what is
    their own team's but beyond their role is refused (403). `guest_field` names the field that
    holds the setup's id, in the views that let guests in; to all others a guest is a stranger.
    """
    allowed = queryset.annotate(role_here=_role_here(user, team_field, guest_field))
    try:
        found = allowed.filter(role_here__isnull=False).get(**lookup)
    except (ObjectDoesNotExist, ValidationError, ValueError) as error:
        # The last two: an address whose id isn't even one (a broken UUID).
        raise Http404 from error
    if action not in ALLOWED[role_in(found)]:
        raise PermissionDenied
    return found


def role_in(found: Model) -> Role:
    """The role in which `fetch_for` gave out this object."""
    return Role(vars(found)["role_here"])


def _role_here(user: User, team_field: str, guest_field: str | None) -> Any:
    role = Subquery(Membership.objects.filter(user=user, team=OuterRef(team_field)).values("role"))
    if guest_field is None:
        return role
    guest = guest_rows().filter(user=user, setup_id=OuterRef(guest_field), team=OuterRef(team_field))
    as_guest = Case(When(Exists(guest), then=Value(Role.GUEST.value)), output_field=CharField())
    return Coalesce(role, as_guest)


def roles_in_setups(user_ids: Collection[int], team_of: TeamOf) -> dict[tuple[int, uuid.UUID], Role]:
    """The role of each of these people in each of these setups, in two queries: for the live streams."""
    members = Membership.objects.filter(
        user__in=user_ids, user__is_active=True, team__in=set(team_of.values())
    ).values_list("user", "team", "role")
    in_team = {(user, team): Role(role) for user, team, role in members}
    guests = guest_rows().filter(user__in=user_ids, user__is_active=True, setup_id__in=team_of)
    roles = {
        (user, setup): Role.GUEST
        for user, setup, team in guests.values_list("user", "setup_id", "team")
        if team_of[setup] == team
    }
    for setup, team in team_of.items():
        roles |= {(user, setup): in_team[user, team] for user in user_ids if (user, team) in in_team}
    return {key: role for key, role in roles.items() if Action.SEE in ALLOWED[role]}
