"""What pages ask about setups and their org's connection, also pages of the rooms below."""

from __future__ import annotations

from django import template

from orgs.models import Org
from teams.access import ALLOWED, Action, role_in
from wizard.models import UNDER_WAY, Event, Setup
from wizard.monitoring import differences, drift
from wizard.state import recorded_changes

register = template.Library()


@register.simple_tag
def setups_that_need(org: Org) -> list[Setup]:
    """Those under way, and those that are watched after their handover."""
    needing = UNDER_WAY | drift.WATCHED
    return list(Setup.objects.filter(needing, org=org).select_related("started_by").defer("snapshot"))


@register.simple_tag
def lines_that_drifted(setup: Setup) -> list[differences.Drifted]:
    return differences.lines(setup)


@register.simple_tag
def lines_that_are_known(setup: Setup) -> list[differences.KnownLine]:
    return differences.known_lines(setup)


@register.simple_tag
def upgrade_of_package(setup: Setup) -> Event | None:
    return differences.upgrade(setup)


@register.simple_tag
def changes_of_ours(setup: Setup) -> int:
    """How many of our changes are still in the org."""
    return len(recorded_changes.changes_still_in_org(setup))


@register.simple_tag
def may_sign_in(setup: Setup) -> bool:
    """Whether the person for whom the setup was fetched may connect its org."""
    return Action.CONNECT in ALLOWED[role_in(setup)]
