"""A row for addresses that name one; the house tests collect ``SAMPLES`` of every room."""

from datetime import timedelta

from tradepost.holds.models import RecordHold
from tradepost.lib import clock
from tradepost.merchants.models import Merchant


def _hold(merchant: Merchant) -> dict[str, object]:
    until = clock.now() + timedelta(days=9)
    row = RecordHold.objects.create(
        merchant=merchant, label="orders.Order", number=1, hold_class="claim", until=until
    )
    return {"hold_id": row.public_id}


SAMPLES = {"holds_office:lift": _hold}
