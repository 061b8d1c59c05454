"""Who wished to be mailed about guests still is."""

from django.db import migrations

MOVE = """
INSERT INTO notices_channel (id, type, person_id, kinds, address, host, secret, language, created_at)
SELECT gen_random_uuid(), 'mail', id, ARRAY['guest_opened', 'guest_done'], '', '', '', '', now()
FROM teams_user WHERE mail_about_guests
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_initial"),
        ("teams", "0007_mail_about_guests"),
    ]

    operations = [migrations.RunSQL(MOVE, migrations.RunSQL.noop)]
