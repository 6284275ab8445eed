import django.db.models.deletion
import tradepost.identity.names
import tradepost.lib.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('jobs', '0001_initial'),
        ('merchants', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentWording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('newsletter', 'news by e-mail'), ('tracking', 'opens and clicks measured per person'), ('promotions', 'promotions, contests and surveys')], max_length=12)),
                ('version', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('written_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('email_key', models.CharField(max_length=32)),
                ('name', models.CharField(blank=True, max_length=160, verbose_name='name')),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='language')),
                ('fields', models.JSONField(blank=True, default=dict)),
                ('source', models.CharField(choices=[('form', 'opt-in form'), ('checkout', 'checkout'), ('preferences', 'preference page'), ('import', 'import'), ('by_hand', 'entered by hand'), ('api', 'API')], max_length=12)),
                ('created_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('last_active_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
        ),
        migrations.CreateModel(
            name='ContactExport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(max_length=5)),
                ('filters', models.JSONField(blank=True, default=dict)),
                ('stored_as', models.CharField(blank=True, max_length=60)),
                ('rows', models.PositiveBigIntegerField(default=0)),
                ('made_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.job')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ContactList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, validators=[tradepost.identity.names.no_link], verbose_name='name')),
                ('description', models.CharField(blank=True, max_length=200, verbose_name='what subscribers get')),
                ('is_public', models.BooleanField(default=True, verbose_name='offered on the preference page')),
                ('created_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ConsentRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email_key', models.CharField(max_length=32)),
                ('kind', models.CharField(choices=[('newsletter', 'news by e-mail'), ('tracking', 'opens and clicks measured per person'), ('promotions', 'promotions, contests and surveys')], max_length=12)),
                ('source', models.CharField(choices=[('form', 'opt-in form'), ('checkout', 'checkout'), ('preferences', 'preference page'), ('import', 'import'), ('by_hand', 'entered by hand'), ('api', 'API')], max_length=12)),
                ('where', models.CharField(blank=True, max_length=200)),
                ('confirmed_by', models.CharField(max_length=60)),
                ('given_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('network', models.CharField(blank=True, max_length=45)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_how', models.CharField(blank=True, max_length=60)),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('wording', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audience.consentwording')),
                ('contact_list', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='audience.contactlist')),
            ],
        ),
        migrations.CreateModel(
            name='CustomField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40, verbose_name='name in files and merge fields')),
                ('label', models.CharField(max_length=80, verbose_name='question')),
                ('kind', models.CharField(choices=[('text', 'text'), ('number', 'number'), ('date', 'date'), ('choice', 'choice'), ('yes_no', 'yes or no')], max_length=10, verbose_name='kind of answer')),
                ('choices', models.JSONField(blank=True, default=list, verbose_name='possible answers')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=200)),
                ('stored_as', models.CharField(blank=True, max_length=60)),
                ('charset', models.CharField(default='utf-8', max_length=20)),
                ('charset_is_certain', models.BooleanField(default=True)),
                ('refusal', models.CharField(blank=True, max_length=300)),
                ('separator', models.CharField(default=',', max_length=1)),
                ('head_rows', models.PositiveSmallIntegerField(default=1)),
                ('header', models.JSONField(default=list)),
                ('mapping', models.JSONField(blank=True, default=dict)),
                ('status_words', models.JSONField(blank=True, default=dict)),
                ('rule', models.CharField(choices=[('fill', 'keep what is known, fill what is empty'), ('replace', 'replace what is known with what the file says'), ('skip', 'leave known contacts alone')], default='fill', max_length=10)),
                ('state', models.CharField(choices=[('received', 'being read'), ('unreadable', 'cannot be read'), ('uploaded', 'columns not assigned yet'), ('ready', 'ready to start'), ('running', 'running'), ('cancelled', 'cancelled'), ('done', 'done')], default='uploaded', max_length=10)),
                ('rows', models.PositiveBigIntegerField(default=0)),
                ('rows_done', models.PositiveBigIntegerField(default=0)),
                ('added', models.PositiveBigIntegerField(default=0)),
                ('merged', models.PositiveBigIntegerField(default=0)),
                ('refused', models.PositiveBigIntegerField(default=0)),
                ('kept_out', models.JSONField(blank=True, default=dict)),
                ('uploaded_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('finished_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact_list', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='audience.contactlist', verbose_name='list')),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.job')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('wording', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audience.consentwording')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ImportProblem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveBigIntegerField()),
                ('address', models.CharField(blank=True, db_index=True, max_length=320)),
                ('reason', models.CharField(max_length=300)),
                ('row', models.JSONField(default=list)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='problems', to='audience.import')),
            ],
            options={
                'ordering': ['line'],
            },
        ),
        migrations.CreateModel(
            name='ListMembership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('subscribed', 'subscribed'), ('unsubscribed', 'unsubscribed')], max_length=12)),
                ('since', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('consent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='audience.consentrecord')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='audience.contact')),
                ('contact_list', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='audience.contactlist')),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
        ),
        migrations.CreateModel(
            name='OptInForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name for yourself')),
                ('heading', models.CharField(max_length=120, verbose_name='heading')),
                ('introduction', models.TextField(blank=True, max_length=1000, verbose_name='introduction')),
                ('asks_name', models.BooleanField(default=False, verbose_name='ask for the name')),
                ('field_keys', models.JSONField(blank=True, default=list)),
                ('success_text', models.TextField(blank=True, max_length=1000, verbose_name='text after confirming')),
                ('is_open', models.BooleanField(default=True, verbose_name='takes new subscribers')),
                ('created_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('contact_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='forms', to='audience.contactlist', verbose_name='list')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('tracking_wording', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audience.consentwording')),
                ('wording', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audience.consentwording')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='PendingSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(db_index=True, max_length=254)),
                ('name', models.CharField(blank=True, max_length=160)),
                ('language', models.CharField(blank=True, max_length=10)),
                ('fields', models.JSONField(blank=True, default=dict)),
                ('source', models.CharField(choices=[('form', 'opt-in form'), ('checkout', 'checkout'), ('preferences', 'preference page'), ('import', 'import'), ('by_hand', 'entered by hand'), ('api', 'API')], max_length=12)),
                ('where', models.CharField(blank=True, max_length=200)),
                ('network', models.CharField(blank=True, max_length=45)),
                ('asked_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('contact_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='audience.contactlist')),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('tracking_wording', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audience.consentwording')),
                ('wording', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audience.consentwording')),
            ],
        ),
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('definition', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.AddConstraint(
            model_name='consentwording',
            constraint=models.UniqueConstraint(fields=('merchant', 'kind', 'version'), name='one_wording_per_version'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.UniqueConstraint(fields=('merchant', 'email'), name='one_contact_per_email'),
        ),
        migrations.AddConstraint(
            model_name='contactlist',
            constraint=models.UniqueConstraint(fields=('merchant', 'name'), name='one_list_per_name'),
        ),
        migrations.AddIndex(
            model_name='consentrecord',
            index=models.Index(fields=['email_key'], name='consents_of_person'),
        ),
        migrations.AddIndex(
            model_name='consentrecord',
            index=models.Index(condition=models.Q(('withdrawn_at__isnull', False)), fields=['withdrawn_at'], name='consents_withdrawn'),
        ),
        migrations.AddIndex(
            model_name='consentrecord',
            index=models.Index(condition=models.Q(('network', ''), _negated=True), fields=['given_at'], name='networks_to_forget'),
        ),
        migrations.AddConstraint(
            model_name='customfield',
            constraint=models.UniqueConstraint(fields=('merchant', 'key'), name='one_custom_field_per_key'),
        ),
        migrations.AddConstraint(
            model_name='listmembership',
            constraint=models.UniqueConstraint(fields=('contact_list', 'contact'), name='once_on_a_list'),
        ),
        migrations.AddConstraint(
            model_name='listmembership',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'subscribed'), _negated=True), ('consent__isnull', False), _connector='OR'), name='subscribed_by_consent'),
        ),
        migrations.AddConstraint(
            model_name='pendingsubscription',
            constraint=models.UniqueConstraint(fields=('merchant', 'email', 'contact_list'), name='one_pending_each'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.UniqueConstraint(fields=('merchant', 'name'), name='one_segment_per_name'),
        ),
    ]
