"""A row for addresses that name one; the house tests collect ``SAMPLES`` of every room."""

from datetime import timedelta

from tradepost.breakglass.models import MailReview
from tradepost.lib import clock
from tradepost.merchants.models import Merchant


def _review(merchant: Merchant) -> dict[str, object]:
    now = clock.now()
    row = MailReview.objects.create(
        merchant=merchant,
        scope="shop",
        suspicion="spam",
        reason="Three complaints about one mailing.",
        hours=4,
        answered_at=now,
        ends_at=now + timedelta(hours=4),
        ended_at=now,
        told_at=now,
    )
    return {"review_id": row.public_id}


SAMPLES = {"breakglass_office:review": _review}
