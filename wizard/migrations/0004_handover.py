from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [('wizard', '0003_fill_standing')]

    operations = [
        migrations.AlterField(
            model_name='job',
            name='kind',
            field=models.CharField(
                choices=[
                    ('check', 'Check'),
                    ('apply', 'Apply'),
                    ('undo', 'Undo'),
                    ('people', 'People'),
                    ('handover', 'Handover'),
                ],
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint(model_name='job', name='one_writing_job_per_org'),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.UniqueConstraint(
                condition=Q(kind__in=('apply', 'undo', 'handover'), state__in=('queued', 'running')),
                fields=('org',),
                name='one_writing_job_per_org',
            ),
        ),
    ]
