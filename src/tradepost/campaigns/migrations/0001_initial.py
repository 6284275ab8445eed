import django.core.validators
import django.db.models.deletion
import tradepost.campaigns.models.pictures
import tradepost.lib.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('audience', '0001_initial'),
        ('delivery', '0001_initial'),
        ('merchants', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SpoolFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('offset', models.PositiveBigIntegerField(default=0)),
                ('loaded_at', models.DateTimeField(default=tradepost.lib.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='For you; nobody else sees it.', max_length=120, verbose_name='name')),
                ('subject', models.CharField(blank=True, max_length=200, verbose_name='subject')),
                ('preheader', models.CharField(blank=True, help_text='What mail programs show behind the subject.', max_length=150, verbose_name='preview line')),
                ('from_name', models.CharField(blank=True, max_length=80, verbose_name="sender's name")),
                ('reply_to', models.EmailField(blank=True, max_length=254, verbose_name='answers go to')),
                ('body_format', models.CharField(choices=[('markdown', 'Markdown'), ('mjml', 'MJML')], default='markdown', max_length=10, verbose_name='written in')),
                ('frame', models.CharField(choices=[('letter', 'Letter: a logo, your words, nothing else'), ('announcement', 'Announcement: a coloured head with the headline'), ('product', 'Product: pictures wide, text beside a rule, prices stand out')], default='letter', max_length=16, verbose_name='template')),
                ('body', models.TextField(blank=True, verbose_name='text')),
                ('text', models.TextField(blank=True, help_text='Leave empty to have it made from the text above.', verbose_name='plain-text part')),
                ('consent_kind', models.CharField(choices=[('newsletter', 'news by e-mail'), ('promotions', 'promotions, contests and surveys')], default='newsletter', max_length=12, verbose_name='consent it rests on')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('scheduled', 'scheduled'), ('running', 'sending'), ('paused', 'paused'), ('cancelled', 'cancelled'), ('done', 'sent')], default='draft', max_length=10)),
                ('measuring', models.CharField(choices=[('consent', 'Per person with their consent, otherwise anonymous totals'), ('totals', 'Anonymous totals only'), ('off', 'Not at all')], default='consent', max_length=8)),
                ('links', models.JSONField(blank=True, default=list)),
                ('refused', models.JSONField(blank=True, default=dict)),
                ('created_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('changed_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('scheduled_for', models.DateTimeField(blank=True, null=True, verbose_name='send at')),
                ('started_at', models.DateTimeField(null=True)),
                ('paused_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('stopped_because', models.CharField(blank=True, max_length=300)),
                ('contact_list', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='audience.contactlist', verbose_name='list')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('mailing', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='delivery.mailing')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
                ('scheduled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('segment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='audience.segment', verbose_name='segment')),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('open', 'opened'), ('click', 'clicked')], max_length=5)),
                ('link', models.PositiveSmallIntegerField(default=0)),
                ('at', models.DateTimeField()),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='campaigns.campaign')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='audience.contact')),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
        ),
        migrations.CreateModel(
            name='Picture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(max_length=200, upload_to=tradepost.campaigns.models.pictures.picture_path, verbose_name='picture')),
                ('alt', models.CharField(max_length=200, verbose_name='description for people who do not see it')),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('uploaded_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='SendingSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_name', models.CharField(blank=True, max_length=80, verbose_name="sender's name")),
                ('reply_to', models.EmailField(blank=True, max_length=254, verbose_name='answers go to')),
                ('accent', models.CharField(default='#1f5c43', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}\\Z', 'Write it like #1f5c43.')], verbose_name='colour of links and buttons')),
                ('measuring', models.CharField(choices=[('consent', 'Per person with their consent, otherwise anonymous totals'), ('totals', 'Anonymous totals only'), ('off', 'Not at all')], default='consent', max_length=8, verbose_name='opens and clicks')),
                ('logo', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.picture')),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dimension', models.CharField(max_length=8)),
                ('key', models.CharField(max_length=40)),
                ('kind', models.CharField(max_length=12)),
                ('count', models.PositiveBigIntegerField(default=0)),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='tallies', to='campaigns.campaign')),
            ],
        ),
        migrations.AddIndex(
            model_name='campaign',
            index=models.Index(condition=models.Q(('state', 'scheduled')), fields=['scheduled_for'], name='campaigns_to_start'),
        ),
        migrations.AddIndex(
            model_name='campaign',
            index=models.Index(fields=['merchant', 'state'], name='campaigns_by_state'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('contact_list__isnull', True), ('segment__isnull', True), _connector='OR'), name='campaign_to_a_list_or_a_segment'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['at'], name='events_by_age'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.UniqueConstraint(fields=('campaign', 'kind', 'contact', 'link'), name='one_first_time'),
        ),
        migrations.AddConstraint(
            model_name='sendingsettings',
            constraint=models.UniqueConstraint(fields=('merchant',), name='one_sending_settings'),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.UniqueConstraint(fields=('campaign', 'dimension', 'key', 'kind'), name='one_tally'),
        ),
    ]
