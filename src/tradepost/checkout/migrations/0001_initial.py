import django.core.validators
import django.db.models.deletion
import tradepost.checkout.models
import tradepost.lib.clock
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('audience', '0001_initial'),
        ('catalog', '0001_initial'),
        ('merchants', '0001_initial'),
        ('orders', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=tradepost.checkout.models.new_token, max_length=32, unique=True)),
                ('former_token', models.CharField(blank=True, db_index=True, max_length=32)),
                ('order_mark', models.CharField(blank=True, max_length=64)),
                ('at_checkout_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('touched_at', models.DateTimeField(db_index=True, default=tradepost.lib.clock.now)),
                ('ordered_at', models.DateTimeField(blank=True, null=True)),
                ('return_url', models.CharField(blank=True, max_length=1000)),
                ('session_data', models.TextField(blank=True)),
                ('coupon_code', models.CharField(blank=True, max_length=60)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('language', models.CharField(blank=True, max_length=10)),
                ('source', models.CharField(choices=[('storefront', 'shop front'), ('cart', 'drop-in cart'), ('buy_link', 'buy button'), ('api', 'API'), ('office', 'entered by hand')], default='cart', max_length=20)),
                ('currency_changed', models.BooleanField(default=False)),
                ('continues', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='checkout.cart')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CartLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_variant', models.BooleanField(default=False)),
                ('description', models.CharField(blank=True, max_length=1000)),
                ('options', models.CharField(blank=True, max_length=1000)),
                ('sku', models.CharField(blank=True, max_length=80)),
                ('quantity', models.PositiveIntegerField(default=1)),
                ('unit_minor', models.PositiveBigIntegerField(blank=True, null=True)),
                ('bands', models.JSONField(blank=True, default=list)),
                ('page_price_minor', models.PositiveBigIntegerField(blank=True, null=True)),
                ('tax_rate', models.DecimalField(blank=True, decimal_places=3, max_digits=6, null=True)),
                ('units', models.DecimalField(blank=True, decimal_places=3, max_digits=12, null=True)),
                ('no_shipping', models.BooleanField(default=False)),
                ('quantity_box', models.PositiveSmallIntegerField(choices=[(0, 'quantity box'), (1, 'no quantity box'), (2, 'a checkbox to remove it'), (3, 'checkbox and quantity')], default=0)),
                ('thumb_url', models.CharField(blank=True, max_length=1000)),
                ('product_url', models.CharField(blank=True, max_length=1000)),
                ('signed', models.BooleanField(default=False)),
                ('has_old_hash', models.BooleanField(default=False)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('cart', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='checkout.cart')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalog.product')),
                ('variant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalog.variant')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Coupon',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, verbose_name='code')),
                ('percent', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0.01')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='per cent off')),
                ('amount_minor', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='amount off')),
                ('active', models.BooleanField(default=True, verbose_name='accepted')),
                ('minimum_minor', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='from a value of')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('most_uses', models.PositiveIntegerField(blank=True, null=True, verbose_name='how often in all')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ('code',),
            },
        ),
        migrations.CreateModel(
            name='CouponUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('coupon', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='checkout.coupon')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='orders.order')),
            ],
        ),
        migrations.CreateModel(
            name='DeliveryMethod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('kind', models.CharField(choices=[('send', 'Goods are sent'), ('collect', 'Customers collect in the shop')], default='send', max_length=8, verbose_name='kind')),
                ('collect_at', models.TextField(blank=True, max_length=1000, verbose_name='address and opening hours')),
                ('estimate', models.CharField(blank=True, help_text='Such as: 2–3 working days', max_length=120, verbose_name='how long it takes')),
                ('countries', models.JSONField(blank=True, default=list, verbose_name='countries')),
                ('rule', models.CharField(choices=[('flat', 'One price'), ('weight', 'By weight (grams)'), ('units', 'By shipping units'), ('value', 'By value of the goods')], default='flat', max_length=10, verbose_name='price')),
                ('price_minor', models.PositiveBigIntegerField(default=0, verbose_name='price')),
                ('tiers', models.JSONField(blank=True, default=list, verbose_name='steps')),
                ('free_from_minor', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='free from')),
                ('tax_class', models.CharField(choices=[('standard', 'Standard rate'), ('reduced', 'Reduced rate'), ('zero', 'No tax')], default='standard', max_length=20, verbose_name='tax')),
                ('payments', models.JSONField(blank=True, default=list, verbose_name='ways of paying')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('active', models.BooleanField(default=True, verbose_name='offered')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ('position', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='LinkProblem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('refused', 'refused'), ('price', 'price differs'), ('rounded', 'price rounded')], max_length=10)),
                ('digest', models.CharField(max_length=32)),
                ('message', models.CharField(max_length=300)),
                ('field', models.CharField(blank=True, max_length=60)),
                ('value', models.CharField(blank=True, max_length=120)),
                ('product', models.CharField(blank=True, max_length=120)),
                ('page', models.CharField(blank=True, max_length=300)),
                ('times', models.PositiveIntegerField(default=1)),
                ('first_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('last_at', models.DateTimeField(db_index=True, default=tradepost.lib.clock.now)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ('-last_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='CartSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mode', models.CharField(choices=[('safe', 'Safe: your product’s own price, and for what is not in your catalogue only a signed one'), ('signed', 'Signed: only links and forms with a valid hash, at the price they say'), ('catalogue', 'Catalogue: only what is in your catalogue, always at the price of your product'), ('open', 'Open: any price is taken as the page says it; the order is marked')], default='safe', max_length=12, verbose_name='prices in links and forms')),
                ('old_pages_asked_at', models.DateTimeField(blank=True, null=True)),
                ('old_secret', models.TextField(blank=True)),
                ('old_hash_used_at', models.DateTimeField(blank=True, null=True)),
                ('return_totals', models.CharField(choices=[('none', 'Nothing is handed over'), ('get', 'In the address (GET)'), ('post', 'As a form (POST)')], default='get', max_length=4)),
                ('link_key_number', models.PositiveIntegerField(default=1)),
                ('rounding', models.CharField(choices=[('line', 'Tax is rounded for each line'), ('total', 'Tax is rounded once for each rate')], default='line', max_length=8, verbose_name='rounding')),
                ('website_hosts', models.CharField(blank=True, help_text='Host names, separated by spaces. Buyers are sent back there without a question.', max_length=500, verbose_name='your other websites')),
                ('currency_number', models.CharField(blank=True, help_text='Only if your pages send a currency number: the one that means your currency.', max_length=4, verbose_name='currency number in your old links')),
                ('terms', models.TextField(blank=True, help_text='Shown to buyers before they order.', verbose_name='terms of sale')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('newsletter_list', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='audience.contactlist', verbose_name='list of the newsletter box at the checkout')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('merchant',), name='one_cart_settings_per_merchant')],
            },
        ),
        migrations.AddConstraint(
            model_name='coupon',
            constraint=models.UniqueConstraint(fields=('merchant', 'code'), name='coupon_code_once'),
        ),
        migrations.AddConstraint(
            model_name='couponuse',
            constraint=models.UniqueConstraint(fields=('coupon', 'order'), name='coupon_use_once'),
        ),
        migrations.AddConstraint(
            model_name='linkproblem',
            constraint=models.UniqueConstraint(fields=('merchant', 'digest'), name='link_problem_once'),
        ),
    ]
