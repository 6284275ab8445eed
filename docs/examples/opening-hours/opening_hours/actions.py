"""Every write of the module, each with its record."""

from django.db import transaction

from opening_hours.models import Hours
from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.merchants.models import Merchant


@transaction.atomic
def save_hours(*, merchant: Merchant, text: str, by: Actor) -> Hours:
    row, _is_new = Hours.objects.update_or_create(merchant=merchant, defaults={"text": text})
    record(actor=by, action="opening_hours.save", target=row, merchant_id=merchant.pk)
    return row
