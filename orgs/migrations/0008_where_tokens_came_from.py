from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    """Until now it was always the org's own address."""
    org = apps.get_model("orgs", "Org").objects.filter(pk=OuterRef("org_id"))
    apps.get_model("orgs", "Connection").objects.update(origin=Subquery(org.values("instance_url")[:1]))


class Migration(migrations.Migration):
    dependencies = [("orgs", "0007_language_of_a_connection")]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="origin",
            field=models.URLField(blank=True, db_default="", default="", max_length=255),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
