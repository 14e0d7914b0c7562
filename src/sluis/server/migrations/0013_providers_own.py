"""Lets the desk change what the registry says of its provider."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('server', '0012_outgoing_addresses'),
    ]

    operations = [
        migrations.AddField(
            model_name='provider',
            name='own',
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
