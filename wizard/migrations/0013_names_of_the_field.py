from __future__ import annotations

import django.utils.timezone
from django.db import migrations, models

RENAMED = {
    ("standing", "summary"): models.CharField(default="in_progress", max_length=12, db_column="standing"),
    ("acted_at", "last_activity_at"): models.DateTimeField(
        default=django.utils.timezone.now, db_index=True, db_column="acted_at"
    ),
    ("looked_at", "drift_checked_at"): models.DateTimeField(blank=True, null=True, db_column="looked_at"),
    ("read_at", "drift_read_at"): models.DateTimeField(blank=True, null=True, db_column="read_at"),
}


class Migration(migrations.Migration):
    """New names in the code only: every column keeps its own, so that nothing in the database changes."""

    dependencies = [("wizard", "0012_read_after")]

    operations = [
        operation
        for (old, new), field in RENAMED.items()
        for operation in (
            migrations.AlterField("setup", old, field),
            migrations.RenameField("setup", old, new),
        )
    ] + [
        migrations.AlterField(
            "job",
            "kind",
            models.CharField(
                choices=[
                    ("check", "Check"),
                    ("apply", "Apply"),
                    ("undo", "Undo"),
                    ("people", "Sync Users"),
                    ("handover", "Handover"),
                ],
                max_length=10,
            ),
        )
    ]
