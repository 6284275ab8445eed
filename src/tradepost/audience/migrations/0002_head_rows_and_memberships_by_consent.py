import django.db.models.deletion
from django.db import migrations, models


def no_header_is_no_head_row(apps, schema_editor):
    apps.get_model("audience", "Import").objects.filter(has_header=False).update(head_rows=0)


def one_head_row_is_a_header(apps, schema_editor):
    apps.get_model("audience", "Import").objects.filter(head_rows=0).update(has_header=False)


class Migration(migrations.Migration):
    dependencies = [("audience", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="head_rows",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.RunPython(no_header_is_no_head_row, one_head_row_is_a_header),
        migrations.RemoveField(model_name="import", name="has_header"),
        # Letting go of a consent looks for the memberships that rest on it, in a table of millions.
        migrations.AlterField(
            model_name="listmembership",
            name="consent",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="memberships",
                to="audience.consentrecord",
            ),
        ),
    ]
