from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0001_initial"),
        ("orders", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="order", name="order_retention"),
        migrations.RenameField("order", "picked_up_at", "accepted_at"),
        migrations.RenameField("order", "picked_up_by", "accepted_by"),
        migrations.AlterField(
            model_name='orderevent',
            name='what',
            field=models.CharField(choices=[('placed', 'Ordered'), ('paid', 'Paid'), ('payment_failed', 'Payment failed'), ('method_changed', 'Way of paying changed'), ('disputed', 'Payment disputed'), ('accepted', 'Accepted'), ('put_back', 'Put back to waiting'), ('dispatched', 'Dispatched'), ('dispatch_undone', 'Dispatch taken back'), ('refund_asked', 'Refund begun'), ('refunded', 'Refunded'), ('refund_failed', 'Refund failed'), ('cancelled', 'Cancelled'), ('archived', 'Archived'), ('unarchived', 'Taken out of the archive'), ('invoiced', 'Invoice written'), ('held', 'Held for a dispute'), ('hold_lifted', 'Hold lifted'), ('approved', 'Price accepted'), ('taken_up_again', 'Paid late and taken up again')], max_length=20),
        ),
        migrations.AlterField(
            model_name='ordersettings',
            name='invoice_prefix',
            field=models.CharField(blank=True, default='INV-', help_text='So that nobody takes the number of an invoice for that of an order.', max_length=12, verbose_name='before the number'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['archived_at', 'accepted_at'], name='order_retention'),
        ),
        migrations.AlterField(
            model_name='orderaddress',
            name='line2',
            field=models.CharField(blank=True, max_length=250, verbose_name='more of the address'),
        ),
    ]
