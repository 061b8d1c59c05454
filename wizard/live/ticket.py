"""The signed, short-lived pass to a live page: given out by a view, read by the stream."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from urllib.parse import urlencode

from django.core import signing
from django.utils import timezone
from django.utils.translation import get_language

from wizard.live.access import ROW, StreamTicket
from wizard.models import Setup

TICKET_SALT = "wizard.progress.ticket"  # as it always was: tickets given out before go on
TICKET_SECONDS = 3600


def ticket(
    user_id: object,
    setup_id: uuid.UUID,
    stage: str,
    *,
    session_key: str = "",
    role: str = "",
    theirs: Iterable[str] = (),
) -> str:
    """A signed, short-lived pass to the live fragment of one stage, given out by an ordinary view.

    It is worth something only in the browser of that session. The stream speaks the language of
    that view, in its time zone. `theirs`: the stages that were sent to a guest.
    """
    return _sign(str(user_id), str(setup_id), stage, session_key, role, theirs)


def list_ticket(user_id: object, list_name: str, setups: Iterable[Setup], *, session_key: str = "") -> str:
    """The same for the rows of a list: each setup on the page, with the version that it shows."""
    shown = [[setup.pk.hex, setup.version] for setup in setups]
    return _sign(str(user_id), shown, f"{ROW}{list_name}", session_key, "")


def _sign(
    user_id: str, shown: object, stage: str, session_key: str, role: str, theirs: Iterable[str] = ()
) -> str:
    language, zone = get_language() or "", timezone.get_current_timezone_name()
    packed = [user_id, shown, stage, session_key, role, language, zone, sorted(theirs)]
    return signing.dumps(packed, salt=TICKET_SALT)


def address(signed: str) -> str:
    """Where a browser gets the stream from, for the next hour."""
    return f"/events/?{urlencode({'k': signed})}"


def read_ticket(value: str) -> tuple[StreamTicket, ...]:
    """What the ticket is for; empty for a bad one. Raises `signing.SignatureExpired` for an old one."""
    try:
        user_id, shown, stage, *more = signing.loads(value, salt=TICKET_SALT, max_age=TICKET_SECONDS)
        session_key, role, language, zone, *rest = more  # those of the version before end here
        theirs = tuple(map(str, rest[0])) if rest else ()
        if isinstance(shown, str):
            shown = [[shown, -1]]
        return tuple(
            StreamTicket(
                str(uuid.UUID(setup_id)), stage, user_id, session_key, role, language, zone, version, theirs
            )
            for setup_id, version in shown
        )
    except signing.SignatureExpired:
        raise
    except (signing.BadSignature, ValueError):
        return ()  # a ValueError: signed, but by a version that packed other things
