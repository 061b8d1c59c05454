"""What a person wishes to be told is the notices' now. The column goes a version later: see `db_default`."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("teams", "0007_mail_about_guests")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="user", name="mail_about_guests")]
        ),
    ]
