import django.db.models.deletion
import tradepost.lib.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('merchants', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Destination',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=270, unique=True)),
                ('per_minute', models.PositiveIntegerField(null=True)),
                ('tokens', models.FloatField(default=0)),
                ('refilled_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('refusals', models.PositiveSmallIntegerField(default=0)),
                ('closed_until', models.DateTimeField(db_index=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Sender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('host', models.CharField(max_length=120)),
                ('boot', models.CharField(max_length=40)),
                ('started_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('beat_at', models.DateTimeField(default=tradepost.lib.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='SigningKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('record', models.TextField()),
                ('made_at', models.DateTimeField(default=tradepost.lib.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254)),
                ('state', models.CharField(choices=[('queued', 'queued'), ('claimed', 'being sent'), ('deferred', 'deferred, will be tried again'), ('sent', 'sent'), ('bounced', 'bounced'), ('suppressed', 'suppressed'), ('no_consent', 'no consent'), ('uncertain', 'uncertain'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='queued', max_length=12)),
                ('due_at', models.DateTimeField(default=tradepost.lib.clock.now, null=True)),
                ('sender', models.BigIntegerField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('response', models.CharField(blank=True, max_length=300)),
                ('settled_at', models.DateTimeField(null=True)),
                ('stream', models.CharField(choices=[('transactional', 'transactional'), ('service', 'service'), ('bulk', 'bulk')], default='transactional', max_length=16)),
                ('template', models.CharField(max_length=120)),
                ('is_service', models.BooleanField(default=False)),
                ('language', models.CharField(default='en', max_length=10)),
                ('reply_to', models.CharField(blank=True, max_length=254)),
                ('about', models.CharField(blank=True, db_index=True, max_length=120)),
                ('subject', models.CharField(max_length=300)),
                ('text', models.TextField()),
                ('html', models.TextField(blank=True)),
                ('queued_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('merchant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MailAttachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('media_type', models.CharField(max_length=120)),
                ('content', models.BinaryField()),
                ('mail', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='delivery.mail')),
            ],
        ),
        migrations.CreateModel(
            name='Mailing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('source_id', models.BigIntegerField()),
                ('stream', models.CharField(choices=[('transactional', 'transactional'), ('service', 'service'), ('bulk', 'bulk')], default='bulk', max_length=16)),
                ('state', models.CharField(choices=[('preparing', 'preparing'), ('running', 'running'), ('paused', 'paused'), ('cancelled', 'cancelled'), ('done', 'done')], default='preparing', max_length=12)),
                ('total', models.PositiveBigIntegerField(default=0)),
                ('sent', models.PositiveBigIntegerField(default=0)),
                ('bounced', models.PositiveBigIntegerField(default=0)),
                ('suppressed', models.PositiveBigIntegerField(default=0)),
                ('no_consent', models.PositiveBigIntegerField(default=0)),
                ('uncertain', models.PositiveBigIntegerField(default=0)),
                ('failed', models.PositiveBigIntegerField(default=0)),
                ('cancelled', models.PositiveBigIntegerField(default=0)),
                ('complained', models.PositiveBigIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('started_at', models.DateTimeField(null=True)),
                ('served_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('trouble', models.CharField(blank=True, choices=[('sender', "the sender's address or its domain was refused"), ('authentication', 'the mail could not be proven to be ours'), ('blocklist', 'our mail server has a bad name or stands on a blocklist'), ('relaying', 'the relay does not take mail from us'), ('rate', 'too much mail at once'), ('content', 'the message was taken for spam, or was too large'), ('policy', 'the mail was refused by a rule of the server'), ('complaints', 'too many recipients reported it as spam')], max_length=16)),
                ('trouble_answer', models.CharField(blank=True, max_length=300)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254)),
                ('state', models.CharField(choices=[('queued', 'queued'), ('claimed', 'being sent'), ('deferred', 'deferred, will be tried again'), ('sent', 'sent'), ('bounced', 'bounced'), ('suppressed', 'suppressed'), ('no_consent', 'no consent'), ('uncertain', 'uncertain'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='queued', max_length=12)),
                ('due_at', models.DateTimeField(default=tradepost.lib.clock.now, null=True)),
                ('sender', models.BigIntegerField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('response', models.CharField(blank=True, max_length=300)),
                ('settled_at', models.DateTimeField(null=True)),
                ('contact_id', models.BigIntegerField()),
                ('complained_at', models.DateTimeField(null=True)),
                ('mailing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='handovers', to='delivery.mailing')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32)),
                ('reason', models.CharField(choices=[('bounce', 'bounced'), ('complaint', 'complained'), ('unsubscribe', 'unsubscribed'), ('erasure', 'erased'), ('manual', 'suppressed by hand')], max_length=12)),
                ('since', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('merchant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
        ),
        migrations.CreateModel(
            name='BounceScore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32)),
                ('score', models.FloatField(default=0)),
                ('counted_at', models.DateTimeField(null=True)),
                ('hard_in_row', models.PositiveSmallIntegerField(default=0)),
                ('hard_at', models.DateTimeField(null=True)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('merchant', 'key'), name='one_bounce_score')],
            },
        ),
        migrations.CreateModel(
            name='IncomingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('why', models.CharField(choices=[('letter', 'somebody wrote'), ('unread', 'could not be read by a program'), ('report', 'a report about a letter that is not known here')], max_length=12)),
                ('recipient', models.CharField(max_length=254)),
                ('sender', models.CharField(blank=True, max_length=254)),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('text', models.TextField(blank=True)),
                ('content', models.BinaryField()),
                ('received_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('forwarded_at', models.DateTimeField(null=True)),
                ('merchant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ['-received_at', '-pk'],
                'indexes': [models.Index(fields=['merchant', '-received_at'], name='incoming_newest'), models.Index(fields=['received_at'], name='incoming_age'), models.Index(fields=['sender'], name='incoming_sender')],
            },
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(fields=['address'], name='mail_address'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(condition=models.Q(('sender__isnull', False)), fields=['sender'], name='mail_held'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='mail_due'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(fields=['settled_at'], name='mail_settled'),
        ),
        migrations.AddIndex(
            model_name='mailing',
            index=models.Index(fields=['state', 'served_at'], name='mailing_turn'),
        ),
        migrations.AddIndex(
            model_name='mailing',
            index=models.Index(fields=['kind', 'source_id'], name='mailing_source'),
        ),
        migrations.AddIndex(
            model_name='handover',
            index=models.Index(fields=['address'], name='handover_address'),
        ),
        migrations.AddIndex(
            model_name='handover',
            index=models.Index(condition=models.Q(('sender__isnull', False)), fields=['sender'], name='handover_held'),
        ),
        migrations.AddIndex(
            model_name='handover',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['mailing', 'due_at', 'id'], name='handover_due'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.UniqueConstraint(fields=('mailing', 'contact_id'), name='one_copy_per_contact'),
        ),
        migrations.AddIndex(
            model_name='suppression',
            index=models.Index(fields=['key'], name='suppression_key'),
        ),
        migrations.AddConstraint(
            model_name='suppression',
            constraint=models.UniqueConstraint(fields=('merchant', 'key'), name='suppressed_once'),
        ),
        migrations.AddConstraint(
            model_name='suppression',
            constraint=models.UniqueConstraint(condition=models.Q(('merchant__isnull', True)), fields=('key',), name='suppressed_once_for_all'),
        ),
    ]
