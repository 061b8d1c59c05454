from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """A setup can be put away; then it keeps no other one from being begun in its org."""

    dependencies = [("wizard", "0015_language_of_a_guest")]

    operations = [
        migrations.AddField("setup", "archived_at", models.DateTimeField(blank=True, null=True)),
        migrations.RemoveConstraint("setup", "one_open_setup_per_org_and_guide"),
        migrations.AddConstraint(
            "setup",
            models.UniqueConstraint(
                fields=["org", "guide_key"],
                condition=models.Q(finished_at__isnull=True, archived_at__isnull=True),
                name="one_open_setup_per_org_and_guide",
            ),
        ),
    ]
