"""Writing segments."""

from django.db import transaction

from tradepost.audience.actions.setup import NameTaken
from tradepost.audience.models import Segment
from tradepost.audience.segments import check
from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.merchants.models import Merchant


def save_segment(
    *,
    merchant: Merchant,
    name: str,
    definition: dict[str, object],
    by: Actor,
    segment: Segment | None = None,
) -> Segment:
    """Create a segment, or change the one given.

    Raises:
        InvalidDefinition
        NameTaken
    """
    row = segment or Segment(merchant=merchant)
    name = name.strip()[:80]
    if Segment.objects.filter(merchant=merchant, name=name).exclude(pk=row.pk).exists():
        raise NameTaken
    row.name, row.definition = name, check(merchant, definition)
    with transaction.atomic():
        row.save()
        record(actor=by, action="audience.save_segment", target=row, merchant_id=merchant.pk)
    return row


def delete_segment(*, segment: Segment, by: Actor) -> None:
    with transaction.atomic():
        record(
            actor=by,
            action="audience.delete_segment",
            target=segment,
            merchant_id=segment.merchant_id,
        )
        segment.delete()
