"""Plain words for the terms of the trade (domain brief, section F), and finding them in our sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language, gettext

from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _


@dataclass(frozen=True)
class Term:
    """`forms` are how it occurs in our sentences; a term without any is only in the glossary."""

    key: str
    name: Text
    says: Text
    forms: tuple[str, ...] = ()


def _term(key: str, name: str, says: str, *forms: str) -> Term:
    return Term(key, Text(name), Text(says), forms)


TERMS: tuple[Term, ...] = (
    _term(
        "engagement",
        _("Marketing Cloud Engagement"),
        _("The product that sends your emails and runs your journeys."),
        _("Marketing Cloud Engagement"),
        _("Engagement"),
    ),
    _term(
        "crm",
        _("Sales or Service Cloud (CRM)"),
        _("The Salesforce product that holds your customer records."),
        _("Sales or Service Cloud"),
    ),
    _term(
        "connect",
        _("Marketing Cloud Connect"),
        _("The add-on that lets the two products share data and start sends."),
        _("Marketing Cloud Connect"),
    ),
    _term(
        "package",
        _("Managed package"),
        _("An add-on built by a vendor and installed in your Salesforce. This one is made by Salesforce."),
        _("managed package"),
        _("package"),
    ),
    _term(
        "item",
        _("Item"),
        _("One thing that has to be true in the org. We read it in Salesforce, or a person confirms it."),
    ),
    _term(
        "connected-app",
        _("Connected app"),
        _(
            "An entry in Setup for one outside product. It says whether "
            "and how that product may use your Salesforce data."
        ),
        _("connected app"),
        _("connected apps"),
    ),
    _term(
        "external-client-app",
        _("External client app"),
        _("The newer kind of connected app that Salesforce now asks everyone to use."),
        _("External Client App"),
    ),
    _term(
        "install",
        _("Install (a connected app)"),
        _(
            "Installing the connected app in your org. After that you "
            "set its policies, and not only its maker."
        ),
    ),
    _term(
        "permitted-users",
        _("Permitted users: admin approved"),
        _("Only users with a permission set or a profile of the app may use it. Everyone else is refused."),
        _("Permitted Users"),
    ),
    _term(
        "pre-authorized",
        _("Pre-authorized"),
        _('Listed people go straight in without seeing an "Allow access?" page.'),
        _("pre-authorized"),
        _("pre-authorised"),
    ),
    _term(
        "ip-relaxation",
        _("IP relaxation"),
        _("Whether Salesforce checks which IP address the product calls from."),
        _("IP relaxation"),
        _("IP restrictions"),
    ),
    _term(
        "api",
        _("API, API call"),
        _("The entrance for programs, and one request that a program makes there."),
        _("API"),
        _("API call"),
        _("API calls"),
    ),
    _term(
        "access-token",
        _("Access token"),
        _("What the product sends with each call instead of a password. It is valid for a short time."),
        _("access token"),
    ),
    _term(
        "refresh-token",
        _("Refresh token"),
        _("A longer-lived slip that lets a product collect a new pass without anyone signing in."),
        _("refresh token"),
        _("refresh tokens"),
    ),
    _term(
        "expire-at-once",
        _("Immediately expire refresh token"),
        _("The refresh token can't be used after the sign-in, so a stolen one is worth nothing."),
    ),
    _term(
        "permission-set",
        _("Permission set"),
        _("A named bundle of permissions that you can give to people."),
        _("permission set"),
        _("permission sets"),
    ),
    _term(
        "empty-set",
        _("Empty permission set"),
        _("A permission set without any permission. Whoever has it is pre-authorised for the connected app."),
        _("empty permission set"),
    ),
    _term(
        "api-name",
        _("Permission set label and API name"),
        _("The name people see, and the name systems use, which must not contain spaces."),
        _("API name"),
    ),
    _term("assign", _("Assign"), _("Give the bundle to a person.")),
    _term(
        "connection-user",
        _("Salesforce-side connection user"),
        _(
            "A Salesforce user kept for the connection, not for a person. If it is switched off, "
            "the connection stops."
        ),
        _("Salesforce-side connection user"),
        _("connection user"),
    ),
    _term(
        "engagement-user",
        _("Engagement-side connection user"),
        _(
            "An Engagement user kept for the connection. Its username and password are typed "
            "once, when the two products are connected, on Engagement's own page."
        ),
        _("Engagement-side connection user"),
    ),
    _term(
        "mcc-user",
        _("Marketing Cloud Connect user"),
        _("A person who works with Marketing Cloud from inside Salesforce."),
    ),
    _term(
        "session",
        _("Session"),
        _("The time you stay signed in. Closing the tab does not end it, only Log Out does."),
        _("session"),
        _("sessions"),
    ),
    _term(
        "business-unit",
        _("Business unit and MID"),
        _("A separate department or brand area in Engagement, and its number."),
        _("business unit"),
        _("MID"),
        _("account id"),
    ),
    _term(
        "tenant",
        _("Tenant, Enterprise 2.0"),
        _("Your whole Engagement account, and the account type that has business units."),
        _("Enterprise 2.0"),
    ),
    _term("org", _("Org and org id"), _("Your Salesforce account, and its unique number."), _("org id")),
    _term(
        "sandbox",
        _("Sandbox"),
        _("A practice copy of your Salesforce. Copying it also copies the Marketing Cloud connection."),
        _("sandbox"),
    ),
    _term(
        "mfa",
        _("MFA"),
        _("A second proof when signing in. Administrators need a passkey or a security key."),
        _("MFA"),
    ),
    _term(
        "passkey",
        _("Passkey"),
        _("A key that a phone, a computer or a password manager keeps, unlocked by fingerprint or face."),
        _("passkey"),
        _("passkeys"),
    ),
    _term(
        "security-key",
        _("Security key"),
        _("A small device that you plug in or hold near, and touch when you sign in."),
        _("security key"),
        _("security keys"),
    ),
    _term(
        "second-factor",
        _("Second factor"),
        _("What you need beside the password when you sign in: a device, an app or a key."),
        _("second factor"),
    ),
    _term("sso", _("SSO"), _("Signing in through your company's own login page."), _("SSO")),
    _term(
        "scope-by-user",
        _("Scope by user"),
        _("People see and send to only the records they own."),
        _("scope by user"),
    ),
    _term(
        "synchronized-data-source",
        _("Synchronized data source"),
        _("A copy of chosen Salesforce records kept up to date in Engagement."),
        _("synchronized data source"),
    ),
    _term(
        "individual-email-result",
        _("Individual Email Result"),
        _("The record of how one person reacted to one email, shown in Salesforce."),
        _("Individual Email Result"),
    ),
    _term(
        "triggered-send",
        _("Triggered send"),
        _("An email that goes out by itself when something happens in Salesforce."),
        _("triggered send"),
        _("triggered sends"),
    ),
    _term(
        "audit-trail",
        _("Setup Audit Trail"),
        _("Salesforce's own log of who changed which setting, kept for about six months."),
        _("Setup Audit Trail"),
    ),
    _term(
        "attestation",
        _("Confirmation (attestation)"),
        _('Someone states "I did this", because the system cannot check it.'),
    ),
)


@lru_cache(maxsize=8)
def _finder(language: str | None) -> tuple[re.Pattern[str], dict[str, Term]]:
    """The forms of all terms in this language, the longest first."""
    forms = {gettext(form).casefold(): term for term in TERMS for form in term.forms}
    longest = sorted(forms, key=len, reverse=True)
    pattern = r"(?<![\w{-])(" + "|".join(re.escape(form) for form in longest) + r")(?![\w-])"
    return re.compile(pattern, re.IGNORECASE), forms


def replace(text: str, by: Callable[[Term, str], str]) -> str:
    """`text` with every occurrence of a term replaced by what `by(term, occurrence)` gives."""
    pattern, forms = _finder(get_language())
    return pattern.sub(lambda match: by(forms[match[0].casefold()], match[0]), text)


def used_in(texts: Iterable[str]) -> list[Term]:
    """The terms that these sentences use, in the order of the alphabet."""
    found: dict[str, Term] = {}

    def note(term: Term, occurrence: str) -> str:
        found[term.key] = term
        return occurrence

    for text in texts:
        replace(text, note)
    return sorted(found.values(), key=lambda term: gettext(term.name.message).casefold())
