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
            name='Disclosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('processor', models.CharField(db_index=True, max_length=60)),
                ('host', models.CharField(max_length=255)),
                ('kinds', models.JSONField(default=list)),
                ('purpose', models.CharField(max_length=40)),
                ('subject_key', models.CharField(blank=True, db_index=True, max_length=32)),
                ('reference', models.CharField(blank=True, max_length=120)),
                ('at', models.DateTimeField(db_index=True, default=tradepost.lib.clock.now)),
                ('merchant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'verbose_name': 'transfer to an outside party',
                'verbose_name_plural': 'transfers to outside parties',
            },
        ),
        migrations.CreateModel(
            name='ErasureRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.BigIntegerField(null=True)),
                ('subject', models.CharField(choices=[('customer', 'customer'), ('member', 'member')], max_length=12)),
                ('subject_key', models.CharField(max_length=32)),
                ('erased_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('rows', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subject', 'tenant', 'subject_key'), name='one_record_per_erased'), models.UniqueConstraint(condition=models.Q(('tenant__isnull', True)), fields=('subject', 'subject_key'), name='one_record_per_erased_member')],
            },
        ),
        migrations.CreateModel(
            name='PortalPass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(db_index=True, max_length=254)),
                ('language', models.CharField(default='en', max_length=10)),
                ('link_digest', models.CharField(blank=True, db_index=True, max_length=64)),
                ('visit_digest', models.CharField(blank=True, db_index=True, max_length=64)),
                ('asked_at', models.DateTimeField(db_index=True, default=tradepost.lib.clock.now)),
                ('handled_at', models.DateTimeField(null=True)),
                ('link_expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('visit_expires_at', models.DateTimeField(null=True)),
                ('merchant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'verbose_name': 'link into this portal',
                'verbose_name_plural': 'links into this portal',
            },
        ),
        migrations.CreateModel(
            name='RetentionRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=60)),
                ('started_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('finished_at', models.DateTimeField(null=True)),
                ('due', models.PositiveBigIntegerField(default=0)),
                ('gone', models.PositiveBigIntegerField(default=0)),
                ('left', models.PositiveBigIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=120)),
            ],
            options={
                'indexes': [models.Index(fields=['rule', '-started_at'], name='retention_history')],
            },
        ),
        migrations.CreateModel(
            name='KeepChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=60)),
                ('days', models.PositiveIntegerField()),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('merchant', 'rule'), name='one_choice_per_rule')],
            },
        ),
        migrations.CreateModel(
            name='RightsRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(blank=True, db_index=True, max_length=254, verbose_name='e-mail address of the person')),
                ('subject_key', models.CharField(db_index=True, max_length=32)),
                ('right', models.CharField(choices=[('access', 'See everything'), ('rectify', 'Correct something'), ('erase', 'Erase everything'), ('restrict', 'Stop all use for now'), ('lift', 'Allow use again'), ('object', 'Object to a purpose'), ('withdraw', 'Withdraw a consent'), ('portable', 'Take the data elsewhere')], max_length=20, verbose_name='what is asked')),
                ('channel', models.CharField(choices=[('portal', 'the portal'), ('letter', 'a letter'), ('telephone', 'a telephone call'), ('email', 'an e-mail')], max_length=12, verbose_name='how it arrived')),
                ('identity_checked', models.CharField(blank=True, max_length=200, verbose_name='how identity was checked')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('received_at', models.DateTimeField(default=tradepost.lib.clock.now, verbose_name='received')),
                ('due_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=300)),
                ('merchant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'verbose_name': 'request about own data',
                'verbose_name_plural': 'requests about own data',
                'ordering': ['-received_at'],
                'indexes': [models.Index(fields=['done_at', 'due_at'], name='request_clock')],
            },
        ),
        migrations.CreateModel(
            name='Stop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_key', models.CharField(max_length=32)),
                ('purpose', models.CharField(blank=True, max_length=60)),
                ('since', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('lifted_at', models.DateTimeField(null=True)),
                ('merchant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'verbose_name': 'restriction or objection',
                'verbose_name_plural': 'restrictions and objections',
                'indexes': [models.Index(fields=['merchant', 'subject_key'], name='stop_of_person'), models.Index(fields=['subject_key'], name='stop_by_key')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('merchant', 'subject_key', 'purpose'), name='one_stop_per_purpose'), models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True), ('merchant__isnull', True)), fields=('subject_key', 'purpose'), name='one_stop_per_member')],
            },
        ),
    ]
