"""Has somebody connected the org to the right Engagement account? (lines 35 to 38)"""

from __future__ import annotations

from wizard.guides.base import Finding
from wizard.guides.connected_app_authentication.checks_prepare import MISSING_OBJECT
from wizard.guides.connected_app_authentication.inputs import FIRST, Choices
from wizard.guides.connected_app_authentication.lookups import (
    connected,
    day,
    since_start,
    the_user,
    unknown,
)
from wizard.guides.connected_app_authentication.snapshot import Configuration, Snapshot
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _


def check_connected(snapshot: Snapshot, choices: Choices) -> Finding:
    """A row of the package's configuration that names the account, made or renewed since the start.

    That this row means "connected" is practice, not documentation (fact sheet, section 6).
    """
    if snapshot.facts.connected_by == "user":
        return _by_user(snapshot, choices)
    if snapshot.configuration.code in MISSING_OBJECT:
        return Finding.blocked(
            "configuration_missing",
            Text(_("The package's configuration is not visible in this org.")),
            remedy="CONFIGURATION_MISSING",
        )
    if finding := unknown(snapshot, choices, "configuration"):
        return finding
    rows = connected(snapshot)
    if not rows:
        return _not_connected(choices)
    right = [row for row in rows if not choices.mid or row.mid == choices.mid]
    if not right:
        return _wrong_account(rows, choices)
    newest = max(right, key=lambda row: _proof_date(row, choices))
    params: dict[str, str | int] = {"mid": newest.mid, "day": day(_proof_date(newest, choices))}
    now = Text(_("Account {mid}"), params)
    if since_start(_proof_date(newest, choices), choices):
        return Finding.done("connected", Text(_("Connected to account {mid} since {day}."), params), now=now)
    return Finding.cannot_check(
        "connected_before",
        Text(_("Account {mid} was connected on {day}, before this setup began."), params),
        now=now,
        remedy="CONNECTED_BEFORE",
    )


def _not_connected(choices: Choices) -> Finding:
    must = Text(_("Account {mid}"), {"mid": choices.mid}) if choices.mid else None
    return Finding.to_do("not_connected", Text(_("No Engagement account is connected yet.")), must=must)


def _by_user(snapshot: Snapshot, choices: Choices) -> Finding:
    """For an org where calibration found that the connection leaves no configuration row."""
    if finding := unknown(snapshot, choices, "connection_user"):
        return finding
    user = the_user(snapshot, choices)
    if user is None or not user.valid_engagement_user:
        return _not_connected(choices)
    return Finding.cannot_check(
        "connected_by_user",
        Text(_("The connection user is a valid Marketing Cloud user. Which account it is can't be read.")),
        remedy="CONNECTED_BEFORE",
    )


def _proof_date(row: Configuration, choices: Choices) -> str:
    """A first connection makes the row; a repair renews it."""
    return row.created_at if choices.mode == FIRST else row.modified_at


def _wrong_account(rows: tuple[Configuration, ...], choices: Choices) -> Finding:
    found = ", ".join(dict.fromkeys(row.mid for row in rows))
    return Finding.to_do(
        "wrong_account",
        Text(
            _("The wrong Engagement account is connected: {found} instead of {mid}."),
            {"found": found, "mid": choices.mid},
        ),
        now=Text(_("Account {mid}"), {"mid": found}),
        must=Text(_("Account {mid}"), {"mid": choices.mid}),
        remedy="WRONG_ACCOUNT",
    )
