import django.db.models.deletion
import tradepost.lib.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('merchants', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='GatewayAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gateway', models.CharField(max_length=30)),
                ('enabled', models.BooleanField(default=True, verbose_name='offered at the checkout')),
                ('settings', models.JSONField(blank=True, default=dict)),
                ('sealed', models.TextField(blank=True)),
                ('sealed_at', models.DateTimeField(blank=True, null=True)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
        ),
        migrations.CreateModel(
            name='PaymentIntent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120)),
                ('gateway', models.CharField(max_length=30)),
                ('reference', models.CharField(max_length=80)),
                ('label', models.CharField(max_length=60)),
                ('amount_minor', models.PositiveBigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('payer_email', models.EmailField(blank=True, db_index=True, max_length=254)),
                ('language', models.CharField(default='en', max_length=10)),
                ('return_path', models.CharField(max_length=300)),
                ('session_id', models.CharField(blank=True, db_index=True, max_length=120)),
                ('payment_id', models.CharField(blank=True, db_index=True, max_length=120)),
                ('page_url', models.URLField(blank=True, max_length=2000)),
                ('page_until', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('over_at', models.DateTimeField(blank=True, null=True)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120)),
                ('amount_minor', models.PositiveBigIntegerField()),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('asked_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('refund_id', models.CharField(blank=True, db_index=True, max_length=120)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('payee_iban', models.CharField(blank=True, max_length=34)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('intent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refunds', to='payments.paymentintent')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
        ),
        migrations.CreateModel(
            name='PaymentEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gateway', models.CharField(max_length=30)),
                ('fact_id', models.CharField(max_length=160)),
                ('gateway_event_id', models.CharField(blank=True, max_length=120)),
                ('kind', models.CharField(choices=[('pending', 'under way'), ('authorised', 'authorised'), ('captured', 'paid'), ('failed', 'declined'), ('expired', 'expired'), ('cancelled', 'given up'), ('refund_asked', 'refund asked for'), ('refunded', 'sent back by the provider'), ('refund_failed', 'refund failed'), ('disputed', 'disputed by the card holder')], max_length=20)),
                ('amount_minor', models.PositiveBigIntegerField(default=0)),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('detail', models.JSONField(blank=True, default=dict)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('intent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='payments.paymentintent')),
                ('refund', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='payments.refund')),
            ],
            options={
                'ordering': ('at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='WebhookNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_id', models.CharField(max_length=120)),
                ('event_type', models.CharField(max_length=80)),
                ('received_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('repeats', models.PositiveIntegerField(default=0)),
                ('outcome', models.CharField(blank=True, max_length=40)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='payments.gatewayaccount')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
        ),
        migrations.AddConstraint(
            model_name='gatewayaccount',
            constraint=models.UniqueConstraint(fields=('merchant', 'gateway'), name='one_account_per_gateway'),
        ),
        migrations.AddIndex(
            model_name='paymentintent',
            index=models.Index(fields=['merchant', 'reference'], name='payment_reference'),
        ),
        migrations.AddIndex(
            model_name='paymentintent',
            index=models.Index(fields=['gateway', 'over_at', 'asked_at'], name='payment_reconciling'),
        ),
        migrations.AddConstraint(
            model_name='paymentintent',
            constraint=models.UniqueConstraint(fields=('merchant', 'key'), name='payment_intent_once'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(fields=('merchant', 'key'), name='refund_once'),
        ),
        migrations.AddConstraint(
            model_name='paymentevent',
            constraint=models.UniqueConstraint(fields=('merchant', 'gateway', 'fact_id'), name='payment_fact_once'),
        ),
        migrations.AddConstraint(
            model_name='webhooknotice',
            constraint=models.UniqueConstraint(fields=('account', 'event_id'), name='webhook_once'),
        ),
    ]
