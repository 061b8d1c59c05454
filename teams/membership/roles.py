"""What each role may do, in words for the owner who gives it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from teams.access import ALLOWED, Action
from teams.models import Role

DOES: Mapping[Role, Promise] = {
    Role.OWNER: _("Everything, and the team itself: members, roles, invitations, every connection."),
    Role.CONSULTANT: _("Connects orgs, works on every setup of the team, hands over. Not the team itself."),
    Role.SUPPORT: _("Resumes and repairs every setup of the team, reconnects orgs. Not the team itself."),
    Role.VIEWER: _("Looks at setups, reports and history. Changes nothing."),
    Role.GUEST: _("A client's admin: sees and does their part of one setup, nothing else."),
}

ACTS: Mapping[Action, Promise] = {
    Action.SEE: _("See setups, reports and the history"),
    Action.CHANGE: _(
        "Work on setups: choose, make changes, undo, confirm, hand over, leave notes, send links"
    ),
    Action.CONNECT: _("Connect orgs, sign in to them again, end our access to them"),
    Action.EXPORT: _("Take reports out as files"),
    Action.MANAGE: _("Members, roles, invitations, every connection, the audit trail"),
}


def who_may() -> list[tuple[Promise, list[tuple[Role, bool]]]]:
    """Each act with all roles and whether they may: as `teams.access` answers it."""
    return [(words, [(role, act in ALLOWED[role]) for role in Role]) for act, words in ACTS.items()]
