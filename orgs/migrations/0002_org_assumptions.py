from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("orgs", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="org",
            name="assumptions",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
