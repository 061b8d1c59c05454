from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import migrations

PLACES = (("Org", "instance_url"), ("Org", "login_origin"), ("Connection", "origin"), ("Revocation", "origin"))


def move(apps: Any, schema_editor: object) -> None:
    """The try-out's stand-in was at 127.0.0.1 before: what was connected there goes on at localhost."""
    for here in settings.SALESFORCE_EXTRA_ORIGINS:
        before = here.replace("//localhost:", "//127.0.0.1:")
        if before in settings.SALESFORCE_EXTRA_ORIGINS:
            continue
        for model, field in PLACES:
            apps.get_model("orgs", model).objects.filter(**{field: before}).update(**{field: here})


class Migration(migrations.Migration):
    dependencies = [("orgs", "0008_where_tokens_came_from")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
