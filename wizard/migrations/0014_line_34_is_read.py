"""Line 34 was only signed; now it is read whether anybody has to. What was signed before still counts."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FINDING = {
    "status": "cannot_check",
    "code": "log_out_first",
    "sentence": {
        "message": "No program sees who is signed in to Engagement in your browser.",
        "params": {},
    },
}


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    signed = apps.get_model("wizard", "StepState").objects.filter(step="log_out", finding__isnull=True)
    signed.filter(confirmed_at__isnull=False).update(finding=FINDING)


class Migration(migrations.Migration):
    dependencies = [("wizard", "0013_names_of_the_field")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
