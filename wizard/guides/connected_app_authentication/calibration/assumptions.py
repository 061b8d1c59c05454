"""What this guide assumes of an org without documentation for it, and what may be set instead.

`manage.py calibrate ORG --set NAME=VALUE` keeps a value for one org, in our database; the runner
passes it to `read` among what is known of the org, and it reaches the checks in `Snapshot.facts`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

LONGEST = 200

#: What counts as phishing-resistant of VerificationHistory's methods: practice (sfdx-hardis 8), the names are
#: of Salesforce's reference.
RESISTANT = ("BuiltInAuthenticator", "U2F", "WebAuthnRoamingAuthenticator", "PwlessPasskey")


@dataclass(frozen=True)
class Setting:
    """`choices` are the values that it takes; none means any text, or so many `names` with commas between."""

    default: str
    about: str
    choices: tuple[str, ...] = ()
    names: tuple[int, int] | None = None


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
    "ready_by": Setting(
        "fields",
        "What shows that the package is ready after connecting: its own fields, or people who look.",
        ("fields", "people"),
    ),
    "proof_methods": Setting(
        ",".join(RESISTANT),
        "Which of VerificationHistory's methods count as phishing-resistant.",
        names=(1, 20),
    ),
    "freeze_actions": Setting(
        "frozeuser,unfrozeuser",
        "The audit trail's actions of a person who freezes a user, and of one who ends that.",
        names=(2, 2),
    ),
}


def freeze_actions(kept: str | None) -> tuple[str, str]:
    froze, unfroze = names(kept or SETTINGS["freeze_actions"].default)
    return froze, unfroze


def names(value: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in value.split(","))


class BadSetting(ValueError):
    """Why a name or a value can't be set, in words."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.plain())
        self.why = why


def parse(text: str) -> tuple[str, str]:
    """`name=value`, checked. An empty value means what is assumed of every org."""
    name, equals, value = text.partition("=")
    name, value = name.strip(), value.strip()
    if not equals or name not in SETTINGS:
        raise BadSetting(Text(_("Give NAME=VALUE with a name of {names}."), {"names": ", ".join(SETTINGS)}))
    choices = SETTINGS[name].choices
    if value and choices and value not in choices:
        values = {"name": name, "values": " / ".join(choices)}
        raise BadSetting(Text(_("{name} is one of these: {values}."), values))
    if value and (between := SETTINGS[name].names) and not _are_names(value, between):
        raise BadSetting(Text(_("{name} takes names of Salesforce, with commas between."), {"name": name}))
    if len(value) > LONGEST:
        raise BadSetting(Text(_("{name} takes at most {most} characters."), {"name": name, "most": LONGEST}))
    if value and name == "app_name" and not any(each in value for each in ("Marketing Cloud", "ExactTarget")):
        raise BadSetting(Text(_("app_name holds Marketing Cloud or ExactTarget: only such apps are read.")))
    return name, value


def _are_names(value: str, between: tuple[int, int]) -> bool:
    fewest, most = between
    found = names(value)
    return fewest <= len(found) <= most and all(re.fullmatch(r"\w{1,80}", each) for each in found)


def merged(kept: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    """What is kept for an org once these are set; an empty value is not kept."""
    return {name: value for name, value in {**kept, **changes}.items() if value}
