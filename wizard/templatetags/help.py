"""What somebody else has to do about a line, for the stage's page."""

from __future__ import annotations

from django import template

from orgs.hosts import deep_link
from orgs.models import Org
from wizard.guides.base import Finding, Link
from wizard.messages import remedies
from wizard.stage import ask_colleague
from wizard.state.status import StepView

register = template.Library()


@register.simple_tag
def help_for(step: StepView, org: Org) -> ask_colleague.Help | None:
    return ask_colleague.help_for(step, org)


@register.simple_tag
def org_link(org: Org, link: Link) -> str:
    """Where this page of the org is."""
    return deep_link(org.instance_url, link.page, dict(link.params))


@register.simple_tag
def remedy_of(finding: Finding, guest: object = None) -> remedies.Remedy | None:
    """In the words for whoever looks."""
    return remedies.get(finding.remedy, guest=guest is not None) if finding.remedy else None
