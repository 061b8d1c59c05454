"""The app's three policies: one by field, one by raw field, one by the Setup Audit Trail."""

from __future__ import annotations

import json
from collections.abc import Mapping

from wizard.guides.base import Finding, Proof
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.lookups import (
    day,
    is_in_use,
    is_known,
    is_ready_for_lock,
    no_app,
    the_app,
    unknown,
)
from wizard.guides.connected_app_authentication.proof.audit_rows import (
    IP_ACTION,
    IP_ROW,
    PRESENCE_ACTIONS,
    our_rows,
)
from wizard.guides.connected_app_authentication.snapshot import App, AuditRow, Snapshot
from wizard.guides.text import Json, Text
from wizard.guides.text import gettext_noop as _

# Salesforce's own labels on the Edit Policies page (fact sheet, section 2).
ADMIN_APPROVED = "Admin approved users are pre-authorized"
SELF_AUTHORIZE = "All users may self-authorize"
RELAX = "Relax IP restrictions"
EXPIRE_AT_ONCE = "Immediately expire refresh token"
UNTIL_REVOKED = "Refresh token is valid until revoked"
IF_NOT_USED = "Expire refresh token if not used for"
AFTER_ISSUE = "Expire refresh token after"

#: What `RefreshTokenValidityPeriod` holds for "Immediately expire refresh token". The mapping is
#: inference (fact sheet 1b): once it was seen in a real org, `manage.py calibrate ORG --set
#: refresh_token_zero=null` chooses another key for that org.
REFRESH_TOKEN_ZERO: Mapping[str, int | None] = {"zero": 0, "null": None}
DEFAULT_ZERO = "zero"
UNSAVED = "refresh_unset"


def check_permitted_users(snapshot: Snapshot, choices: Choices) -> Finding:
    app = _app(snapshot, choices)
    if isinstance(app, Finding):
        return app
    must = Text(ADMIN_APPROVED)
    if not app.policies_seen:
        return _hidden(must)
    if app.admin_approved:
        return Finding.done(
            "admin_approved",
            Text(_("Only people whom an admin approved may use the app.")),
            now=must,
            must=must,
        )
    return Finding.to_do(
        "self_authorize",
        Text(_("Every user may authorise themselves. Change **Permitted Users**.")),
        now=Text(SELF_AUTHORIZE),
        must=must,
        remedy="POLICY_BY_HAND",
    )


def check_refresh_token(snapshot: Snapshot, choices: Choices) -> Finding:
    app = _app(snapshot, choices)
    if isinstance(app, Finding):
        return app
    must = Text(EXPIRE_AT_ONCE)
    if not app.policies_seen:
        return _hidden(must)
    wanted = REFRESH_TOKEN_ZERO.get(snapshot.facts.refresh_token_zero or DEFAULT_ZERO, 0)
    now, stored = _option(app, wanted), _stored(app)
    if app.refresh_period == wanted and not app.refresh_from_last_use:
        return Finding.done(
            "refresh_zero",
            Text(_("The stored value fits **Immediately expire refresh token**.")),
            now=now,
            must=must,
            stored=stored,
        )
    if app.refresh_period:
        return Finding.to_do(
            "refresh_period",
            Text(_("Refresh tokens stay valid for a while.")),
            now=now,
            must=must,
            stored=stored,
            remedy="POLICY_BY_HAND",
        )
    if not app.admin_approved:
        # All three are set on one page: as Permitted Users is not saved, the page is still to do.
        return Finding.to_do(
            UNSAVED,
            Text(
                _(
                    "In Salesforce the app's policies are not saved yet. "
                    "Change **Refresh Token Policy** on the same page."
                )
            ),
            now=now,
            must=must,
            stored=stored,
            remedy="POLICY_BY_HAND",
        )
    return Finding.cannot_check(
        "refresh_unclear",
        Text(_("The stored value does not tell which option is selected. Look at the page and confirm.")),
        now=now,
        must=must,
        stored=stored,
        remedy="REFRESH_TOKEN_UNCLEAR",
    )


def check_ip_relaxation(snapshot: Snapshot, choices: Choices) -> Finding:
    """Proved only by the newest row about this app, and only if the app was not installed since."""
    if is_known(snapshot, choices, "app") and isinstance(app := _app(snapshot, choices), Finding):
        return app  # the policy of an app that is not there can be neither seen nor signed for
    if finding := unknown(snapshot, choices, "audit"):
        return finding
    must, ending = Text(RELAX), snapshot.facts.ip_relaxed_ending
    told = our_rows(snapshot, choices, IP_ACTION)
    if told.doubtful:
        return _no_proof(
            "ip_row_in_doubt",
            _("The Setup Audit Trail has a row that may be about this app. We can't tell."),
            told.doubtful,
        )
    if not (rows := told.rows):
        return _not_saved(snapshot, choices, must) or _no_proof(
            "ip_no_row",
            _(
                "Salesforce shows this policy to no program: we see it only in the log of changes. "
                "If it was right before, look at the page and confirm."
            ),
        )
    newest = rows[0]
    if newest.action in PRESENCE_ACTIONS:
        changed = any(row.action == IP_ACTION for row in rows)
        return _not_saved(snapshot, choices, must) or _installed_since(newest, changed=changed)
    match = IP_ROW.fullmatch(newest.display.strip())
    if match:
        return _ip_finding(match["value"], newest, must)
    if ending and newest.display.strip().endswith(ending):
        return _ip_finding(RELAX, newest, must)
    return _no_proof("ip_other_language", _("The Setup Audit Trail has a row that we can't read."), newest)


