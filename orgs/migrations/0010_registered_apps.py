from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
import orgs.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0009_localhost'),
        ('teams', '0006_sessions_by_digest'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='connection',
            name='client_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=255),
        ),
        migrations.CreateModel(
            name='RegisteredApp',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('origin', models.URLField(blank=True, max_length=255)),
                ('client_id', models.CharField(max_length=255)),
                ('client_secret', orgs.fields.SecretField()),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='registered_apps', to='teams.team')),
            ],
            options={
                'ordering': ['origin'],
                'constraints': [models.UniqueConstraint(fields=('team', 'origin'), name='one_app_per_place')],
            },
        ),
    ]
