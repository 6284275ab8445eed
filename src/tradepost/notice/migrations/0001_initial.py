import django.db.models.deletion
import django.db.models.expressions
import tradepost.lib.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('merchants', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attestation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('promise', models.CharField(max_length=60)),
                ('by_name', models.CharField(max_length=120, verbose_name='name')),
                ('by_email', models.EmailField(db_index=True, max_length=254, verbose_name='e-mail address')),
                ('statement', models.TextField(verbose_name='what exactly is vouched for')),
                ('given_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['promise', 'expires_at'], name='attestation_live')],
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('given_at'))), name='attestation_expires')],
            },
        ),
        migrations.CreateModel(
            name='NoticeVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('variant', models.CharField(default='world', max_length=20)),
                ('language', models.CharField(default='en', max_length=10)),
                ('digest', models.CharField(max_length=64)),
                ('sentences', models.JSONField(default=list)),
                ('drafted_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('posted_day', models.PositiveIntegerField(null=True)),
                ('effective_day', models.PositiveIntegerField(null=True)),
                ('merchant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='NoticeSeen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_key', models.CharField(db_index=True, max_length=32)),
                ('at', models.DateTimeField(db_index=True, default=tradepost.lib.clock.now, verbose_name='shown')),
                ('merchant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='notice.noticeversion')),
            ],
            options={
                'verbose_name': 'version of the privacy notice that was shown',
                'verbose_name_plural': 'versions of the privacy notice that were shown',
            },
        ),
        migrations.CreateModel(
            name='PromiseResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('promise', models.CharField(max_length=60)),
                ('check_name', models.CharField(max_length=160)),
                ('evidence_class', models.CharField(max_length=12)),
                ('state', models.CharField(choices=[('kept', 'kept'), ('broken', 'broken'), ('expired', 'nobody vouches for it now'), ('not_offered', 'not offered here yet')], max_length=12)),
                ('evidence', models.TextField()),
                ('at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('commit', models.CharField(max_length=60)),
                ('seconds', models.FloatField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('promise', 'check_name'), name='one_result_per_check')],
            },
        ),
        migrations.AddConstraint(
            model_name='noticeversion',
            constraint=models.UniqueConstraint(fields=('merchant', 'variant', 'language', 'number'), name='one_notice_per_number'),
        ),
        migrations.AddConstraint(
            model_name='noticeversion',
            constraint=models.UniqueConstraint(condition=models.Q(('merchant__isnull', True)), fields=('variant', 'language', 'number'), name='one_operator_notice_per_number'),
        ),
        migrations.AddConstraint(
            model_name='noticeversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('effective_day__isnull', True), ('posted_day__isnull', True)), models.Q(('effective_day__isnull', False), ('number', 1), ('posted_day__isnull', False)), models.Q(('effective_day__gte', django.db.models.expressions.CombinedExpression(models.F('posted_day'), '+', models.Value(30))), ('posted_day__isnull', False)), _connector='OR'), name='notice_takes_effect_after_30_days'),
        ),
        migrations.AddConstraint(
            model_name='noticeseen',
            constraint=models.UniqueConstraint(fields=('version', 'subject_key'), name='notice_seen_once'),
        ),
    ]
