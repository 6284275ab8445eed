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
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('text', models.CharField(max_length=400)),
                ('since', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('told_at', models.DateTimeField(null=True)),
                ('over_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('last_at', models.DateTimeField(null=True)),
                ('running', models.BooleanField(default=False)),
                ('holder', models.CharField(blank=True, max_length=60)),
                ('finished_at', models.DateTimeField(null=True)),
                ('took', models.DurationField(null=True)),
                ('error', models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='Unpublished',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=200)),
                ('arguments', models.JSONField(default=dict)),
                ('run_after', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=tradepost.lib.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='OutboxEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('payload', models.JSONField(default=dict)),
                ('at', models.DateTimeField(db_index=True, default=tradepost.lib.clock.now)),
                ('merchant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
        ),
        migrations.CreateModel(
            name='OutboxDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('listener', models.CharField(max_length=80)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('queued_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('set_aside_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=80)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='jobs.outboxevent')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('finished_at', None), ('set_aside_at', None)), fields=['due_at'], name='outbox_open')],
                'constraints': [models.UniqueConstraint(fields=('event', 'listener'), name='told_once')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60)),
                ('title', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('cancelled', 'cancelled'), ('failed', 'failed')], default='waiting', max_length=12)),
                ('cancel_asked', models.BooleanField(default=False)),
                ('done', models.PositiveBigIntegerField(default=0)),
                ('total', models.PositiveBigIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('deaths', models.PositiveSmallIntegerField(default=0)),
                ('worker', models.CharField(blank=True, max_length=60)),
                ('queued_at', models.DateTimeField(default=tradepost.lib.clock.now, null=True)),
                ('error', models.TextField(blank=True)),
                ('details', models.JSONField(blank=True, default=dict)),
                ('result_url', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('started_at', models.DateTimeField(null=True)),
                ('beat_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
                ('merchant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'beat_at'], name='job_sweeper'), models.Index(condition=models.Q(('told_at', None)), fields=['started_by', 'finished_at'], name='job_to_be_told')],
            },
        ),
    ]
