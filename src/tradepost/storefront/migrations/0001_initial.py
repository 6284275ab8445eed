import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('merchants', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ShopFront',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('accent', models.CharField(default='#12503a', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$')], verbose_name='colour')),
                ('typeface', models.CharField(choices=[('ledger', 'Ledger: Fraunces on titles'), ('modern', 'Modern: Inter throughout'), ('classic', 'Classic: a book face'), ('plain', "Plain: the reader's own face, nothing to load")], default='ledger', max_length=12, verbose_name='typefaces')),
                ('tagline', models.CharField(blank=True, max_length=160, verbose_name='one sentence about the shop')),
                ('introduction', models.TextField(blank=True, max_length=5000, verbose_name='greeting on the first page')),
                ('logo', models.JSONField(blank=True, default=dict)),
                ('dark', models.BooleanField(default=False, verbose_name='dark look')),
                ('logo_dark', models.JSONField(blank=True, default=dict)),
                ('banner', models.JSONField(blank=True, default=dict)),
                ('imprint', models.TextField(blank=True, max_length=50000, verbose_name='imprint')),
                ('returns', models.TextField(blank=True, max_length=50000, verbose_name='returns')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('merchant',), name='one_front_per_shop')],
            },
        ),
    ]
