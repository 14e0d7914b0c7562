"""Tells from an index who subscribes to an API, what an organisation has here, and asked."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('server', '0009_key_pairs'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='subscription',
            name='subscription_by_state',
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(fields=['environment', 'api', 'state', 'organisation'], name='subscription_by_state'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(fields=['environment', 'organisation'], name='subscription_by_owner'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['organisation', 'provider'], name='ticket_by_owner'),
        ),
    ]
