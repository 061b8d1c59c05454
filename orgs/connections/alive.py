"""Connections of a team that hold tokens, and whether whoever granted them is still there."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from orgs.models import Connection
from teams.models import Membership, Team

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Granter(TypedDict):
        granter_is_member: bool

    Alive = WithAnnotations[Connection, _Granter]

_YES_NO = BooleanField()


def alive(team: Team) -> list[Alive]:
    """Those of people who are gone come first.

    A client's guest granted theirs for the setup, which goes on after their part of it.
    """
    member = Exists(Membership.objects.filter(team=team, user=OuterRef("granted_by")))
    rows = Connection.objects.filter(org__team=team).exclude(state=Connection.State.REVOKED)
    rows = rows.select_related("org", "granted_by")
    rows = rows.annotate(granter_is_member=ExpressionWrapper(member | Q(granted_by__is_guest=True), _YES_NO))
    return list(rows.order_by("granter_is_member", "org__name", "org__created_at"))
