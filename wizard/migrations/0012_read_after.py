"""When the watched org was read last; and no watching where somebody has disconnected from the org since."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def end_without_keys(apps: Any, _editor: Any) -> None:
    setups = apps.get_model("wizard", "Setup").objects.filter(finished_at__isnull=False, keep_watching=True)
    setups.filter(org__connection__state="revoked").update(keep_watching=False, drifted=[])


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0005_whose_grant_is_revoked"),
        ("wizard", "0011_rights_of_a_guest"),
    ]

    operations = [
        migrations.AddField(
            model_name="setup",
            name="read_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(end_without_keys, migrations.RunPython.noop),
    ]
