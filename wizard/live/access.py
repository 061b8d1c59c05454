"""Who looks at a live page, and whether they still may: asked again every few seconds."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import NamedTuple

from teams import access, mfa, sessions
from teams.models import Role
from wizard.models import Setup


class Topic(NamedTuple):
    """What is rendered once for everybody who looks at it in the same language and time zone."""

    setup_id: str
    stage: str
    language: str = ""
    zone: str = ""


class StreamTicket(NamedTuple):
    """What a ticket says: who looks, in which browser session and role, at what."""

    setup_id: str
    stage: str
    user_id: str
    session_key: str = ""
    role: str = ""
    language: str = ""
    zone: str = ""

    @property
    def topic(self) -> Topic:
        return Topic(self.setup_id, self.stage, self.language, self.zone)


def still_allowed(passes: Collection[StreamTicket]) -> set[StreamTicket]:
    """Those that are still good: signed in, in the same role in the setup's team (or its guest), and
    not sent to set up a second factor first.

    Five small queries, however many people look. A setup that is gone shows nothing to anybody,
    and its pages are told so by the stream itself.
    """
    wanted = {uuid.UUID(each.setup_id) for each in passes}
    team_of = dict(Setup.objects.filter(pk__in=wanted).values_list("pk", "org__team"))
    roles = access.roles_in_setups({int(each.user_id) for each in passes}, team_of)
    alive = sessions.alive({each.session_key for each in passes if each.session_key})
    good = {each for each in passes if _is_good(each, team_of, roles, alive)}
    return good - _without_second_factor(good)


def _without_second_factor(passes: set[StreamTicket]) -> set[StreamTicket]:
    lacking = mfa.lacking({int(each.user_id) for each in passes})
    held = {each for each in passes if int(each.user_id) in lacking}
    brought = mfa.sessions_that_brought({each.session_key for each in held})
    return {each for each in held if each.session_key not in brought}


def may_change(user_id: int, setup: Setup) -> bool:
    """Whether this person may work on the setup now, as a member or as its guest."""
    roles = access.roles_in_setups({user_id}, {setup.pk: setup.org.team_id})
    role = roles.get((user_id, setup.pk))
    return role is not None and access.Action.CHANGE in access.ALLOWED[role]


def _is_good(
    each: StreamTicket, team_of: access.TeamOf, roles: dict[tuple[int, uuid.UUID], Role], alive: set[str]
) -> bool:
    setup_id = uuid.UUID(each.setup_id)
    if each.session_key and each.session_key not in alive:
        return False
    if setup_id not in team_of:
        return True
    role = roles.get((int(each.user_id), setup_id))
    return role is not None and each.role in ("", role)
