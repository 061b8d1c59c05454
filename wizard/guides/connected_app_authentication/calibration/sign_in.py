"""What is assumed of how people prove who they are, and of how the audit trail tells of a freeze. Pure."""

from __future__ import annotations

import re

from wizard.guides.connected_app_authentication.calibration.assumptions import freeze_actions, names
from wizard.guides.connected_app_authentication.calibration.evidence import Evidence
from wizard.guides.connected_app_authentication.calibration.points import (
    NOT_TOLD,
    Point,
    Settings,
    Verdict,
    as_read,
    refusal,
    value,
    with_setting,
)
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

#: Methods of VerificationHistory that nobody counts as phishing-resistant (its object reference).
WEAK_METHODS = frozenset(
    {
        *("CustomOtpDelivery", "Email", "EnableLL", "LL", "Password", "SalesforceAuthenticator", "Sms"),
        *("TempCode", "Totp"),
    }
)


def proof_methods(evidence: Evidence, settings: Settings) -> Point:
    assumed = names(value(settings, "proof_methods"))
    ask = (
        "proof_methods",
        Text(_("Which ways to sign in count as phishing-resistant")),
        with_setting(as_read(", ".join(assumed)), "proof_methods", value(settings, "proof_methods")),
    )
    rows = [row for row in evidence["proofs"].rows if row["Status"] == "Succeeded"]
    seen = sorted({str(row["VerificationMethod"]) for row in rows if row["VerificationMethod"]})
    said = as_read(", ".join(seen))
    if news := [each for each in seen if each not in assumed and each not in WEAK_METHODS]:
        when = Text(_("only if each of them is a passkey, a security key or a device's own unlock"))
        return Point(*ask, said, Verdict.DIFFERS, f"proof_methods={','.join((*assumed, *news))}", when)
    if any(each in assumed for each in seen):
        return Point(*ask, said, Verdict.AS_ASSUMED)
    none = Text(_("nobody proved who they are in such a way lately"))
    return Point(*ask, said if seen else refusal(evidence["proofs"], none), NOT_TOLD)


def freezes(evidence: Evidence, settings: Settings) -> Point:
    froze, unfroze = freeze_actions(value(settings, "freeze_actions"))
    ask = (
        "freeze_actions",
        Text(_("What the audit trail calls it when a person freezes a user")),
        with_setting(as_read(f"Action {froze}, {unfroze}"), "freeze_actions", f"{froze},{unfroze}"),
    )
    actions = {str(row["Action"]) for row in evidence["audit"].rows}
    if {froze, unfroze} & actions:
        return Point(
            *ask, as_read(f"Action {', '.join(sorted({froze, unfroze} & actions))}"), Verdict.AS_ASSUMED
        )
    if similar := sorted(each for each in actions if re.search("fro[zs]|freez", each, re.IGNORECASE)):
        began = next((each for each in similar if not each.lower().startswith("un")), similar[0])
        when = Text(_("only if such a row tells that a person froze somebody"))
        setting = f"freeze_actions={began},{next((each for each in similar if each != began), f'un{began}')}"
        return Point(*ask, as_read(f"Action {', '.join(similar)}"), Verdict.DIFFERS, setting, when)
    note = Text(_("Without a row the guide says that Salesforce probably froze the user itself."))
    return Point(*ask, refusal(evidence["audit"], Text(_("no such row"))), NOT_TOLD, note=note)
