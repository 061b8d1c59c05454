"""What somebody else has to do about a line, for the stage's page."""

from __future__ import annotations

from django import template

from orgs.models import Org
from wizard.stage import ask_colleague
from wizard.state.status import StepView

register = template.Library()


@register.simple_tag
def help_for(step: StepView, org: Org) -> ask_colleague.Help | None:
    return ask_colleague.help_for(step, org)
