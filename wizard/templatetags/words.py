"""Filters for a `Text`: `words` gives HTML, `plain` the sentence without markup."""

from __future__ import annotations

from django import template

from wizard.messages import render

register = template.Library()
register.filter("words", render.words)
register.filter("plain", render.plain)
register.filter("detail", render.detail)
