from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.law.models import BusinessFacts
from tradepost.merchants.models import Merchant


@transaction.atomic
def say_business(
    *, merchant: Merchant, by: Actor, customers: str, size: str, turnover: str
) -> BusinessFacts:
    """What the laws ask of a business that no row tells; the same again changes and records nothing."""
    Merchant.objects.select_for_update().get(pk=merchant.pk)
    said = {"customers": customers, "size": size, "turnover": turnover}
    row, _made = BusinessFacts.objects.get_or_create(merchant=merchant)
    if all(getattr(row, name) == value for name, value in said.items()):
        return row
    for name, value in said.items():
        setattr(row, name, value)
    row.save()
    record(actor=by, action="law.business", target=row, merchant_id=merchant.pk, detail=said)
    return row
