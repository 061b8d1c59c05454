"""Why an address typed is refused, for the form."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orgs.sign_in.messages.explanation import Words

#: Why an address is refused (`hosts.HostRefused.code`), for the form.
HOST_REFUSED: dict[str, Words] = {
    "empty": _("Type the org's My Domain address."),
    "too_long": _("This address is too long. The part up to the first slash is enough."),
    "not_ascii": _(
        "This address has letters that Salesforce's addresses never have. Copy it from the address bar."
    ),
    "not_an_address": _("This is not an address. Copy it from the address bar while you are in the org."),
    "scheme": _("The address has to begin with https://."),
    "mail_address": _(
        "This is a user name or a mail address. Type the org's own address, such as acme.my.salesforce.com."
    ),
    "user_info": _(
        "This address has a user name in it (the part before the @). We never send anybody to such "
        "an address."
    ),
    "port": _("Salesforce's addresses have no port (the number after the colon)."),
    "ip_address": _(
        "This is a number address. Type the org's My Domain address, such as acme.my.salesforce.com."
    ),
    "punycode": _(
        "This address is written in a way that can imitate another one (xn--). Salesforce's "
        "addresses never are."
    ),
    "not_https": _("This address is not encrypted (http). Only https addresses are allowed."),
    "instance_host": _(
        "This is the address of a server, not of the org. Open Setup, then My Domain, and copy the "
        "address there."
    ),
    "not_a_login_host": _(
        "This address belongs to Salesforce, but nobody signs in to an org there. Open Setup, then My "
        "Domain, and copy the address there."
    ),
    "site_host": _(
        "This is the address of a site for customers or partners, such as an Experience Cloud site. The "
        "org itself has another address. Open Setup, then My Domain, and copy that one."
    ),
    "not_salesforce": _(
        "This address does not belong to Salesforce, so we don't send you there. An org's address "
        "ends in .my.salesforce.com."
    ),
}

#: Added where the address tells which org is meant; that host is in the field by then.
HOST_PROPOSED: Words = _("Did you mean %(host)s? It is in the field now: check it, then sign in.")
