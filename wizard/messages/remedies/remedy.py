"""What a remedy is, and who can do it."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _


@dataclass(frozen=True)
class Remedy:
    """A code explained: what happened, what to do, who can, and on which Salesforce page.

    `where` is a page that `orgs.hosts.deep_link` knows and that needs no record id. `retry`
    tells whether simply trying again is worth it, `sign_in` that a new sign-in to the org helps,
    `by_hand` that the same person can do it on Salesforce's own page, `quotes` that Salesforce's own
    words belong to the sentence, because we don't know more than they say, `by_choice` that it may be
    the choices of the first stage that are wrong.
    """

    happened: Text
    do: Text
    who: Text
    where: str | None = None
    retry: bool = False
    sign_in: bool = False
    by_hand: bool = False
    quotes: bool = False
    by_choice: bool = False


YOU = Text(_("You can do this."))
NOBODY = Text(_("Nobody has to do anything else."))
ADMIN = Text(_("A system administrator of the org can do this."))
APP_ADMIN = Text(_("Somebody with **Customize Application** and **Manage Connected Apps** can do this."))
SET_ADMIN = Text(_("Somebody with **Manage Profiles and Permission Sets** can do this."))
ASSIGN_ADMIN = Text(_("Somebody with **Assign Permission Sets** can do this."))
USER_ADMIN = Text(_("Somebody with **Manage Users** can do this."))
PACKAGE_ADMIN = Text(_("Somebody with the permission set **Marketing Cloud Connector Admin** can do this."))
ENGAGEMENT_ADMIN = Text(_("The Engagement administrator can do this."))
OPERATOR = Text(_("The people who run Connect Guide can do this."))


def remedy(
    happened: str,
    do: str,
    who: Text = YOU,
    where: str | None = None,
    *,
    retry: bool = False,
    sign_in: bool = False,
    by_hand: bool = False,
    quotes: bool = False,
    by_choice: bool = False,
) -> Remedy:
    return Remedy(Text(happened), Text(do), who, where, retry, sign_in, by_hand, quotes, by_choice)
