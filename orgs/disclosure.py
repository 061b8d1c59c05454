"""What every sign-in reads, whichever guide is done, and what is kept: for a client's IT team.

Made from the lists that the code itself works with; `tests/wizard/views/test_it_team.py` compares
them with the requests of a whole journey.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orgs import directory, discovery
from orgs.sign_in import flow
from orgs.tasks import IDLE

Words = str | Promise


@dataclass(frozen=True)
class Reading:
    """One object that is read. `filters` only narrow the query down."""

    sobject: str
    fields: tuple[str, ...]
    why: Words
    filters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kept:
    """Something that we store, and until when."""

    what: Words
    until: Words


READS = (
    Reading(
        "Organization", flow.ORGANIZATION_FIELDS, _("To name the org and tell a sandbox from production.")
    ),
    Reading(
        "User",
        directory.READ_FIELDS,
        _("A list of the org's people, so that you can choose who gets the new permission set."),
        filters=("UserType",),
    ),
    Reading(
        "InstalledSubscriberPackage",
        discovery.VERSION_FIELDS,
        _("To find the installed version of Marketing Cloud Connect. Salesforce gives the list unfiltered."),
    ),
)
#: Objects of which the names of the fields are read, not their rows.
DESCRIBED = discovery.DESCRIBED

KEPT = (
    Kept(
        _("The access token and the refresh token, encrypted."),
        _(
            "Until the setup is handed over or somebody ends our access, at the latest after "
            "%(days)s days without use. If the team keeps watching after the handover, until somebody "
            "does that. Then we stop using them, and tell Salesforce to revoke them. "
            "Once it confirms that, they are erased here. If it never does, after two days at most."
        ),
    ),
    Kept(_("The list of the org's people."), _("Erased at the same moment as the tokens.")),
    Kept(
        _("The org's name, id and addresses, and the name, username and language of who signed in."),
        _("With the setup, as part of its record."),
    ),
    Kept(
        _("The name, user id and language of a guest who came by a link, and what that user may do."),
        _(
            "With the setup, as part of its record. Their sign-in itself is ended at once, "
            "unless the org has no other."
        ),
    ),
    Kept(
        _("What the last check saw of the objects listed here, and the result for each item."),
        _("With the setup, as the proof in its report."),
    ),
    Kept(
        _("What was done: who, when, what, before and after."),
        _("With the setup, as its history."),
    ),
)
IDLE_DAYS = IDLE.days
