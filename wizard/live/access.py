"""Who looks at a live page, and whether they still may: asked again every few seconds."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import NamedTuple

from teams import access, mfa, sessions
from teams.models import Role
from wizard.models import Setup

ROW = "row:"  # before the name of a list, in the place of a stage


class Guest(NamedTuple):
    """A client's admin who looks: other people's work, and harm in other people's stages, are not theirs."""

    user_id: int
    stages: tuple[str, ...] = ()  # that were sent to them


class Topic(NamedTuple):
    """What is rendered once for all members who look at it in the same language and time zone, or a guest."""

    setup_id: str
    stage: str  # or one row of a list
    language: str = ""
    zone: str = ""
    guest: Guest | None = None

    @property
    def list_name(self) -> str:
        """The list that it is a row of, if it is one."""
        return self.stage.removeprefix(ROW) if self.stage.startswith(ROW) else ""


class StreamTicket(NamedTuple):
    """What a ticket says: who looks, in which browser session and role, at what."""

    setup_id: str
    stage: str
    user_id: str
    session_key: str = ""
    role: str = ""
    language: str = ""
    zone: str = ""
    version: int = -1  # of the setup, as the page shows it already
    theirs: tuple[str, ...] = ()  # of a guest: the stages that were sent to them

    @property
    def topic(self) -> Topic:
        guest = Guest(int(self.user_id), self.theirs) if self.role == Role.GUEST else None
        return Topic(self.setup_id, self.stage, self.language, self.zone, guest)


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


def _is_good(
    each: StreamTicket, team_of: access.TeamOf, roles: dict[tuple[int, uuid.UUID], Role], alive: set[str]
) -> bool:
    setup_id = uuid.UUID(each.setup_id)
    if each.session_key and each.session_key not in alive:
        return False
    if setup_id not in team_of:
        return True
    role = roles.get((int(each.user_id), setup_id))
    if each.topic.list_name and role is Role.GUEST:
        return False  # lists are for members
    return role is not None and each.role in ("", role)


def outdated(passes: Collection[StreamTicket]) -> set[Topic]:
    """What has changed since the page was made that shows it."""
    wanted = [uuid.UUID(each.setup_id) for each in passes]
    version_of = dict(Setup.objects.filter(pk__in=wanted).values_list("pk", "version"))
    return {each.topic for each in passes if version_of.get(uuid.UUID(each.setup_id)) != each.version}
