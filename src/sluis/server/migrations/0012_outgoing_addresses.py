"""Lets the desk say from which addresses an environment calls others."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('server', '0011_told_by_container'),
    ]

    operations = [
        migrations.AddField(
            model_name='environment',
            name='outgoing_addresses',
            field=models.JSONField(blank=True, null=True),
        ),
    ]
