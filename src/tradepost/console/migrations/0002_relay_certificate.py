from django.db import migrations, models

import tradepost.lib.clock


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="RelayCertificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=270, unique=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, max_length=300)),
                ("needs_tls", models.BooleanField(default=False)),
                ("looked_at", models.DateTimeField(default=tradepost.lib.clock.now)),
            ],
        ),
    ]
