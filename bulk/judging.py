"""What speaks against starting a row: from the row itself, its list, and what the team has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from bulk.table import Row
from teams.spreadsheets import FORMULA
from wizard.guides.connected_app_authentication.inputs import MID

MOST_CLIENT = 200


@dataclass(frozen=True)
class Problem:
    code: str
    about: str = ""


def own_problem(row: Row, presets: Iterable[str]) -> Problem | None:
    """What is wrong with the row by itself; `presets` are the names of those of the team, in lower case."""
    if row.broken:
        return Problem("broken", row.broken[:200])
    if not row.client:
        return Problem("no_client")
    if len(row.client) > MOST_CLIENT:
        return Problem("client_long")
    if row.client.startswith(FORMULA):
        return Problem("formula")
    if not row.email:
        return Problem("no_email")
    if not _is_address(row.email):
        return Problem("email_wrong", row.email[:200])
    if row.preset and row.preset.lower() not in presets:
        return Problem("unknown_preset", row.preset[:80])
    if row.mid and not MID.fullmatch(row.mid):
        return Problem("mid_wrong")
    return None


def problem_of(
    row: Row, presets: Iterable[str], rows_of: Mapping[str, int], there: Iterable[str]
) -> Problem | None:
    """Also what earlier rows (`rows_of`: name -> row) and the setups that the team has open (`there`) say;
    names are in lower case."""
    if own := own_problem(row, presets):
        return own
    name = row.client.lower()
    if name in rows_of:
        return Problem("doubled", str(rows_of[name]))
    if name in there:
        return Problem("client_there", row.client)
    return None


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254
