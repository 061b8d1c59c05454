"""Secrets of registered apps that end soon: told 30 days before, and 7, once each.

Nothing that we read says when a secret ends, so an owner enters the day (`RegisteredApp.secret_ends_on`).
"""

from __future__ import annotations

from datetime import date, timedelta

from notices import outbox
from notices.kinds import Kind
from notices.models import Notice
from orgs.models import RegisteredApp
from teams.access import Action, roles_that_may
from teams.models import Membership

DAYS = (7, 30)  # whoever enters a day that is nearer than 7 is told of it once


def tell(today: date) -> None:
    """However often this looks."""
    for days in sorted(DAYS, reverse=True):
        nearer = max((each for each in DAYS if each < days), default=-1)
        between = today + timedelta(days=nearer + 1), today + timedelta(days=days)
        for app in RegisteredApp.objects.filter(secret_ends_on__range=between).select_related("team"):
            _tell(app, days)


def _tell(app: RegisteredApp, days: int) -> None:
    owners = Membership.objects.filter(team=app.team_id, role__in=roles_that_may(Action.MANAGE))
    told = {*owners.values_list("user_id", flat=True)}
    about = {"host": app.host, "ends_on": str(app.secret_ends_on)}
    once = f"secret:{app.pk}:{app.secret_ends_on}:{days}"
    outbox.put(Notice(kind=Kind.SECRET_ENDING, team=app.team, concerns=sorted(told), data=about, once=once))
