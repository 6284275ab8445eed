from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notice", "0002_transition")]

    operations = [
        migrations.AddField(
            model_name="transition",
            name="told",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
