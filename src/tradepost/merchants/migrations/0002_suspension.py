from django.db import migrations, models

import tradepost.datamap.columns.typed


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="merchant",
            name="closing_because",
            field=tradepost.datamap.columns.typed.TypedTextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="merchant",
            name="suspended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="merchant",
            name="suspended_because",
            field=tradepost.datamap.columns.typed.TypedTextField(blank=True, null=True),
        ),
    ]
