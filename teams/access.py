"""The one place that answers "may this person do that?"."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import Http404

from teams.models import Membership, Role, Team, User

M = TypeVar("M", bound=Model)


class Action(StrEnum):
    SEE = "see"
    CHANGE = "change"  # work on a setup: inputs, apply, undo, confirm
    CONNECT = "connect"  # connect, reconnect and disconnect an org
    MANAGE = "manage"  # the team itself


_EVERYDAY = frozenset({Action.SEE, Action.CHANGE, Action.CONNECT})

# Support people resume other people's setups, so they do all of the everyday work too.
ALLOWED: Mapping[Role, frozenset[Action]] = {
    Role.OWNER: _EVERYDAY | {Action.MANAGE},
    Role.CONSULTANT: _EVERYDAY,
    Role.SUPPORT: _EVERYDAY,
}


def roles_that_may(action: Action) -> list[Role]:
    return [role for role, actions in ALLOWED.items() if action in actions]


def teams_for(user: User, action: Action) -> QuerySet[Team]:
    """The teams in which this person may do that."""
    mine = Membership.objects.filter(user=user, role__in=roles_that_may(action))
    return Team.objects.filter(pk__in=mine.values("team"))


def fetch_for(
    user: User, action: Action, queryset: QuerySet[M], /, *, team_field: str = "team", **lookup: Any
) -> M:
    """The object, for this person, in one query.

    What belongs to another team does not exist for them (404, so that nothing leaks); what is
    their own team's but beyond their role is refused (403).
    """
    role = Membership.objects.filter(user=user, team=OuterRef(team_field)).values("role")
    try:
        found = queryset.annotate(role_here=Subquery(role)).filter(role_here__isnull=False).get(**lookup)
    except (ObjectDoesNotExist, ValidationError, ValueError) as error:
        # The last two: an address whose id isn't even one (a broken UUID).
        raise Http404 from error
    if action not in ALLOWED[Role(vars(found)["role_here"])]:
        raise PermissionDenied
    return found
