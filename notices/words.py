"""A notice in words. The room that knows the setups registers what its kinds say; here is the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from notices import fanout
from notices.kinds import Kind
from notices.models import Channel, Notice


@dataclass(frozen=True)
class Said:
    """In the language of now. `link` needs a sign-in."""

    title: str
    detail: str = ""
    before: str = ""
    after: str = ""
    org: str = ""
    link: str = ""

    @property
    def headline(self) -> str:
        return f"{self.org}: {self.title}" if self.org else self.title


Say = Callable[[Notice], Said]
StillShown = Callable[[Collection[UUID]], set[UUID]]  # of these setups, those that lists still show

_rooms: list[tuple[Say, StillShown]] = []


def register(say: Say, still_shown: StillShown) -> None:
    _rooms[:] = [(say, still_shown)]


def say(notice: Notice | None) -> Said:
    """Without a notice: the words of a test."""
    if notice is None:
        return Said(
            _("This is a test"),
            _("Connect Guide reaches you. Nothing has happened."),
            link=settings.PUBLIC_URL,
        )
    if notice.kind in OURS:
        return OURS[Kind(notice.kind)](notice)
    return _rooms[0][0](notice)


def still_shown(setup_ids: Collection[UUID]) -> set[UUID]:
    return _rooms[0][1](setup_ids)


def _channel_off(notice: Notice) -> Said:
    where = str(notice.data.get("where", ""))
    return Said(
        _("Notices do not arrive any more"),
        _("%(where)s answered that nobody listens there, so we switched it off.") % {"where": where},
        link=settings.PUBLIC_URL + reverse("notices:channel", args=[notice.data["channel"]]),
    )


def _secret_ending(notice: Notice) -> Said:
    place = str(notice.data.get("host", "")) or _("every org")
    day = date_format(date.fromisoformat(str(notice.data["ends_on"])))
    return Said(
        _("The secret of a registered app ends soon"),
        _("For %(place)s it works until %(day)s. Make a new one in Salesforce, and store it here before.")
        % {"place": place, "day": day},
        link=settings.PUBLIC_URL + reverse("orgs:real_org", args=[notice.team_id]),
    )


#: What this room says itself: it is about no setup.
OURS: dict[Kind, Say] = {Kind.CHANNEL_OFF: _channel_off, Kind.SECRET_ENDING: _secret_ending}


def error(code: str) -> str:
    """Why a delivery did not arrive, and what to do."""
    return {
        "REFUSED_ADDRESS": _("This address is not reachable from the internet. Such addresses are refused."),
        "NO_SUCH_HOST": _("No such host is known. Look at the address."),
        "NO_CONNECTION": _("No connection was made, or it broke."),
        "TIMEOUT": _("No answer came within 10 seconds."),
        "NOT_TRUSTED": _("The certificate of the server is not trusted."),
        "REDIRECTED": _("The address leads to another one. We do not follow: enter the other one."),
        "REFUSED": _("The receiver did not take it."),
        "GONE": _("The receiver says that nobody listens there any more."),
        "NO_MAIL": _("The mail server could not be reached."),
        "NO_SUCH_PERSON": _("The mail server does not know the address."),
        "KEY_LOST": _("The address can't be read any more: its key is gone. Remove it, and add it again."),
    }.get(code, code)


@contextmanager
def spoken_for(channel: Channel) -> Iterator[None]:
    """In the language and the time zone of whoever reads it there."""
    person = channel.person
    language = (person.language if person else channel.language) or settings.LANGUAGE_CODE
    zone = fanout.zone_of(person) if person else timezone.get_default_timezone()
    with translation.override(language), timezone.override(zone):
        yield