def _not_saved(snapshot: Snapshot, choices: Choices, must: Text) -> Finding | None:
    """All three are set on one page: while the other two say that nothing is saved there, nobody can sign."""
    if not is_known(snapshot, choices, "app") or check_refresh_token(snapshot, choices).code != UNSAVED:
        return None
    return Finding.to_do(
        "ip_unset",
        Text(
            _(
                "In Salesforce the app's policies are not saved yet. "
                "Change **IP Relaxation** on the same page."
            )
        ),
        now=Text(_("not known")),
        must=must,
        remedy="POLICY_BY_HAND",
    )


def _installed_since(row: AuditRow, *, changed: bool) -> Finding:
    """Installing sets the policies to their defaults, so an older row proves nothing."""
    if changed:
        message = _("The app was installed again after the last change of this policy.")
        return _no_proof("ip_reinstalled", message)
    message = _("The app was installed on {day}. The Setup Audit Trail shows no change of this policy since.")
    return _no_proof("ip_not_changed", message, day=day(row.at))


def _ip_finding(value: str, row: AuditRow, must: Text) -> Finding:
    if value == RELAX:
        return Finding.done(
            "ip_relaxed",
            Text(_changed(row), {"by": row.by, "day": day(row.at)}),
            Proof.AUDIT_TRAIL,
            now=must,
            must=must,
        )
    return Finding.to_do(
        "ip_not_relaxed",
        Text(_("IP relaxation was last set to another value.")),
        now=Text("{value}", {"value": value}),
        must=must,
        remedy="POLICY_BY_HAND",
    )


def _changed(row: AuditRow) -> str:
    if row.by:
        return _("Changed by {by} on {day}, says the Setup Audit Trail.")
    return _("Changed on {day}, says the Setup Audit Trail. Salesforce hides from you who it was.")


def _no_proof(code: str, message: str, row: AuditRow | None = None, **params: Json) -> Finding:
    details = (row.display,) if row else ()
    return Finding.cannot_check(
        code, Text(message, params), must=Text(RELAX), remedy="IP_NOT_READABLE", details=details
    )


def _option(app: App, wanted: int | None) -> Text | None:
    """The option that the stored values belong to, if they tell; the unit of a period is not stored.

    Which option stores nothing is inference too (fact sheet 1b), so it is told as such.
    """
    period, since = app.refresh_period, app.refresh_from_last_use
    if period == wanted and not since:
        return Text(EXPIRE_AT_ONCE)
    if period and since is not None:
        option = IF_NOT_USED if since else AFTER_ISSUE
        return Text(_("{option} {number} (hours, days or months)"), {"option": option, "number": period})
    if period is None and wanted is not None and not since:
        return Text(_("probably {option}"), {"option": UNTIL_REVOKED})
    return None


def _stored(app: App) -> tuple[str, ...]:
    """The two fields as they are stored, since what they mean is not documented."""
    return (
        f"RefreshTokenValidityPeriod: {json.dumps(app.refresh_period)}",
        f"OptionsRefreshTokenValidityMetric: {json.dumps(app.refresh_from_last_use)}",
    )


def _app(snapshot: Snapshot, choices: Choices) -> App | Finding:
    if finding := unknown(snapshot, choices, "app"):
        return finding
    app = the_app(snapshot, choices)
    return app or no_app(snapshot, choices)


def _hidden(must: Text) -> Finding:
    return Finding.cannot_check(
        "policies_hidden",
        Text(_("Salesforce does not show you the app's policies.")),
        must=must,
        remedy="POLICIES_HIDDEN",
    )


def lock_out_warning(snapshot: Snapshot, choices: Choices) -> Text | None:
    """In an org in use, switching to admin approved cuts off everybody without an attached set."""
    app = the_app(snapshot, choices)
    if app and app.admin_approved:
        return None
    if not is_in_use(snapshot, choices) or is_ready_for_lock(snapshot, choices):
        return None
    return Text(
        _(
            "This org is in use. Do the permission set, the people and the app access first. "
            "Otherwise everyone is locked out the moment you save."
        )
    )
