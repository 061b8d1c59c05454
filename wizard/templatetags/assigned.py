"""Since when who has a setup: asked only on the pages of a setup that somebody has."""

from __future__ import annotations

from datetime import datetime

from django import template

from wizard.models import Setup
from wizard.setups import assignment

register = template.Library()


@register.simple_tag
def assigned(setup: Setup) -> datetime | None:
    return assignment.since(setup)
