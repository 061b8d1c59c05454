"""Which rows of the Setup Audit Trail are about our app: names are matched whole, in any language.

Only the English wording is recorded from real orgs (fact sheet, section 6), and of a removal not even
that. In other words the name is looked for in the sentence: names of other apps that hold ours are taken
out first, and what stands in quotation marks has to be the name and nothing else. Without any, nothing
tells where a name ends: it may be the longer one of an app that is gone, so such a row proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.lookups import app_name, moment
from wizard.guides.connected_app_authentication.snapshot import AuditRow, Snapshot

IP_ACTION = "changeIpRelaxationPolicy"
USERS_ACTION = "changeUserRuntimeAccessPolicy"
REMOVED = "deleteConnectedApplication"
PRESENCE_ACTIONS = ("insertConnectedApplication", REMOVED)

IP_ROW = re.compile(r"Changed connected app (?P<app>.+) IP relaxation setting from .+ to (?P<value>.+)")
_ENGLISH = (
    IP_ROW,
    re.compile(r"Changed connected app (?P<app>.+) Permitted Users setting from .+ to .+"),
    re.compile(r"Installed Connected App (?P<app>.+) to Salesforce"),
    re.compile(r"Uninstalled Connected App (?P<app>.+) from Salesforce"),
)

#: What opens a quotation and what may close it, in the languages that Salesforce speaks.
_QUOTES = {
    '"': '"',
    "'": "'",
    "`": "'`",
    "“": "”",
    "”": "”",
    "„": "“”",
    "‘": "’",
    "’": "’",
    "‚": "‘’",
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹›",
    "「": "」",
    "『": "』",
    "《": "》",
    "〈": "〉",
    "[": "]",
    "(": ")",
}
#: A quotation by marks that are nothing else: an apostrophe or a bracket may be.
_QUOTED = re.compile(
    "|".join(f"{mark}[^{ends}]+[{ends}]" for mark, ends in _QUOTES.items() if mark not in "'`’‘‚[(")
)
_CLOSING = frozenset("".join(_QUOTES.values()))
_GAPS = " \t\u00a0\u202f\u2009\u200b"  # French puts a narrow space inside its quotation marks
#: Letters and digits of the scripts that put blanks between words: beside them a name goes on.
_GOES_ON = r"0-9A-Za-z\u00c0-\u024f\u0370-\u052f_"


class About(IntEnum):
    """How sure it is that a row is about the app."""

    NOT = 0
    MAYBE = 1
    SURELY = 2


@dataclass(frozen=True)
class OurRows:
    """The rows about our app, the newest first; `doubtful` is one after them that may be about it."""

    rows: tuple[AuditRow, ...] = ()
    doubtful: AuditRow | None = None


def our_rows(snapshot: Snapshot, choices: Choices, *changes: str) -> OurRows:
    """Those that tell of these changes of our app, or of its coming and going.

    A change that names the app without quotation marks is ours, as every app that is there is known by
    name; it is in doubt once a removal came after it that may have been another app's.
    """
    name = app_name(snapshot, choices)
    others = _other_names(snapshot, name)
    actions, ours, doubtful = {*changes, *PRESENCE_ACTIONS}, list[AuditRow](), list[AuditRow]()
    removed = not snapshot.app.is_known
    for row in sorted(snapshot.audit.get(()), key=_when, reverse=True):
        told = about(row, name, others) if row.action in actions else About.NOT
        removed = removed or (told is About.MAYBE and row.action == REMOVED)
        if told is About.SURELY or (told and row.action in changes and not removed):
            ours.append(row)
        elif told and not ours:
            doubtful.append(row)
    return OurRows(tuple(ours), doubtful[0] if doubtful else None)


def _other_names(snapshot: Snapshot, name: str) -> set[str]:
    """The longer names of other apps: of those that are or were there, and those that the trail tells."""
    there = {app.name for app in snapshot.app.get(())} | set(snapshot.facts.former_apps or ())
    told = {each for row in snapshot.audit.get(()) for each in _named(row.display.strip(), name)}
    return {each for each in there | told if name in each} - {name}


def _named(display: str, name: str) -> list[str]:
    """The names that surely stand in the sentence and hold this one."""
    for sentence in _ENGLISH:
        if match := sentence.fullmatch(display):
            return [_unquoted(match["app"])]
    quoted = (found[0][1:-1].strip(_GAPS) for found in _QUOTED.finditer(display))
    return [each for each in quoted if name in each]


def about(row: AuditRow, name: str, others: Iterable[str] = ()) -> About:
    """Whether the row is about the app of exactly this name."""
    display = row.display.strip()
    for sentence in _ENGLISH:
        if match := sentence.fullmatch(display):
            return About.SURELY if _unquoted(match["app"]) == name else About.NOT
    return mentions(display, name, others)


def mentions(display: str, name: str, others: Iterable[str] = ()) -> About:
    """Whether the sentence speaks of an app of exactly this name."""
    for other in sorted((each for each in others if name in each), key=len, reverse=True):
        display = display.replace(other, "\0")
    whole = re.compile(rf"(?<![{_GOES_ON}]){re.escape(name)}(?![{_GOES_ON}])")
    found = (_as_it_stands(display, each.start(), each.end()) for each in whole.finditer(display))
    return max(found, default=About.NOT)


def _as_it_stands(display: str, start: int, end: int) -> About:
    """Within quotation marks the name has to fill them; without any it may go on."""
    before, after = display[:start].rstrip(_GAPS)[-1:], display[end:].lstrip(_GAPS)[:1]
    if closing := _QUOTES.get(before):
        return About.SURELY if after and after in closing else About.NOT
    return About.NOT if after and after in _CLOSING else About.MAYBE


def _unquoted(name: str) -> str:
    name = name.strip(_GAPS)
    if len(name) > 1 and name[-1] in _QUOTES.get(name[0], ""):
        return name[1:-1].strip(_GAPS)
    return name


def _when(row: AuditRow) -> datetime:
    return moment(row.at) or datetime.min.replace(tzinfo=UTC)
