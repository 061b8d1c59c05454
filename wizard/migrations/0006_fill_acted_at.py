from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce


def fill(apps: Any, schema_editor: Any) -> None:
    """When a person last did something in each setup, from its events."""
    setups = apps.get_model("wizard", "Setup").objects
    events = apps.get_model("wizard", "Event").objects.filter(setup=OuterRef("pk"), actor__isnull=False)
    last = events.order_by().values("setup").annotate(at=Max("at")).values("at")
    setups.update(acted_at=Coalesce(Subquery(last), F("created_at")))


class Migration(migrations.Migration):
    dependencies = [("wizard", "0005_people_around_a_setup")]

    # A migration of its own: PostgreSQL changes no table that still has updates to check.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
