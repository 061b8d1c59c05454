from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("wizard", "0010_looked_after"),
    ]

    operations = [
        migrations.AddField(
            model_name="guestinvitation",
            name="rights",
            field=models.JSONField(blank=True, null=True),
        ),
    ]
