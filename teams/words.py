"""What each role may do, in words for the owner who gives it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from teams.models import Role

DOES: Mapping[Role, Promise] = {
    Role.OWNER: _("Everything, and the team itself: members, roles, invitations, every connection."),
    Role.CONSULTANT: _("Connects orgs, works on every setup of the team, hands over. Not the team itself."),
    Role.SUPPORT: _("Resumes and repairs every setup of the team, reconnects orgs. Not the team itself."),
    Role.VIEWER: _("Looks at setups, reports and history. Changes nothing."),
    Role.GUEST: _("A client's admin: sees and does their part of one setup, nothing else."),
}
