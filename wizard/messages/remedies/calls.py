"""Codes of any call: limits, the network, rights; Salesforce's own, and the client's where it gave none."""

from __future__ import annotations

from wizard.guides.text import gettext_noop as _
from wizard.messages.remedies.remedy import (
    ADMIN,
    Remedy,
    remedy,
)

_API_OFF = remedy(
    _("The org does not allow programs to call it."),
    _("Check the org's edition and the permission **API Enabled**. You can still go on by hand."),
    ADMIN,
)
NO_ACCESS = remedy(
    _("Salesforce says that who is signed in to it lacks a permission for this."),
    _(
        "If **Before you start** names one that is missing, ask an admin for it. "
        "Else do the step by hand as somebody else."
    ),
    ADMIN,
)
_NO_SETUP = remedy(
    _("This org does not show that to you. It may not be installed, or you lack a permission."),
    _("Check that the package is installed and that you hold **View Setup and Configuration**."),
    ADMIN,
    "installed_packages",
)
LATER = remedy(_("Salesforce is busy or down."), _("Try again in some minutes."), retry=True)
_NO_ANSWER = remedy(
    _("Salesforce did not answer in time, or the connection broke."),
    _("Try again. We look first what was done, so nothing is made twice."),
    retry=True,
)
_NO_DATA = remedy(
    _("What answered for Salesforce can't be read: a page instead of data, cut short, or far too long."),
    _("Try again. We look first what was done, so nothing is made twice."),
    retry=True,
)

REMEDIES: dict[str, Remedy] = {
    "REQUEST_LIMIT_EXCEEDED": remedy(
        _("The org has used up the requests that Salesforce allows programs in any 24 hours."),
        _("Calls come back hour by hour. Try again in an hour, and go on by hand meanwhile."),
        retry=True,
    ),
    "CONCURRENT_LIMIT": remedy(
        _("Too many slow requests ran in the org at the same time. We waited and asked again, in vain."),
        _("Try again in a minute. The calls of the day are not used up by this."),
        retry=True,
    ),
    "USER_LIMIT": remedy(
        _("Salesforce takes no more requests from the user of our sign-in for now."),
        _("Try again in an hour, or sign in as another user: each has a limit of its own."),
        retry=True,
        quotes=True,
    ),
    "OTHER_LIMIT": remedy(
        _("A limit of the org is reached, so Salesforce takes no more requests for now."),
        _("Try again in an hour. If it stays so, show Salesforce's words to an administrator."),
        ADMIN,
        retry=True,
        quotes=True,
    ),
    "INVALID_QUERY_LOCATOR": remedy(
        _("Salesforce dropped a long list while we were reading it, several times in a row."),
        _("Try again in some minutes, when less happens in the org."),
        retry=True,
    ),
    # Salesforce ends a query of its own after two minutes (airbyte 17503, restforce 790).
    "QUERY_TIMEOUT": remedy(
        _("Salesforce stopped reading a list for us, because that took too long."),
        _(
            "Try again when less happens in the org. "
            "If it stays so, show Salesforce's words to an administrator."
        ),
        retry=True,
        quotes=True,
    ),
    "COMPOSITE_REFUSED": remedy(
        _("This org takes single calls only and refuses composite ones, which our changes need."),
        _("Make the changes by hand: choose Show me how. We still read, and items turn green."),
        ADMIN,
    ),
    "SERVER_UNAVAILABLE": LATER,
    "MAINTENANCE_PAGE": LATER,
    "TOO_MANY_REQUESTS": LATER,
    "UNKNOWN_EXCEPTION": LATER,
    "HTTP_420": LATER,
    "HTTP_429": LATER,
    "HTTP_500": LATER,
    "HTTP_502": LATER,
    "HTTP_504": LATER,
    "TIMEOUT": _NO_ANSWER,
    "CONNECTION_LOST": _NO_ANSWER,
    "UNREADABLE_ANSWER": _NO_DATA,
    "ANSWER_TOO_LARGE": _NO_DATA,
    "UNEXPECTED_REDIRECT": remedy(
        _("The org's address sent us elsewhere. We don't follow: our sign-in is for that address only."),
        _("Try again in some minutes. If it stays so, sign in again and check the org's address."),
        retry=True,
        sign_in=True,
    ),
    "UNABLE_TO_LOCK_ROW": remedy(
        _("Somebody else was changing the same record."),
        _("Try again. Only what is missing is sent."),
        retry=True,
    ),
    "API_VERSION_REFUSED": remedy(
        _("The org does not know the version of Salesforce that we asked for."),
        _("Click **Check again**: we ask the org for its versions first and take one of them."),
        retry=True,
    ),
    "API_DISABLED_FOR_ORG": _API_OFF,
    "API_CURRENTLY_DISABLED": _API_OFF,
    # Rights
    "INSUFFICIENT_ACCESS": NO_ACCESS,
    "INSUFFICIENT_ACCESS_OR_READONLY": NO_ACCESS,
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": NO_ACCESS,
    # The fact sheet knows it without a cause, so nobody is sent to look for a permission alone.
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": remedy(
        _("Salesforce refused to save this. A permission may be missing, or a trigger or rule forbids it."),
        _("Read the details: they hold Salesforce's own words. Put right what they name, then try again."),
        ADMIN,
        retry=True,
    ),
    "INVALID_TYPE": _NO_SETUP,
    "INVALID_FIELD": _NO_SETUP,
    "FIELDS_MISSING": _NO_SETUP,
    "NOT_FOUND": _NO_SETUP,
}
NO_ACCESS_FOR_GUESTS = remedy(
    _("Salesforce does not allow that to the user as whom we work here."),
    _("Do it by hand with your own user, or tell whoever sent you the link."),
    ADMIN,
)
