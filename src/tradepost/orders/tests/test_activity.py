from datetime import timedelta

from django.utils import timezone

from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.models import Contact
from tradepost.audience.retention import inactive_due, purge_inactive
from tradepost.audience.types import ContactSource
from tradepost.audit.types import SYSTEM
from tradepost.orders.tests.drafts import INES, place


def test_who_bought_yesterday_is_no_silent_contact(in_scope, time_machine):
    for email in (INES, "silent@customer.example"):
        upsert_contact(merchant=in_scope, email=email, source=ContactSource.FORM, by=SYSTEM)
    time_machine.move_to(timezone.now() + timedelta(days=4 * 365))
    place(in_scope)
    time_machine.shift(timedelta(days=1))
    now = timezone.now()
    assert inactive_due(now) == 1
    purge_inactive(now)
    assert list(Contact.objects.values_list("email", flat=True)) == [INES]
