"""What somebody else has to do about a line, for the stage's page."""

from __future__ import annotations

from django import template

from orgs.models import Org
from wizard.remedies import colleague
from wizard.status import StepView

register = template.Library()


@register.simple_tag
def help_for(step: StepView, org: Org) -> colleague.Help | None:
    return colleague.help_for(step, org)
