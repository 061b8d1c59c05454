"""Who is signed in stays so: the keys of sessions become what `teams.sessions` looks for."""

from django.db import migrations

_DIGEST = "left(encode(sha256(convert_to(session_key, 'UTF8')), 'hex'), 40)"


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0005_preferences"),
        ("sessions", "0001_initial"),
        ("usersessions", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(f"UPDATE {table} SET session_key = {_DIGEST}", migrations.RunSQL.noop)
        for table in ("django_session", "usersessions_usersession")
    ]
