"""The lines of a pasted list that mean nobody: why, and what a person may choose instead."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext_lazy, ngettext

from orgs.models import OrgUser
from orgs.people_matching import Matched, NotMatched

WHY_NOT = {
    NotMatched.UNKNOWN: gettext_lazy("is not a username, e-mail, user id or name here"),
    NotMatched.INACTIVE: gettext_lazy("is inactive in Salesforce"),
    NotMatched.AMBIGUOUS: gettext_lazy("fits several people: choose one"),
    NotMatched.SIMILAR: gettext_lazy("is nobody here. Did you mean:"),
    NotMatched.ASIDE: gettext_lazy("stands beside another person. If this one was meant too, choose:"),
    NotMatched.REMARK: gettext_lazy("stands in a remark or a header. If this one was meant too, choose:"),
}


class NotAdded(NamedTuple):
    line: str
    reason: str
    candidates: tuple[OrgUser, ...] = ()


def not_added(matched: Matched) -> list[NotAdded]:
    return [NotAdded(each.line, str(WHY_NOT[each.reason]), each.candidates) for each in matched.unmatched]


def with_choice(pasted: str, meant: str) -> str:
    """The list in which one line became the person who was chosen: `meant` is their id, a blank, the line."""
    user_id, _blank, line = meant.partition(" ")
    if not user_id:
        return pasted
    kept = [each for each in pasted.splitlines() if each.strip() != line]
    return "\n".join([*kept, user_id])


def about_endings(matched: Matched) -> str:
    """What to say where people were found without what a sandbox adds; else nothing."""
    if not matched.without_ending:
        return ""
    text = ngettext(
        "This sandbox adds %(endings)s to usernames or addresses: %(n)d person was found without it.",
        "This sandbox adds %(endings)s to usernames or addresses: %(n)d people were found without it.",
        matched.without_ending,
    )
    return text % {"endings": ", ".join(sorted(matched.endings)), "n": matched.without_ending}
