from __future__ import annotations

from django import template

from teams.demo import DemoPerson, people_to_sign_in_as

register = template.Library()


@register.simple_tag
def demo_people() -> list[DemoPerson]:
    """Who can be signed in as with one click: nobody outside a try-out."""
    return people_to_sign_in_as()
