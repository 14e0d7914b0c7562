"""Lets the desk say which versions are deprecated in an environment, and until when they work."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('server', '0012_outgoing_addresses'),
    ]

    operations = [
        migrations.AddField(
            model_name='environment',
            name='deprecations',
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
