import django.db.models.deletion
import tradepost.identity.names
import tradepost.merchants.models
import tradepost.modules.team
import tradepost.lib.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ClosedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('closed_at', models.DateTimeField(db_index=True, default=tradepost.lib.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='Merchant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, validators=[tradepost.identity.names.no_link], verbose_name='shop name')),
                ('handle', models.SlugField(max_length=60, unique=True, verbose_name='address of the shop')),
                ('cart_username', models.CharField(default=tradepost.merchants.models.new_cart_username, max_length=12, unique=True)),
                ('contact_email', models.EmailField(db_index=True, max_length=254, verbose_name='contact e-mail')),
                ('country', models.CharField(max_length=2, verbose_name='country')),
                ('website', models.URLField(blank=True, max_length=300, verbose_name='website')),
                ('home_country', models.CharField(blank=True, max_length=2, verbose_name='country the shop sells from')),
                ('telephone', models.CharField(blank=True, max_length=40, verbose_name='telephone')),
                ('business_type', models.CharField(blank=True, max_length=60, verbose_name='business type')),
                ('currency', models.CharField(default='EUR', max_length=3, verbose_name='currency')),
                ('language', models.CharField(default='en', max_length=10, verbose_name='language')),
                ('time_zone', models.CharField(default='UTC', max_length=60, verbose_name='time zone')),
                ('postal_address', models.TextField(blank=True, verbose_name='postal address')),
                ('switches', models.JSONField(blank=True, default=dict)),
                ('joined_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('closing_at', models.DateTimeField(blank=True, null=True)),
                ('closing_reminded_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='what it is for')),
                ('start', models.CharField(max_length=12)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('scopes', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('minute_began_at', models.DateTimeField(null=True)),
                ('calls_this_minute', models.PositiveIntegerField(default=0)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ApiAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('fingerprint', models.CharField(max_length=64)),
                ('claim', models.CharField(max_length=32)),
                ('claimed_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('status', models.PositiveSmallIntegerField(default=0)),
                ('content_type', models.CharField(blank=True, max_length=80)),
                ('body', models.TextField(blank=True)),
                ('token', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.apitoken')),
            ],
            options={
                'indexes': [models.Index(fields=['claimed_at'], name='api_answer_age')],
                'constraints': [models.UniqueConstraint(fields=('token', 'key'), name='one_answer_per_key')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=tradepost.modules.team.role_choices, max_length=20)),
                ('since', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='merchants.merchant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('merchant', 'user'), name='one_role_per_member')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('role', models.CharField(choices=tradepost.modules.team.role_choices, max_length=20, verbose_name='role')),
                ('made_at', models.DateTimeField(default=tradepost.lib.clock.now)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merchant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='merchants.merchant')),
            ],
            options={
                'indexes': [models.Index(fields=['email'], name='invitation_email')],
            },
        ),
    ]
