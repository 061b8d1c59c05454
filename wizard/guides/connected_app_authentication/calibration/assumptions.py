"""What this guide assumes of an org without documentation for it, and what may be set instead.

`manage.py calibrate ORG --set NAME=VALUE` keeps a value for one org, in our database; the runner
passes it to `read` among what is known of the org, and it reaches the checks in `Snapshot.facts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST = 200


@dataclass(frozen=True)
class Setting:
    """`choices` are the values that it takes; none means any text."""

    default: str
    about: str
    choices: tuple[str, ...] = ()


SETTINGS: Mapping[str, Setting] = {
    "refresh_token_zero": Setting(
        "zero",
        'What the app\'s RefreshTokenValidityPeriod holds for "Immediately expire refresh token".',
        ("zero", "null"),
    ),
    "app_name": Setting("Salesforce Marketing Cloud", "The Name of the app's ConnectedApplication row."),
    "ip_relaxed_ending": Setting(
        "",
        'How the audit row for "Relax IP restrictions" ends in this org\'s language, '
        "where the English wording does not fit.",
    ),
    "connected_by": Setting(
        "configuration",
        "What proves a connection: the package's Configuration row, or the connection user's "
        '"Valid Marketing Cloud User" flag.',
        ("configuration", "user"),
    ),
}


class BadSetting(ValueError):
    """Why a name or a value can't be set, in words."""


def parse(text: str) -> tuple[str, str]:
    """`name=value`, checked."""
    name, equals, value = text.partition("=")
    name, value = name.strip(), value.strip()
    if not equals or name not in SETTINGS:
        raise BadSetting(f"Give NAME=VALUE with a name of {', '.join(SETTINGS)}.")
    choices = SETTINGS[name].choices
    if choices and value not in choices:
        raise BadSetting(f"{name} is {' or '.join(choices)}.")
    if len(value) > LONGEST:
        raise BadSetting(f"{name} takes at most {LONGEST} characters.")
    if name == "app_name" and not any(word in value for word in ("Marketing Cloud", "ExactTarget")):
        raise BadSetting("app_name holds Marketing Cloud or ExactTarget: only such apps are read.")
    return name, value
