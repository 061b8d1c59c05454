"""Since when who has a setup: asked only on the pages of a setup that somebody has."""

from __future__ import annotations

from datetime import datetime

from django import template

from wizard import assigning
from wizard.models import Setup

register = template.Library()


@register.simple_tag
def assigned(setup: Setup) -> datetime | None:
    return assigning.since(setup)
