"""After *Connect*: is the package ready to be worked with? Beyond the source page.

The fields are the package's own, as retrieved; what they mean is inference (fact sheet mcc-journey, 3.8).
Where that turns out wrong in an org, `ready_by` makes people look instead.
"""

from __future__ import annotations

from datetime import timedelta

from wizard.guides.base import Finding
from wizard.guides.connected_app_authentication import lookups
from wizard.guides.connected_app_authentication.checks_connect import newest
from wizard.guides.connected_app_authentication.checks_prepare import MISSING_OBJECT
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.lookups import unknown
from wizard.guides.connected_app_authentication.reading.parts import AFTER_CONNECT
from wizard.guides.connected_app_authentication.snapshot import Configuration, Snapshot, Wizard
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

LONG = timedelta(hours=1)  # ours: no source tells how long business units may take
ORG_PREFIX = "00D"  # of the wizard's row that is for the whole org


def read_late(old: Snapshot | None, new: Snapshot) -> frozenset[str]:
    """What is read of a connected org, where nobody knew yet that it is connected: once, a call more."""
    knew = old is not None and lookups.connected(old)
    if knew or not lookups.connected(new):
        return frozenset()
    when = new.configuration.read_at  # what was read with it was taken along
    return frozenset(name for name in AFTER_CONNECT if new.part(name).read_at != when)


def check_settings(snapshot: Snapshot, choices: Choices) -> Finding:
    row = _connection(snapshot, choices)
    if isinstance(row, Finding):
        return row
    if row.send_types is None:
        return _hidden(_("Salesforce does not show you the package's settings."))
    if not row.send_types:
        return Finding.to_do(
            "settings_empty",
            Text(_("Connected, but the package's settings are still empty.")),
            remedy="SETTINGS_EMPTY",
        )
    return Finding.done("settings_chosen", Text(_("The package's settings are chosen.")))


def check_units(snapshot: Snapshot, choices: Choices) -> Finding:
    row = _connection(snapshot, choices)
    if isinstance(row, Finding):
        return row
    if finding := unknown(snapshot, choices, "units"):
        return finding
    names = tuple(unit.name for unit in snapshot.units.get(()))
    now = Text(_("Business units: {count}"), {"count": len(names)})
    if row.awaiting_units:
        code, message, remedy = _still_waiting(snapshot, row)
        return Finding.to_do(code, Text(message), now=now, remedy=remedy, details=names)
    if not names and not lookups.sees_everything(snapshot):
        return _hidden(_("You see no business unit, but you may not see every record of the package."))
    if row.awaiting_units is None:
        return _hidden(_("Salesforce does not show you whether more business units are to come."))
    if not names:
        return Finding.to_do(
            "no_units", Text(_("No business unit has arrived.")), now=now, remedy="UNITS_MISSING"
        )
    return Finding.done("units_arrived", Text(_("The business units have arrived.")), now=now, details=names)


def _still_waiting(snapshot: Snapshot, row: Configuration) -> tuple[str, str, str]:
    since, read_at = lookups.moment(row.modified_at), lookups.moment(snapshot.configuration.read_at)
    if since and read_at and read_at - since > LONG:
        message = _("The package has waited for its business units for more than an hour.")
        return "units_stuck", message, "UNITS_STUCK"
    return "units_arriving", _("The business units are on their way."), "UNITS_ARRIVING"


def check_wizard(snapshot: Snapshot, choices: Choices) -> Finding:
    row = _connection(snapshot, choices)
    if isinstance(row, Finding):
        return row
    if snapshot.wizard.code in MISSING_OBJECT:
        return _hidden(_("This org does not show how far the package's own wizard is."))
    if finding := unknown(snapshot, choices, "wizard"):
        return finding
    rows = _of_org(snapshot.wizard.get(()))
    if not rows:
        return _hidden(_("The package does not tell how far its own wizard is."))
    if not any(each.completed for each in rows):
        return Finding.to_do(
            "wizard_open", Text(_("The package's own wizard is not finished.")), remedy="WIZARD_OPEN"
        )
    return Finding.done("wizard_done", Text(_("The package says that its own wizard is done.")))


def _of_org(rows: tuple[Wizard, ...]) -> tuple[Wizard, ...]:
    """The row of the whole org, or all where there is none: single people may have their own."""
    return tuple(row for row in rows if row.owner_id.startswith(ORG_PREFIX)) or rows


def check_seen(snapshot: Snapshot, choices: Choices) -> Finding:
    """Object access, by permission sets and profiles: the sharing of records differs by org (N13), and our
    sources do not tell how to read it for others. `ready_by` makes people look instead."""
    row = _connection(snapshot, choices)
    if isinstance(row, Finding):
        return row
    if not choices.everyone:
        return Finding.blocked(
            "nobody_chosen",
            Text(_("Choose the Salesforce-side connection user first.")),
            remedy="NO_CONNECTION_USER",
        )
    if finding := unknown(snapshot, choices, "readers"):
        return finding
    read_at = snapshot.readers.read_at
    may = {each.user_id for each in snapshot.readers.get(()) if lookups.counts(each, read_at)}
    lacking = tuple(choices.name_of(person) for person in choices.everyone if person not in may)
    counts = {"count": len(lacking), "total": len(choices.everyone)}
    if lacking:
        return Finding.to_do(
            "people_cannot_see",
            Text(_("The package's records can't be read by {count} of {total} people."), counts),
            remedy="PEOPLE_CANNOT_SEE",
            details=lacking,
            signable=True,
        )
    return Finding.done(
        "people_can_see",
        Text(
            _(
                "Everyone chosen may read the package's records ({total}). "
                "Which records are shared with them we don't see."
            ),
            counts,
        ),
    )


def _connection(snapshot: Snapshot, choices: Choices) -> Configuration | Finding:
    """The connection that the package speaks of, or why nothing can be said of it."""
    if snapshot.facts.ready_by == "people":
        return _hidden(_("In this org, the package's fields do not tell. Look yourself."))
    if snapshot.configuration.code not in MISSING_OBJECT:
        if finding := unknown(snapshot, choices, "configuration"):
            return finding
        if rows := lookups.connected(snapshot):
            return newest(rows, choices) if not lookups.connected_wrongly(snapshot, choices) else _first()
        if snapshot.facts.connected_by == "user" or lookups.account_unseen(snapshot):
            return _hidden(_("This org does not show the package's record of its connection."))
        if not lookups.sees_everything(snapshot):
            return _hidden(_("You see no connection, but you may not see every record of the package."))
    return _first()


def _first() -> Finding:
    return Finding.blocked(
        "connect_first", Text(_("The right Engagement account is not connected yet.")), remedy="CONNECT_FIRST"
    )


def _hidden(message: str) -> Finding:
    return Finding.cannot_check("ready_hidden", Text(message), remedy="RECORDS_HIDDEN")
