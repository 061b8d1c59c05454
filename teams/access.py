"""The one place that answers "may this person do that?"."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any, Protocol, TypeVar, cast

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db.models import Case, CharField, Exists, Model, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest
from django.utils import timezone

from teams.models import Membership, Role, SetupGuest, Team, User

M = TypeVar("M", bound=Model)
V = TypeVar("V", bound=Callable[..., Any])
TeamOf = Mapping[uuid.UUID, uuid.UUID]  # setup -> its team

_GUEST_VIEWS: set[Callable[..., object]] = set()


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


def guests_too(view: V) -> V:
    """For views that guests may reach. All others don't exist for them (`teams.middleware`)."""
    _GUEST_VIEWS.add(view)
    return view


def lets_guests_in(request: HttpRequest) -> bool:
    """Whether the view of this request is one of those."""
    match = request.resolver_match
    return match is not None and match.func in _GUEST_VIEWS


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
    **lookup: object,
) -> M:
    """The object, for this person, in one query.

    What belongs to another team does not exist for them (404, so that nothing leaks); what is
    their own team's but beyond their role is refused (403). `guest_field` names the field that
    holds the setup's id, in the views that let guests in; to all others a guest is a stranger.
    """
    allowed = queryset.annotate(role_here=_role_here(user, team_field, guest_field), given_to=Value(user.pk))
    try:
        found = allowed.filter(role_here__isnull=False).get(**lookup)
    except (ObjectDoesNotExist, ValidationError, ValueError) as error:
        # The last two: an address whose id isn't even one (a broken UUID).
        raise Http404 from error
    if action not in ALLOWED[role_in(found)]:
        raise PermissionDenied
    return found


class _WithRole(Protocol):
    role_here: str  # of the query of `fetch_for`
    given_to: int


def role_in(found: Model) -> Role:
    """The role in which `fetch_for` gave out this object."""
    return Role(cast(_WithRole, found).role_here)


def require(user: User, action: Action, found: Model) -> Role:
    """The role in which this very person was given the object, if it allows this; else `PermissionDenied`."""
    if cast(_WithRole, found).given_to != user.pk or action not in ALLOWED[role_in(found)]:
        raise PermissionDenied
    return role_in(found)


def _role_here(user: User, team_field: str, guest_field: str | None) -> object:
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


def may_change_setup(user_id: int, setup_id: uuid.UUID, team_id: uuid.UUID) -> bool:
    """Whether this person may work on the setup now, as a member of its team or as its guest."""
    role = roles_in_setups({user_id}, {setup_id: team_id}).get((user_id, setup_id))
    return role is not None and Action.CHANGE in ALLOWED[role]
