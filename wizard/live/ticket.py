"""The signed, short-lived pass to a live page: given out by a view, read by the stream."""

from __future__ import annotations

import uuid
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.translation import get_language

from wizard.live.access import StreamTicket

TICKET_SALT = "wizard.progress.ticket"  # as it always was: tickets given out before go on
TICKET_SECONDS = 3600


def ticket(user_id: Any, setup_id: uuid.UUID, stage: str, *, session_key: str = "", role: str = "") -> str:
    """A signed, short-lived pass to the live fragment of one stage, given out by an ordinary view.

    It is seen in addresses and logs, so the session's key is in it encrypted only. The stream
    speaks the language of that view, in its time zone.
    """
    sealed = _keys().encrypt(session_key.encode()).decode() if session_key else ""
    language, zone = get_language() or "", timezone.get_current_timezone_name()
    return signing.dumps([str(user_id), str(setup_id), stage, sealed, role, language, zone], salt=TICKET_SALT)


def read_ticket(value: str) -> StreamTicket | None:
    """What the ticket is for, or None. Raises `signing.SignatureExpired` for an old one."""
    try:
        user_id, setup_id, stage, sealed, role, language, zone = signing.loads(
            value, salt=TICKET_SALT, max_age=TICKET_SECONDS
        )
        session_key = _keys().decrypt(sealed.encode()).decode() if sealed else ""
    except signing.SignatureExpired:
        raise
    except (signing.BadSignature, InvalidToken, ValueError):
        return None  # a ValueError: signed, but by a version that packed other things
    return StreamTicket(setup_id, stage, user_id, session_key, role, language, zone)


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.TOKEN_KEYS])
