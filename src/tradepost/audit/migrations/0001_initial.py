from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('merchant_id', models.BigIntegerField(db_index=True, null=True)),
                ('actor', models.CharField(max_length=80)),
                ('action', models.CharField(db_index=True, max_length=80)),
                ('target', models.CharField(blank=True, db_index=True, max_length=120)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('detail', models.JSONField(blank=True, default=dict)),
                ('previous', models.CharField(max_length=64)),
                ('seal', models.CharField(max_length=64, unique=True)),
            ],
            options={
                'verbose_name_plural': 'entries',
                'ordering': ['-pk'],
            },
        ),
    ]
