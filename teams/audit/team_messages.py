"""What this room's entries say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from teams.audit.words import Values
from teams.models import Role

FACTORS = {
    "totp": _("authenticator app"),
    "webauthn": _("passkey"),
    "recovery_codes": _("recovery codes"),
}
SAYS = {
    "signed_in": _("Signed in"),
    "signed_out": _("Signed out"),
    "sign_in_failed": _("A sign-in failed"),
    "sign_in_failed_as": _("A sign-in as %(about)s failed"),
    "sign_in_failed_typed": _("A sign-in as %(typed)s failed: there is no such account"),
    "factor_failed": _("A wrong second factor was given for %(about)s"),
    "factor_added": _("Set up a second factor: %(factor)s"),
    "factor_removed": _("Removed a second factor: %(factor)s"),
    "factor_renewed": _("Renewed a second factor: %(factor)s"),
    "account_made": _("Made an account"),
    "email_changed": _("Changed the e-mail address from %(from)s to %(to)s"),
    "password_changed": _("Chose a new password"),
    "sessions_ended": _("Signed out everywhere else (%(count)s sign-ins)"),
    "sessions_ended_one": _("Signed out everywhere else (1 sign-in)"),
    "role_changed": _("Changed the role of %(about)s from %(before)s to %(after)s"),
    "member_removed": _("Took %(about)s out of the team"),
    "member_added": _("Added %(about)s to the team as %(role)s"),
    "invited": _("Invited %(invited)s as %(role)s"),
    "invitation_revoked": _("Revoked the invitation to %(invited)s"),
    "joined": _("Joined the team as %(role)s"),
    "two_factor_set": _("Switched on that every member needs a second factor"),
    "two_factor_set_off": _("Switched off that every member needs a second factor"),
    "audit_exported": _("Took the audit trail out as a file (%(format)s)"),
    "token_made": _("Made the key %(token_name)s for a program"),
    "token_revoked": _("Revoked the key %(token_name)s of a program"),
    "token_made_for_team": _("Made the team's key %(token_name)s for a program"),
    "token_revoked_for_team": _("Revoked the team's key %(token_name)s of a program"),
    "shredded": _("Erased what names a person, in %(count)s entries"),
}
GROUPS = {
    "accounts": (
        _("Sign-ins and accounts"),
        frozenset(
            f"teams.{what}"
            for what in (
                *("signed_in", "signed_out", "sign_in_failed", "factor_failed", "factor_added"),
                *("factor_removed", "factor_renewed", "account_made", "email_changed", "password_changed"),
                *("sessions_ended", "token_made", "token_revoked"),
                *("token_made_for_team", "token_revoked_for_team"),
            )
        ),
    ),
    "team": (
        _("Members and roles"),
        frozenset(
            f"teams.{what}"
            for what in (
                *("role_changed", "member_removed", "member_added", "invited", "invitation_revoked"),
                *("joined", "two_factor_set", "shredded", "audit_exported"),
            )
        ),
    ),
}


def sentences(what: str, values: Mapping[str, object]) -> list[str]:
    if what == "sign_in_failed":
        what += "_as" if "about" in values else "_typed" if "typed" in values else ""
    if what == "sessions_ended" and values["count"] == 1:
        what += "_one"
    if what == "two_factor_set" and not values["required"]:
        what += "_off"
    return [str(SAYS[what]) % _readable(values)] if what in SAYS else []


def _readable(values: Mapping[str, Any]) -> Values:
    """With words in place of codes."""
    found = Values(values)
    for name in ("role", "before", "after"):
        if values.get(name) in Role.values:
            found[name] = Role(values[name]).label
    if "factor" in values:
        found["factor"] = FACTORS.get(values["factor"], values["factor"])
    return found
