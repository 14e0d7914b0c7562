from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("certified_pickup", "0002_what_ended_is_found_by_its_time")]

    operations = [
        migrations.RenameField(model_name="release", old_name="deleted", new_name="put_away"),
    ]
