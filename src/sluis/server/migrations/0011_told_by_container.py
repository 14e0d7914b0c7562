"""Begins an index with the container, so that all that a step tells lies on one page of it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('server', '0010_lists_of_the_desk'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='storednotification',
            name='told_by_subject',
        ),
        migrations.AddIndex(
            model_name='storednotification',
            index=models.Index(fields=['subject', 'environment', 'organisation', 'stored_at'], name='told_by_container'),
        ),
    ]
