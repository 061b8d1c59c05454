"""What a person who can't do something themselves sends to somebody who can."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from orgs.hosts import deep_link
from orgs.models import Org
from wizard.guides.base import Finding
from wizard.guides.text import Text
from wizard.messages.remedies import get
from wizard.messages.remedies.remedy import NOBODY, OPERATOR, YOU
from wizard.messages.render import plain
from wizard.state.status import StepView

RIGHT_MISSING = "RIGHT_MISSING"


@dataclass(frozen=True)
class Help:
    """What to do about a line, who can, and the text for them."""

    do: Text
    who: Text
    text: str


def help_for(view: StepView, org: Org) -> Help | None:
    """Nothing for a line that is done, that needs nobody, or that the reader can put right."""
    finding = view.finding
    if view.done or finding is None or not finding.remedy:
        return None
    remedy = get(finding.remedy)
    if remedy.who in (YOU, NOBODY, OPERATOR):
        return None
    page = deep_link(org.instance_url, remedy.where) if remedy.where else ""
    asked = _for_a_right(finding) if finding.remedy == RIGHT_MISSING else _for_a_change(view, finding)
    return Help(remedy.do, remedy.who, "\n".join((_greeting(org), asked, *_where(page), _("Thank you."))))


def _greeting(org: Org) -> str:
    return _(
        "Hello, I am setting up connected app authentication for Marketing Cloud Connect in the Salesforce "
        "org %(org)s (%(address)s), as %(username)s. I need your help:"
    ) % {"org": org.name, "address": org.instance_url, "username": org.connection.username}


def _for_a_right(finding: Finding) -> str:
    """The permissions by the names that Salesforce shows."""
    asked = _(
        "%(sentence)s Please give me a permission set with this (Setup > Permission Sets > System "
        "Permissions): %(names)s. Or do that step yourself; I can tell you which clicks it takes."
    )
    names = _(" and ").join(name.replace(" / ", _(" or ")) for name in finding.details)
    return asked % {"sentence": plain(finding.sentence), "names": names}


def _for_a_change(view: StepView, finding: Finding) -> str:
    remedy = get(finding.remedy or "")
    parts = [
        _("What has to be true: %(title)s.") % {"title": plain(view.step.title)},
        plain(finding.sentence),
        *([_("Now: %(value)s.") % {"value": plain(finding.now)}] if finding.now else []),
        *([_("Must be: %(value)s.") % {"value": plain(finding.must)}] if finding.must else []),
        plain(remedy.do),
        plain(remedy.who),
    ]
    return " ".join(parts)


def _where(page: str) -> list[str]:
    return [_("The page in this org: %(address)s") % {"address": page}] if page else []
