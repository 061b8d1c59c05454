"""What an explanation of a sign-in that ended badly holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Way(StrEnum):
    """A button that is the remedy."""

    AGAIN = "again"  # the same sign-in once more
    ELSEWHERE = "elsewhere"  # choose another address
    USAGE_PAGE = "usage_page"  # Connected Apps OAuth Usage in that org
    THERE = "there"  # where the org answers now
    REGISTER = "register"  # the page on which an owner stores an app's key and secret
    START = "start"  # a setup of its own in the org that was signed in to


@dataclass(frozen=True)
class Explanation:
    title: Words
    happened: Words
    do: tuple[Words, ...]
    who: Words
    ways: tuple[Way, ...] = (Way.AGAIN,)
    copy: Words = ""  # for the colleague who can fix it
    at_central: Words = ""  # told too where the sign-in began at login. or test., which know no local app


YOU = _("You, now.")
ADMIN = _("A Salesforce admin of this org.")
OWNER = _("An owner of the team.")
INSTALLER = _("The person who runs this Connect Guide.")
