import django.db.models.deletion
import django.utils.timezone
import tradepost.orders.models.order
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('merchants', '0001_initial'),
        ('payments', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField()),
                ('key', models.CharField(max_length=120)),
                ('token', models.CharField(default=tradepost.orders.models.order.new_token, max_length=60, null=True, unique=True)),
                ('source', models.CharField(choices=[('storefront', 'shop front'), ('cart', 'drop-in cart'), ('buy_link', 'buy button'), ('api', 'API'), ('office', 'entered by hand')], max_length=20)),
                ('placed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('email', models.EmailField(blank=True, db_index=True, max_length=254, verbose_name='e-mail')),
                ('name', models.CharField(blank=True, max_length=160, verbose_name='name')),
                ('telephone', models.CharField(blank=True, max_length=40, verbose_name='telephone')),
                ('language', models.CharField(default='en', max_length=10)),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('ip', models.CharField(blank=True, max_length=45)),
                ('session_data', models.TextField(blank=True)),
                ('extra', models.JSONField(blank=True, default=dict)),
                ('currency', models.CharField(max_length=3)),
                ('goods_minor', models.BigIntegerField()),
                ('discount_minor', models.BigIntegerField(default=0)),
                ('delivery_minor', models.BigIntegerField(default=0)),
                ('delivery_tax_rate', models.DecimalField(decimal_places=3, default=0, max_digits=6)),
                ('tax_minor', models.BigIntegerField(default=0)),
                ('total_minor', models.BigIntegerField()),
                ('prices_include_tax', models.BooleanField(default=True)),
                ('taxes', models.JSONField(default=list)),
                ('coupon', models.CharField(blank=True, max_length=60)),
                ('delivery_label', models.CharField(blank=True, max_length=120)),
                ('payment_method', models.CharField(max_length=30)),
                ('payment_state', models.CharField(choices=[('open', 'not paid'), ('pending', 'under way'), ('paid', 'paid'), ('partly_refunded', 'partly refunded'), ('refunded', 'refunded'), ('failed', 'failed')], default='open', max_length=20)),
                ('paid_minor', models.BigIntegerField(default=0)),
                ('refunded_minor', models.BigIntegerField(default=0)),
                ('paid_at', models.DateTimeField(blank=True, null=True)),
                ('picked_up_at', models.DateTimeField(blank=True, null=True)),
                ('dispatched_at', models.DateTimeField(blank=True, null=True)),
                ('carrier', models.CharField(blank=True, max_length=60, verbose_name='carrier')),
                ('tracking_number', models.CharField(blank=True, max_length=80, verbose_name='tracking number')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('restocked_at', models.DateTimeField(blank=True, null=True)),
                ('archived_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cancelled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dispatched_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('picked_up_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-number',),
            },
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('invoice', 'Invoice'), ('credit_note', 'Credit note')], default='invoice', max_length=12)),
                ('number', models.PositiveBigIntegerField()),
                ('prefix', models.CharField(blank=True, max_length=12)),
                ('order_number', models.PositiveBigIntegerField()),
                ('cause', models.CharField(max_length=60)),
                ('issued_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('supplied_on', models.DateField()),
                ('language', models.CharField(default='en', max_length=10)),
                ('seller', models.JSONField()),
                ('buyer_name', models.CharField(max_length=330)),
                ('buyer_address', models.TextField()),
                ('buyer_email', models.EmailField(blank=True, db_index=True, max_length=254)),
                ('lines', models.JSONField()),
                ('taxes', models.JSONField()),
                ('currency', models.CharField(max_length=3)),
                ('net_minor', models.BigIntegerField()),
                ('tax_minor', models.BigIntegerField()),
                ('total_minor', models.BigIntegerField()),
                ('corrects', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notes', to='orders.invoice')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='invoices', to='orders.order')),
            ],
            options={
                'ordering': ('-number',),
            },
        ),
        migrations.CreateModel(
            name='OrderAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('use', models.CharField(choices=[('billing', 'billing address'), ('delivery', 'delivery address')], max_length=10)),
                ('name', models.CharField(blank=True, max_length=160, verbose_name='name')),
                ('company', models.CharField(blank=True, max_length=160, verbose_name='company')),
                ('line1', models.CharField(blank=True, max_length=200, verbose_name='street and number')),
                ('line2', models.CharField(blank=True, max_length=200, verbose_name='more of the address')),
                ('postcode', models.CharField(blank=True, max_length=20, verbose_name='postcode')),
                ('city', models.CharField(blank=True, max_length=120, verbose_name='town')),
                ('region', models.CharField(blank=True, max_length=120, verbose_name='region')),
                ('country', models.CharField(blank=True, max_length=2, verbose_name='country')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='orders.order')),
            ],
        ),
        migrations.CreateModel(
            name='OrderEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('placed', 'Ordered'), ('paid', 'Paid'), ('payment_failed', 'Payment failed'), ('disputed', 'Payment disputed'), ('picked_up', 'Picked up'), ('put_back', 'Put back to waiting'), ('dispatched', 'Dispatched'), ('dispatch_undone', 'Dispatch taken back'), ('refunded', 'Refunded'), ('refund_failed', 'Refund failed'), ('cancelled', 'Cancelled'), ('archived', 'Archived'), ('unarchived', 'Taken out of the archive'), ('invoiced', 'Invoice written'), ('held', 'Held for a dispute'), ('hold_lifted', 'Hold lifted')], max_length=20)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('detail', models.JSONField(blank=True, default=dict)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='orders.order')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='OrderHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('until', models.DateTimeField(verbose_name='until')),
                ('lifted_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holds', to='orders.order')),
            ],
        ),
        migrations.CreateModel(
            name='OrderLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('product_id', models.BigIntegerField(db_index=True, null=True)),
                ('variant_id', models.BigIntegerField(null=True)),
                ('takes_stock', models.BooleanField(default=True)),
                ('sku', models.CharField(blank=True, max_length=80)),
                ('title', models.CharField(max_length=300)),
                ('options', models.CharField(blank=True, max_length=500)),
                ('quantity', models.PositiveIntegerField()),
                ('units', models.DecimalField(decimal_places=3, default=0, max_digits=12)),
                ('unit_price_minor', models.BigIntegerField()),
                ('total_minor', models.BigIntegerField()),
                ('tax_rate', models.DecimalField(decimal_places=3, default=0, max_digits=6)),
                ('tax_minor', models.BigIntegerField(default=0)),
                ('price_from_page', models.BooleanField(default=False)),
                ('page_price_minor', models.BigIntegerField(null=True)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.order')),
            ],
            options={
                'ordering': ('order', 'position'),
            },
        ),
        migrations.CreateModel(
            name='OrderRefund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('restock', models.BooleanField(default=False)),
                ('done_at', models.DateTimeField(null=True)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refunds', to='orders.order')),
                ('refund', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='order_refund', to='payments.refund')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='OrderSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('copy_by_mail', models.CharField(choices=[('link', 'Number and link only'), ('encrypted', 'Everything, encrypted to your OpenPGP key'), ('full', 'Everything, as ordinary mail')], default='link', max_length=12, verbose_name='notice of a new order')),
                ('openpgp_key', models.TextField(blank=True, verbose_name='your OpenPGP public key')),
                ('notify_email', models.EmailField(blank=True, help_text='Empty: your contact e-mail.', max_length=254, verbose_name='send the notice to')),
                ('invoice_when', models.CharField(choices=[('paid', 'when it is paid'), ('dispatched', 'when it is dispatched')], default='paid', max_length=12, verbose_name='write the invoice')),
                ('invoice_prefix', models.CharField(blank=True, max_length=12, verbose_name='before the number')),
                ('seller_name', models.CharField(blank=True, help_text="Empty: the shop's name.", max_length=160, verbose_name='name on invoices')),
                ('seller_tax_id', models.CharField(blank=True, max_length=40, verbose_name='VAT or tax number')),
                ('invoice_footer', models.TextField(blank=True, max_length=1000, verbose_name='small print on invoices')),
                ('remote_url', models.URLField(blank=True, max_length=500, verbose_name='address to call')),
                ('remote_method', models.CharField(choices=[('POST', 'POST'), ('GET', 'GET')], default='POST', max_length=4, verbose_name='way of calling')),
                ('remote_secret', models.TextField(blank=True)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
        ),
        migrations.CreateModel(
            name='RemoteCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('done', 'delivered'), ('given_up', 'given up')], default='waiting', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='remote_call', to='orders.order')),
            ],
        ),
        migrations.CreateModel(
            name='RemoteTry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('problem', models.CharField(blank=True, max_length=200)),
                ('took_ms', models.PositiveIntegerField(default=0)),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tries', to='orders.remotecall')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20)),
                ('value', models.PositiveBigIntegerField(default=0)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('merchant', 'name'), name='one_counter_per_name')],
            },
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['merchant', '-placed_at'], name='order_newest'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['merchant', 'email', '-placed_at'], name='order_by_customer'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['archived_at', 'picked_up_at'], name='order_retention'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(fields=('merchant', 'number'), name='order_number_once'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(fields=('merchant', 'key'), name='order_key_once'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(fields=['issued_at'], name='invoice_age'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.UniqueConstraint(fields=('merchant', 'number'), name='invoice_number_once'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.UniqueConstraint(fields=('merchant', 'cause'), name='invoice_cause_once'),
        ),
        migrations.AddConstraint(
            model_name='orderaddress',
            constraint=models.UniqueConstraint(fields=('order', 'use'), name='one_address_per_use'),
        ),
        migrations.AddIndex(
            model_name='orderevent',
            index=models.Index(fields=['merchant', 'id'], name='order_event_feed'),
        ),
        migrations.AddConstraint(
            model_name='orderhold',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='hold_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.UniqueConstraint(fields=('order', 'position'), name='order_line_once'),
        ),
        migrations.AddConstraint(
            model_name='ordersettings',
            constraint=models.UniqueConstraint(fields=('merchant',), name='one_order_settings_per_merchant'),
        ),
        migrations.AddIndex(
            model_name='remotecall',
            index=models.Index(fields=['state', 'due_at'], name='remote_call_due'),
        ),
    ]
