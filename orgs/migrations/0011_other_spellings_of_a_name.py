from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0010_registered_apps'),
    ]

    operations = [
        migrations.AddField(
            model_name='orguser',
            name='other_spellings',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
    ]
