import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import tradepost.lib.clock
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('merchants', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('slug', models.SlugField(allow_unicode=True, max_length=140, verbose_name='address')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='children', to='catalog.category')),
            ],
            options={
                'ordering': ('position', 'name', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='ContentVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(default=1)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
        ),
        migrations.CreateModel(
            name='PriceChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('product_id', models.BigIntegerField()),
                ('variant_id', models.BigIntegerField(null=True)),
                ('currency', models.CharField(max_length=3)),
                ('price_minor', models.PositiveBigIntegerField()),
                ('at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ('at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=255, verbose_name='name')),
                ('slug', models.SlugField(allow_unicode=True, max_length=220, verbose_name='address')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('price_minor', models.PositiveBigIntegerField(verbose_name='price')),
                ('compare_at_minor', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='former price')),
                ('reduced_from_minor', models.PositiveBigIntegerField(editable=False, null=True)),
                ('tax_class', models.CharField(choices=[('standard', 'Standard rate'), ('reduced', 'Reduced rate'), ('zero', 'No tax')], default='standard', max_length=20, verbose_name='tax')),
                ('sku', models.CharField(blank=True, max_length=80, verbose_name='article number')),
                ('stock', models.PositiveIntegerField(blank=True, help_text='Empty: never sold out.', null=True, verbose_name='stock')),
                ('visible', models.BooleanField(default=True, verbose_name='visible in the shop')),
                ('weight_grams', models.PositiveIntegerField(default=0, verbose_name='weight in grams')),
                ('units', models.DecimalField(decimal_places=3, default=Decimal('0'), max_digits=12, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='shipping units')),
                ('needs_delivery', models.BooleanField(default=True, verbose_name='has to be delivered')),
                ('maker', models.CharField(blank=True, max_length=120, verbose_name='maker')),
                ('tags', models.CharField(blank=True, max_length=500, verbose_name='tags')),
                ('search_text', models.TextField(blank=True, editable=False)),
                ('list_handle', models.CharField(blank=True, editable=False, max_length=255)),
                ('created_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('updated_at', models.DateTimeField(blank=True, editable=False)),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='products', to='catalog.category')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ('name', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stem', models.CharField(max_length=200)),
                ('widths', models.JSONField(default=list)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('alt', models.CharField(blank=True, max_length=200, verbose_name='description for people who do not see it')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('source_url', models.CharField(blank=True, max_length=1000)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='catalog.product')),
            ],
            options={
                'ordering': ('position', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='FormerAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(allow_unicode=True, max_length=220)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_addresses', to='catalog.product')),
            ],
        ),
        migrations.CreateModel(
            name='ProductImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=200)),
                ('stored_as', models.CharField(blank=True, max_length=200)),
                ('state', models.CharField(choices=[('received', 'being read'), ('unreadable', 'cannot be read'), ('read', 'looked through'), ('running', 'importing'), ('done', 'done')], default='read', max_length=10)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('report', models.JSONField(default=dict)),
                ('job_id', models.PositiveBigIntegerField(null=True)),
                ('uploaded_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ('-uploaded_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='ProductOption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('values', models.JSONField(default=list, verbose_name='values')),
                ('position', models.PositiveIntegerField(default=0)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='options', to='catalog.product')),
            ],
            options={
                'ordering': ('position', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='TaxRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tax_class', models.CharField(choices=[('standard', 'Standard rate'), ('reduced', 'Reduced rate'), ('zero', 'No tax')], max_length=20, verbose_name='tax')),
                ('country', models.CharField(max_length=2, verbose_name='country')),
                ('rate', models.DecimalField(decimal_places=2, max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='per cent')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ('country', 'tax_class'),
            },
        ),
        migrations.CreateModel(
            name='Variant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('options', models.JSONField(default=dict)),
                ('label', models.CharField(blank=True, max_length=500)),
                ('sku', models.CharField(blank=True, max_length=80, verbose_name='article number')),
                ('own_price_minor', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='price')),
                ('stock', models.PositiveIntegerField(blank=True, null=True, verbose_name='stock')),
                ('own_weight_grams', models.PositiveIntegerField(blank=True, null=True, verbose_name='weight in grams')),
                ('reduced_from_minor', models.PositiveBigIntegerField(editable=False, null=True)),
                ('position', models.PositiveIntegerField(default=0)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('photo', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalog.photo', verbose_name='photo')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variants', to='catalog.product')),
            ],
            options={
                'ordering': ('position', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='StockMovement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('change', models.IntegerField()),
                ('left', models.PositiveIntegerField(null=True)),
                ('reason', models.CharField(choices=[('order', 'ordered'), ('returned', 'order cancelled or returned'), ('counted', 'counted'), ('import', 'import'), ('api', 'by a program')], max_length=12)),
                ('at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='movements', to='catalog.product')),
                ('variant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalog.variant')),
            ],
            options={
                'ordering': ('-at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='CatalogSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prices_include_tax', models.BooleanField(default=True, verbose_name='prices include tax')),
                ('tax_rule', models.CharField(choices=[('destination', 'The rate of the country the goods go to'), ('home', 'Always the rate of your own country')], default='destination', max_length=20, verbose_name='tax on goods to other EU countries')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('merchant',), name='one_catalog_settings_per_merchant')],
            },
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.UniqueConstraint(fields=('merchant', 'slug'), name='category_slug_once'),
        ),
        migrations.AddConstraint(
            model_name='contentversion',
            constraint=models.UniqueConstraint(fields=('merchant',), name='one_content_version_per_merchant'),
        ),
        migrations.AddIndex(
            model_name='pricechange',
            index=models.Index(fields=['product_id', 'at'], name='price_history'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['merchant', 'visible', 'name'], name='product_listing'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['merchant', 'visible', '-created_at'], name='product_newest'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['merchant', 'list_handle'], name='product_list_handle'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.UniqueConstraint(fields=('merchant', 'slug'), name='product_slug_once'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.UniqueConstraint(models.F('merchant'), django.db.models.functions.text.Lower('sku'), condition=models.Q(('sku', ''), _negated=True), name='product_sku_once'),
        ),
        migrations.AddConstraint(
            model_name='formeraddress',
            constraint=models.UniqueConstraint(fields=('merchant', 'slug'), name='former_address_once'),
        ),
        migrations.AddConstraint(
            model_name='productoption',
            constraint=models.UniqueConstraint(fields=('product', 'name'), name='option_name_once'),
        ),
        migrations.AddConstraint(
            model_name='taxrate',
            constraint=models.UniqueConstraint(fields=('merchant', 'tax_class', 'country'), name='tax_rate_once'),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.UniqueConstraint(models.F('merchant'), django.db.models.functions.text.Lower('sku'), condition=models.Q(('sku', ''), _negated=True), name='variant_sku_once'),
        ),
        migrations.AddIndex(
            model_name='stockmovement',
            index=models.Index(fields=['product', '-at'], name='stock_history'),
        ),
    ]
