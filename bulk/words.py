"""What is said of a list of clients and of a row, by its code."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Why nothing of what was handed in can be used.
UNREADABLE: Mapping[str, Promise] = {
    "empty": _("There is no client in it. Put one client in each row, with an e-mail address."),
    "no_text": _("This is no text. In your spreadsheet, save the list as CSV, and choose that file."),
    "no_client_column": _("The first row names no column Client. Name the columns Client and E-mail there."),
    "no_email_column": _("The first row names no column E-mail. Name the columns Client and E-mail there."),
    "too_many": _("There are %(count)s clients in it. Hand in at most %(most)s at a time."),
}

#: What speaks against a row; `about` is what it is about.
ROW: Mapping[str, Promise] = {
    "broken": _("This row can't be taken apart: “%(about)s”. Type it here."),
    "no_client": _("The client's name is missing."),
    "client_long": _("The client's name is longer than 200 characters."),
    "formula": _("A client's name does not begin like a formula: = + - @. Type the name."),
    "no_email": _("The e-mail address is missing."),
    "email_wrong": _("%(about)s is no e-mail address."),
    "unknown_preset": _("There is no preset %(about)s in this team. Make it, or take another one."),
    "mid_wrong": _("The account ID (MID) holds only digits, 4 to 12 of them."),
    "doubled": _("This client is in row %(about)s already. Leave one of the two out."),
    "client_there": _("A setup for %(about)s is open already. Leave the row out, or change the name."),
    "too_often": _("Very many clients were started today, so this one was not. Start it again later."),
    "refused_address": _("The mail server does not take %(about)s. Nothing was started for this client."),
}

#: Why a start stopped by itself.
STOPPED: Mapping[str, Promise] = {
    "no_mail": _(
        "We can't send e-mail right now, so nothing more was started. "
        "Ask whoever runs Connect Guide to look at the mail server. Then go on."
    ),
    "not_allowed": _(
        "Whoever started it may not start setups in this team any more. Go on in your own name."
    ),
}
