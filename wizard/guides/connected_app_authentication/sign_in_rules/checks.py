"""Sign-in as Salesforce asks it of administrators since July 2026 (KB 005321563), and the org's own rules.

How `VerificationHistory` calls the methods that count is practice, not documentation; so is what a session
that is tied to an IP address does to Engagement's calls. Where that decides, a person may sign otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from wizard.guides.base import Finding
from wizard.guides.connected_app_authentication.calibration.assumptions import SETTINGS, names
from wizard.guides.connected_app_authentication.checks_connection_user import chosen_user, is_administrator
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.lookups import day, moment, packaged, unknown
from wizard.guides.connected_app_authentication.snapshot import Security, Snapshot, User, Verification
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

#: What Salesforce takes from administrators, by its names in VerificationHistory; others as they are called.
IN_WORDS = {
    "BuiltInAuthenticator": Text(_("a device's own unlock")),
    "U2F": Text(_("a security key")),
    "WebAuthnRoamingAuthenticator": Text(_("a security key")),
    "PwlessPasskey": Text(_("a passkey")),
}
SUCCEEDED = "Succeeded"
LATELY = timedelta(days=180)  # as long as Salesforce keeps it
ADMIN_SET = "Marketing Cloud Connector Admin"
SEES_PROOFS = "PermissionsManageUsers"


def check_proof(snapshot: Snapshot, choices: Choices) -> Finding:
    """By what the connection user proved its identity in the last 180 days."""
    user = chosen_user(snapshot, choices)
    if isinstance(user, Finding):
        return user
    if finding := _proofs_unseen(snapshot, choices, user):
        return finding
    proofs = [
        each for each in snapshot.proofs.get(()) if each.status == SUCCEEDED and _lately(snapshot, each)
    ]
    resistant = names(snapshot.facts.proof_methods or SETTINGS["proof_methods"].default)
    strong = [each for each in proofs if each.method in resistant]
    if strong:
        return Finding.done(
            "proved", _proved(_("{user} proved its identity by {method} on {day}."), user, strong[0])
        )
    if not proofs:
        return Finding.cannot_check(
            "nothing_proved",
            Text(_("Salesforce knows of no proof by {user} in the last six months."), {"user": user.name}),
            remedy="PROOF_NOT_SEEN",
        )
    if is_administrator(user) is False:
        message = _("{user} proved its identity by {method} on {day}. Its profile asks for no more.")
        return Finding.done("proved_otherwise", _proved(message, user, proofs[0]))
    return Finding.to_do(
        "proved_weakly",
        _proved(
            _("{user} proved its identity by {method} on {day}. Administrators need more."), user, proofs[0]
        ),
        now=Text("{method}", {"method": proofs[0].method}),
        must=Text(_("A passkey, a security key or the device's own unlock")),
        remedy="PROOF_WEAK",
        details=(proofs[0].method,),
        signable=True,
    )


def _proofs_unseen(snapshot: Snapshot, choices: Choices, user: User) -> Finding | None:
    finding = unknown(snapshot, choices, "proofs")
    if finding is None or finding.code == "not_read" or snapshot.rights.get({}).get(SEES_PROOFS, False):
        return finding
    return Finding.cannot_check(
        "proofs_hidden",
        Text(_("Only people with **Manage Users** see how {user} proved its identity."), {"user": user.name}),
        remedy="PROOFS_HIDDEN",
        details=finding.details,
    )


def _lately(snapshot: Snapshot, proof: Verification) -> bool:
    then, now = moment(proof.at), moment(snapshot.proofs.read_at)
    return then is not None and now is not None and now - then <= LATELY


def _proved(message: str, user: User, proof: Verification) -> Text:
    known = IN_WORDS.get(proof.method)
    method = known.to_json() if known else proof.method
    return Text(message, {"user": user.name, "method": method, "day": day(proof.at)})


def check_methods(snapshot: Snapshot, choices: Choices) -> Finding:
    """Whether people of this org may register such a method at all."""
    security = _security(snapshot, choices)
    if isinstance(security, Finding):
        return security
    allowed = (security.built_in_authenticators, security.security_keys)
    if any(allowed):
        return Finding.done("methods_allowed", Text(_("People may register a passkey or a security key.")))
    if None in allowed:
        return _setting_unseen()
    return Finding.to_do(
        "methods_off",
        Text(_("Nobody in this org may register a passkey or a security key.")),
        remedy="PASSKEYS_OFF",
    )


def _off(
    setting: Callable[[Security], bool | None], code: str, on: str, off: str, remedy: str, label: str
) -> Callable[[Snapshot, Choices], Finding]:
    """The check that a box of **Session Settings** is not ticked; a person may leave it so."""

    def check(snapshot: Snapshot, choices: Choices) -> Finding:
        security = _security(snapshot, choices)
        if isinstance(security, Finding):
            return security
        ticked = setting(security)
        if ticked is None:
            return _setting_unseen()
        if not ticked:
            return Finding.done(f"{code}_off", Text(off))
        return Finding.to_do(f"{code}_on", Text(on), remedy=remedy, details=(label,), signable=True)

    return check


check_sessions = _off(
    lambda security: security.locked_to_ip,
    "session_lock",
    _("Sessions are locked to the IP address from which they originated."),
    _("Sessions are not locked to an IP address."),
    "SESSIONS_LOCKED",
    "Lock sessions to the IP address from which they originated",
)
check_ip_ranges = _off(
    lambda security: security.ip_ranges_on_every_request,
    "ip_ranges",
    _("The login IP ranges of profiles are enforced on every request."),
    _("The login IP ranges of profiles are looked at only when somebody signs in."),
    "IP_RANGES_ENFORCED",
    "Enforce login IP ranges on every request",
)


def _security(snapshot: Snapshot, choices: Choices) -> Security | Finding:
    if finding := unknown(snapshot, choices, "security"):
        return finding
    rows = snapshot.security.get(())
    return rows[0] if rows else _setting_unseen()


def _setting_unseen() -> Finding:
    return Finding.cannot_check("setting_unseen", Text(_("Salesforce does not show us this setting.")))


def check_sites(snapshot: Snapshot, choices: Choices) -> Finding:
    """The package mails its API user about inactive ones; that they are needed follows from that."""
    if finding := unknown(snapshot, choices, "sites"):
        return finding
    sites = snapshot.sites.get(())
    inactive = tuple(each.name for each in sites if not each.active)
    if not sites:
        return Finding.cannot_check("no_sites_seen", Text(_("We see no remote site of the package.")))
    if inactive:
        return Finding.to_do(
            "sites_inactive",
            Text(_("Remote sites of the package are switched off.")),
            now=Text(
                _("{count} of {total} active"), {"count": len(sites) - len(inactive), "total": len(sites)}
            ),
            remedy="SITES_INACTIVE",
            details=inactive,
        )
    return Finding.done(
        "sites_active", Text(_("All {total} remote sites are active."), {"total": len(sites)})
    )


def check_presser(snapshot: Snapshot, choices: Choices) -> Finding:
    """Whoever is signed in here usually presses **Connect**; that this asks for the set is inference."""
    caller, set_label = snapshot.facts.caller_id, {"set": ADMIN_SET}
    if not caller:
        return Finding.cannot_check(
            "caller_unknown", Text(_("We don't know who is signed in to Salesforce."))
        )
    if finding := unknown(snapshot, choices, "sets", "assignments"):
        return finding
    admin_set = packaged(snapshot).get(ADMIN_SET)
    if admin_set is None:
        return Finding.blocked(
            "admin_set_missing", Text(_("{set} is not in this org."), set_label), remedy="PACKAGE_MISSING"
        )
    who = {"user": snapshot.facts.caller_name or caller, **set_label}
    rows = (
        row for row in snapshot.assignments.get(()) if (row.user_id, row.set_id) == (caller, admin_set.id)
    )
    if any(row.active for row in rows):
        return Finding.done("presser_ready", Text(_("{user} has {set}."), who))
    return Finding.to_do(
        "presser_lacks",
        Text(_("{user}, who is signed in here, lacks {set}."), who),
        remedy="PRESSER_LACKS",
        details=(ADMIN_SET,),
        signable=True,
    )
