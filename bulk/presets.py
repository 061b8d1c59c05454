"""A team's presets, kept and taken away."""

from __future__ import annotations

from django.utils import timezone

from bulk.models import Preset


def keep(preset: Preset) -> Preset:
    preset.updated_at = timezone.now()
    preset.save()
    return preset


def take_away(preset: Preset) -> None:
    """What was started with it stays as it is."""
    preset.delete()
