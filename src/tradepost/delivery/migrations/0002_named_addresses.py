import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('delivery', '0001_initial'),
        ('merchants', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='incomingmail',
            name='is_listed',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name='incomingmail',
            index=models.Index(condition=models.Q(('is_listed', False)), fields=['merchant'], name='incoming_unlisted'),
        ),
        migrations.CreateModel(
            name='NamedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address_key', models.CharField(max_length=32)),
                ('mail', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='delivery.incomingmail')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('address_key', 'mail'), name='named_address_once')],
            },
        ),
    ]
