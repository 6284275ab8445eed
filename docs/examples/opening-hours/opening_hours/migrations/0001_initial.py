import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("merchants", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Hours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(max_length=1000)),
                ("merchant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="merchants.merchant")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("merchant",), name="hours_once")]},
        ),
    ]
