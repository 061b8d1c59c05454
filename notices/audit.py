"""Where a team sends its notices, as entries of the audit trail. No address's secret part is in one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from notices.models import Channel
from teams.audit.record import record, record_in_teams_of
from teams.audit.words import Values
from teams.models import User

_SAYS = {
    "channel_added": _("Notices go to {where} from now on"),
    "channel_changed": _("Changed what is told to {where}"),
    "channel_removed": _("Notices go to {where} no more"),
    "channel_off": _("Notices to {where} were switched off: nobody listens there"),
    "channel_on": _("Notices go to {where} again"),
}
GROUPS: Mapping[str, tuple[Any, frozenset[str]]] = {
    "notices": (_("Where notices go"), frozenset(f"notices.{what}" for what in _SAYS))
}


def note(what: str, channel: Channel, by: User | None = None) -> None:
    """Of a person's own in each of their teams: what they see there leaves the house by it."""
    where = {"where": str(channel)}
    if channel.person is None:
        record(f"notices.{what}", actor=by, team=channel.team_id, data=where, unasked=by is None)
    else:
        record_in_teams_of(channel.person, f"notices.{what}", actor=by, data=where, unasked=by is None)


def sentences(what: str, values: Mapping[str, Any]) -> list[str]:
    return [str(_SAYS[what]).format_map(Values(values))] if what in _SAYS else []
