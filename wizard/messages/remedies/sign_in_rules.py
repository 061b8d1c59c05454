"""Codes of the lines about who can still sign in, and by what rules of the org."""

from __future__ import annotations

from wizard.guides.text import gettext_noop as _
from wizard.messages.remedies.remedy import ADMIN, USER_ADMIN, YOU, Remedy, remedy

REMEDIES: dict[str, Remedy] = {
    "PROOF_WEAK": remedy(
        _(
            "Salesforce takes only a passkey, a security key or the device's own unlock from administrators. "
            "How it names the methods is our reading, not documented."
        ),
        _("Register one for this user and sign in with it once. Or confirm that it has one."),
        USER_ADMIN,
        "verification_history",
    ),
    "PROOF_NOT_SEEN": remedy(
        _("The user did not sign in for six months, or was not asked. Its next sign-in may be refused."),
        _("Sign in as this user once. Or confirm who holds its passkey or security key."),
        USER_ADMIN,
        "verification_history",
    ),
    "PROOFS_HIDDEN": remedy(
        _("Without **Manage Users** Salesforce does not show you how others proved their identity."),
        _("Ask somebody with that permission to look, and confirm it."),
        USER_ADMIN,
        "verification_history",
    ),
    "PASSKEYS_OFF": remedy(
        _("Since July 2026 administrators can't sign in without a passkey, a security key or the like."),
        _("Allow at least one of the two methods under **Identity Verification**."),
        ADMIN,
        "identity_verification",
    ),
    "SESSIONS_LOCKED": remedy(
        _(
            "Engagement calls from several addresses. "
            "That this setting stops it is our reading, not documented."
        ),
        _("Ask your security team whether it may be switched off, or confirm that it stays."),
        ADMIN,
        "session_settings",
    ),
    "IP_RANGES_ENFORCED": remedy(
        _(
            "A profile's login IP ranges then hold for every call. "
            "That this stops Engagement's calls is our reading, not documented."
        ),
        _("Ask your security team whether it may be switched off, or confirm that it stays."),
        ADMIN,
        "session_settings",
    ),
    "SITES_INACTIVE": remedy(
        _("The package calls Engagement by way of these remote sites. Salesforce refuses such calls now."),
        _("Activate each of them under **Remote Site Settings**."),
        ADMIN,
        "remote_sites",
    ),
    "PRESSER_LACKS": remedy(
        _(
            "The package opens its wizard to this permission set only. "
            "That **Connect to Marketing Cloud** asks for it too is our reading."
        ),
        _("Assign it to whoever presses the button, or let somebody do it who has it."),
        YOU,
        "users",
    ),
    "CONNECTION_USER_FROZEN_BY": remedy(
        _("A frozen user can't sign in, and the connection stops."),
        _("Ask that person why. If it was a mistake, click **Unfreeze** on the user's page."),
        USER_ADMIN,
        "users",
    ),
    "CONNECTION_USER_CONTAINED": remedy(
        _(
            "Salesforce freezes a user whose calls or sign-ins come from an unusual network or place. "
            "It ends their sign-ins by programs, may reset the password, and mails every administrator."
        ),
        _(
            "Find out where the calls came from first, by Salesforce's mail to the administrators, "
            "else it happens again. "
            "Then click **Unfreeze** on the user's page, and look whether Marketing Cloud is still connected."
        ),
        USER_ADMIN,
        "users",
    ),
}
