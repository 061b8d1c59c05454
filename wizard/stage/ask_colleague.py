"""What to do about a line; and what a person who can't do it themselves sends to somebody who can."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from orgs.hosts import deep_link
from orgs.models import Org
from wizard.guides import screen_labels
from wizard.guides.base import Finding
from wizard.guides.text import Text
from wizard.messages.remedies import get
from wizard.messages.remedies.remedy import NOBODY, OPERATOR, YOU
from wizard.messages.render import plain
from wizard.state.status import StepView

RIGHT_MISSING = "RIGHT_MISSING"


@dataclass(frozen=True)
class Help:
    """What to do about a line, who can, where in the org; and the text for a colleague, if they can."""

    do: Text
    who: Text | None  # nobody is named to a reader who can do it
    page: str = ""
    text: str = ""


def help_for(view: StepView, org: Org) -> Help | None:
    """Nothing for a line that is done, or of which nobody knows what helps."""
    finding, screen = view.finding, org.connection.language
    if view.done or finding is None or not finding.remedy:
        return None
    remedy = get(finding.remedy)
    page = deep_link(org.instance_url, remedy.where) if remedy.where else ""
    if remedy.who in (YOU, NOBODY, OPERATOR):
        return Help(remedy.do, None if remedy.who == YOU else remedy.who, page)
    asked = (
        _for_a_right(finding, screen)
        if finding.remedy == RIGHT_MISSING
        else _for_a_change(view, finding, screen)
    )
    text = "\n".join((_greeting(org), asked, *_where(page), _("Thank you.")))
    return Help(remedy.do, remedy.who, page, text)


def _greeting(org: Org) -> str:
    return _(
        "Hello, I am setting up connected app authentication for Marketing Cloud Connect in the Salesforce "
        "org %(org)s (%(address)s), as %(username)s. I need your help:"
    ) % {"org": org.name, "address": org.instance_url, "username": org.connection.username}


def _for_a_right(finding: Finding, screen: str) -> str:
    """The permissions by the names that Salesforce shows."""
    asked = _(
        "%(sentence)s Please give me a permission set with this (%(place)s): %(names)s. "
        "Or do that step yourself; I can tell you which clicks it takes."
    )
    groups = [name.split(" / ") for name in finding.details if isinstance(name, str)]
    names = _(" and ").join(_(" or ").join(_label(each, screen) for each in group) for group in groups)
    place = " > ".join(_label(each, screen) for each in ("Setup", "Permission Sets", "System Permissions"))
    return asked % {"sentence": plain(finding.sentence, screen), "place": place, "names": names}


def _label(english: str, screen: str) -> str:
    theirs = screen_labels.beside(english, screen)
    return f"{english} ({theirs})" if theirs else english


def _for_a_change(view: StepView, finding: Finding, screen: str) -> str:
    remedy = get(finding.remedy or "")
    parts = [
        _("What has to be true: %(title)s.") % {"title": plain(view.step.title)},
        plain(finding.sentence, screen),
        *([_("Now: %(value)s.") % {"value": plain(finding.now, screen)}] if finding.now else []),
        *([_("Must be: %(value)s.") % {"value": plain(finding.must, screen)}] if finding.must else []),
        plain(remedy.do, screen),
        plain(remedy.who),
    ]
    return " ".join(parts)


def _where(page: str) -> list[str]:
    return [_("The page in this org: %(address)s") % {"address": page}] if page else []
