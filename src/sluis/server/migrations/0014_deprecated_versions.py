"""Lets the desk say which versions are deprecated in an environment, and until when they work."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('server', '0013_providers_own'),
    ]

    operations = [
        migrations.AddField(
            model_name='environment',
            name='deprecations',
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
