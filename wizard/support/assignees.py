"""Who setups are assigned to, and who worked on the others."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from teams.models import Team, User
from wizard.models import Event, Setup
from wizard.query_params import MINE, NOBODYS


def belongs_to(who: str, user: User) -> Q:
    """For a queryset of setups."""
    if who == NOBODYS:
        return Q(assignee=None)
    return Q(assignee=user.pk if who == MINE else int(who))


def holders(teams: QuerySet[Team]) -> QuerySet[User]:
    """Whoever has taken a setup over here."""
    taken = Setup.objects.filter(org__team__in=teams, assignee__isnull=False).values("assignee")
    return User.objects.filter(pk__in=taken).only("pk", "name", "email").order_by("name", "email")


def worked_last(setups: Iterable[Setup]) -> dict[UUID, str]:
    """Who did something last, of the open setups that are nobody's: one query for all of them."""
    free = [each.pk for each in setups if each.assignee_id is None and not each.finished]
    if not free:
        return {}
    acts = Event.objects.filter(setup=OuterRef("pk"), actor__isnull=False).order_by("-id")
    found = Setup.objects.filter(pk__in=free).annotate(last=Subquery(acts.values("actor_name")[:1]))
    return {pk: name for pk, name in found.values_list("pk", "last") if name}
