"""Which rows of the Setup Audit Trail are about our app: names are matched whole, in any language.

Only the English wording is recorded from real orgs (fact sheet, section 6). In another language the name
is looked for in the sentence: names of other apps that hold ours are taken out first, and what stands
in quotation marks has to be the name and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.lookups import app_name, moment
from wizard.guides.connected_app_authentication.snapshot import AuditRow, Snapshot

IP_ACTION = "changeIpRelaxationPolicy"
USERS_ACTION = "changeUserRuntimeAccessPolicy"
PRESENCE_ACTIONS = ("insertConnectedApplication", "deleteConnectedApplication")

IP_ROW = re.compile(r"Changed connected app (?P<app>.+) IP relaxation setting from .+ to (?P<value>.+)")
_ENGLISH = (
    IP_ROW,
    re.compile(r"Changed connected app (?P<app>.+) Permitted Users setting from .+ to .+"),
    re.compile(r"Installed Connected App (?P<app>.+) to Salesforce"),
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
_CLOSING = frozenset("".join(_QUOTES.values()))
_GAPS = " \t\u00a0\u202f\u2009\u200b"  # French puts a narrow space inside its quotation marks
#: Letters and digits of the scripts that put blanks between words: beside them a name goes on.
_GOES_ON = r"0-9A-Za-z\u00c0-\u024f\u0370-\u052f_"


def about_app(snapshot: Snapshot, choices: Choices, actions: Collection[str]) -> list[AuditRow]:
    """The rows of these actions about our app, the newest first."""
    name = app_name(snapshot, choices)
    others = [app.name for app in snapshot.app.get(()) if app.name != name]
    rows = [row for row in snapshot.audit.get(()) if row.action in actions and is_about(row, name, others)]
    return sorted(rows, key=_when, reverse=True)


def is_about(row: AuditRow, name: str, others: Iterable[str] = ()) -> bool:
    display = row.display.strip()
    for sentence in _ENGLISH:
        if match := sentence.fullmatch(display):
            return _unquoted(match["app"]) == name
    return mentions(display, name, others)


def mentions(display: str, name: str, others: Iterable[str] = ()) -> bool:
    """Whether the sentence may speak of an app of exactly this name."""
    for other in sorted((each for each in others if name in each), key=len, reverse=True):
        display = display.replace(other, "\0")
    whole = re.compile(rf"(?<![{_GOES_ON}]){re.escape(name)}(?![{_GOES_ON}])")
    return any(_is_whole(display, found.start(), found.end()) for found in whole.finditer(display))


def _is_whole(display: str, start: int, end: int) -> bool:
    """Within quotation marks the name has to fill them; without any it counts."""
    before, after = display[:start].rstrip(_GAPS)[-1:], display[end:].lstrip(_GAPS)[:1]
    if closing := _QUOTES.get(before):
        return after in closing and bool(after)
    return after not in _CLOSING or not after


def _unquoted(name: str) -> str:
    name = name.strip(_GAPS)
    if len(name) > 1 and name[-1] in _QUOTES.get(name[0], ""):
        return name[1:-1].strip(_GAPS)
    return name


def _when(row: AuditRow) -> datetime:
    return moment(row.at) or datetime.min.replace(tzinfo=UTC)
