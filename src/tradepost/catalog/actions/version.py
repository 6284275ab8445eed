"""The version of what a shop shows; pages that were kept are good only for the version they have."""

from django.db.models import F

from tradepost.catalog.models import ContentVersion
from tradepost.lib import clock
from tradepost.merchants.models import Merchant


def content_changed(*, merchant: Merchant) -> None:
    """Say that shop pages may look different now. Call it last, inside the transaction of the change.

    The row is locked until that transaction ends; being always the last lock, it cannot deadlock.
    """
    rows = ContentVersion.objects.filter(merchant=merchant)
    if not rows.update(number=F("number") + 1):
        # Counting begins at the clock, so that no number comes again in a database made anew.
        start = int(clock.now().timestamp() * 1000)
        ContentVersion.objects.get_or_create(merchant=merchant, defaults={"number": start})
