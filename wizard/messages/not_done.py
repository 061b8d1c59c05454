"""Why an act was not done, by its code (`teams.acting.acts.NotDone`)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from teams import limits
from teams.acting.acts import NotDone


class Weight(StrEnum):
    """How a page shows it: the names of Django's messages."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Reason(NamedTuple):
    weight: Weight
    words: str | Promise


INFO, WARNING, ERROR = Weight

REASONS: Mapping[str, Reason] = {
    "finished": Reason(INFO, _("This setup is handed over. Open it again to change something.")),
    "sign_in_first": Reason(WARNING, _("Sign in to the org again first. Nothing is lost.")),
    "lacks_rights": Reason(WARNING, _("%(why)s So we change nothing for you here.")),
    "nothing_to_change": Reason(INFO, _("There is nothing left to change here.")),
    "nothing_to_undo": Reason(INFO, _("There is nothing of ours left to undo here.")),
    "plan_changed": Reason(
        WARNING, _("The org has changed since this page was made. This is the new plan: look at it again.")
    ),
    "name_missing": Reason(ERROR, _("Type the name of the org exactly as it is shown.")),
    "prove_yourself": Reason(INFO, _("Before this, we make sure that it is still you.")),
    "changes_running": Reason(
        WARNING, _("Changes are being made right now. Wait until they are done, or stop them.")
    ),
    "not_waiting": Reason(INFO, _("This stage does not have to wait any more.")),
    "reason_missing": Reason(
        ERROR, _("Say in a few words why it can't wait. The reason stands in the report.")
    ),
    "read_by_us": Reason(INFO, _("This item is read from Salesforce, so it needs no confirmation.")),
    "not_confirmed": Reason(ERROR, _("Nothing is confirmed yet. Press the button with your name.")),
    "newer_setup_open": Reason(INFO, _("A newer setup is open in this org. Carry on there.")),
    "other_setup_open": Reason(
        WARNING, _("Another setup is open in this org. Carry on there, or archive that one first.")
    ),
    "cannot_look": Reason(INFO, _("We can't look any more. Open this setup again, and sign in to the org.")),
    "known_why": Reason(ERROR, _("Say in a few words why this difference is all right.")),
    "known_until": Reason(ERROR, _("Choose a day within the next year, up to which it is all right.")),
    "not_drifted": Reason(INFO, _("This is right again, or the setup is open again.")),
    "known_already": Reason(INFO, _("%(who)s has said so already. You see it below.")),
    "return_refused": Reason(
        ERROR, _("The address to go on to is refused: it begins with https and names a host.")
    ),
    "not_known": Reason(INFO, _("Nobody says any more that this difference is all right.")),
    "not_offered": Reason(INFO, _("That is not offered any more. Look at the item again.")),
    "lines_fell": Reason(
        WARNING, _("Items are open now that were not open on this page. Look at them, then decide again.")
    ),
    "link_over": Reason(INFO, _("This link was over already.")),
    "client_there": Reason(WARNING, _("A setup for %(client)s is open already.")),
    "no_mail": Reason(
        ERROR, _("We could not send the e-mail, so no link was made. Try again, or leave this empty.")
    ),
}


def words(why: NotDone) -> str:
    """What happened and what to do, for the person who asked for it."""
    if why.code == "too_often":
        return limits.words(int(str(why.params["seconds"])))
    return str(REASONS[why.code].words) % why.params


def weight(why: NotDone) -> Weight:
    return REASONS[why.code].weight if why.code in REASONS else WARNING
