"""Has somebody connected the org to the right Engagement account, and was that safe? (lines 34 to 38)"""

from __future__ import annotations

from collections.abc import Mapping

from wizard.guides.base import NOT_NEEDED, Finding, Settled, Status
from wizard.guides.connected_app_authentication.checks_prepare import MISSING_OBJECT
from wizard.guides.connected_app_authentication.inputs import FIRST, REPAIR, Choices
from wizard.guides.connected_app_authentication.lookups import (
    account_unseen,
    connected,
    connected_before,
    connected_wrongly,
    day,
    is_known,
    sees_everything,
    since_start,
    the_user,
    unknown,
)
from wizard.guides.connected_app_authentication.snapshot import Configuration, Snapshot
from wizard.guides.text import Json, Text
from wizard.guides.text import gettext_noop as _

#: Named as in Setup: its label is the package's own, and no source tells it.
ACCOUNT_FIELD = "et4ae5__Configuration__c.et4ae5__Parent_Account_MID__c"


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
    if not rows and account_unseen(snapshot):
        return Finding.cannot_check(
            "account_unseen",
            Text(_("There is a record of a connection. Salesforce hides from you which account it is.")),
            remedy="ACCOUNT_UNSEEN",
            details=(ACCOUNT_FIELD,),
        )
    if not rows and not sees_everything(snapshot):
        return Finding.cannot_check(
            "connection_hidden",
            Text(_("You see no connection, but you may not see every record of the package.")),
            remedy="RECORDS_HIDDEN",
        )
    if not rows:
        return _not_connected(choices)
    if connected_wrongly(snapshot, choices):
        return _wrong_account(rows, choices)
    row = newest(rows, choices)
    params: dict[str, Json] = {"mid": row.mid, "day": day(_proof_date(row, choices))}
    now = Text(_("Account {mid}"), params)
    if since_start(_proof_date(row, choices), choices):
        return Finding.done("connected", Text(_("Connected to account {mid} since {day}."), params), now=now)
    return Finding.cannot_check(
        "connected_before",
        Text(_("Account {mid} was connected on {day}, before this setup began."), params),
        now=now,
        remedy="CONNECTED_BEFORE",
    )


def check_log_out(snapshot: Snapshot, choices: Choices) -> Finding:
    """Line 34: only a person knows it, and nobody has to where the right account is connected."""
    if snapshot.facts.connected_by == "user":
        if finding := unknown(snapshot, choices, "connection_user"):
            return finding
        user = the_user(snapshot, choices)
        return _nobody_signs_in() if user and user.valid_engagement_user else _log_out_first()
    if snapshot.configuration.code in MISSING_OBJECT:
        return _log_out_first()
    if finding := unknown(snapshot, choices, "configuration"):
        return finding
    if connected_wrongly(snapshot, choices):
        return Finding.cannot_check(
            "log_out_again",
            Text(
                _("The wrong account was connected. Log out of Engagement everywhere before you try again.")
            ),
        )
    return _nobody_signs_in() if connected(snapshot) else _log_out_first()


def found_inputs(snapshot: Snapshot, choices: Choices) -> Mapping[str, Json]:
    """An org that was connected before is repaired."""
    return {"mode": REPAIR} if connected_before(snapshot, choices) else {}


def refused_input(snapshot: Snapshot, choices: Choices, key: str, value: Json) -> Text | None:
    before = connected_before(snapshot, choices)
    if (key, value) != ("mode", FIRST) or not before:
        return None
    params = {"mid": before[0].mid, "day": day(before[0].created_at)}
    return Text(
        _("This org is connected to account {mid} since {day}, so this is a repair. Choose **Repair**."),
        params,
    )


def _nobody_signs_in() -> Finding:
    return Finding.done(
        NOT_NEEDED, Text(_("Not needed: this org is connected, so nobody signs in to Engagement again."))
    )


def _log_out_first() -> Finding:
    return Finding.cannot_check(
        "log_out_first", Text(_("No program sees who is signed in to Engagement in your browser."))
    )


#: What a new sign-in stops, and what Salesforce asks for before it (domain brief, finding 4).
STOPS = (
    Text(_("Triggered sends.")),
    Text(_("Scheduled sends that were started in Salesforce.")),
    Text(_("The entry of people into journeys.")),
)
BEFORE_AGAIN = Text(
    _(
        "Salesforce asks you to pause sends, disable triggered sends and stop journeys first. "
        "A quiet hour is not enough."
    )
)


def settled(snapshot: Snapshot, choices: Choices) -> Settled | None:
    """An org that is connected, and not to a wrong account, is not to be connected again."""
    says: Text | None = None
    if snapshot.facts.connected_by == "user":
        user = the_user(snapshot, choices)
        if is_known(snapshot, choices, "connection_user") and user and user.valid_engagement_user:
            says = Text(_("This org is connected. Do not sign in again. Is it the right account?"))
    elif not connected(snapshot) and account_unseen(snapshot):
        says = Text(_("This org may be connected already. Do not sign in before somebody has looked."))
    elif connected(snapshot) and not connected_wrongly(snapshot, choices):
        row = newest(connected(snapshot), choices)
        if not choices.mid:
            message = _(
                "Connected to account {mid} since {day}. Do not sign in again. Is it the right account?"
            )
        elif check_connected(snapshot, choices).status is Status.DONE:
            message = _("Connected to account {mid} since {day}. Do not sign in again.")
        else:
            message = _("Connected to account {mid} since {day}, as expected. Do not sign in again.")
        says = Text(message, {"mid": row.mid, "day": day(_proof_date(row, choices))})
    return Settled(says, STOPS, BEFORE_AGAIN) if says else None


def newest(rows: tuple[Configuration, ...], choices: Choices) -> Configuration:
    """The connection that counts: to the account that is expected, if one is."""
    right = [row for row in rows if not choices.mid or row.mid == choices.mid]
    return max(right, key=lambda row: _proof_date(row, choices))


def _not_connected(choices: Choices) -> Finding:
    must = Text(_("Account {mid}"), {"mid": choices.mid}) if choices.mid else None
    return Finding.to_do("not_connected", Text(_("No Engagement account is connected yet.")), must=must)


def _by_user(snapshot: Snapshot, choices: Choices) -> Finding:
    """For an org where calibration found that the connection leaves no configuration row."""
    if finding := unknown(snapshot, choices, "connection_user"):
        return finding
    user = the_user(snapshot, choices)
    if user and user.valid_engagement_user is None:
        return Finding.cannot_check(
            "valid_user_unseen",
            Text(_("Salesforce does not show us this box of {user}."), {"user": user.name}),
            remedy="BOXES_UNSEEN",
            details=("Valid Marketing Cloud User",),
        )
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
        alarm=True,
    )
