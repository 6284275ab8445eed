"""The words that the desk sends often."""

from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.merchants.models import Merchant
from tradepost.support.models import SavedReply


def save_reply(
    *, merchant: Merchant, title: str, text: str, by: Actor, reply: SavedReply | None = None
) -> SavedReply:
    """Without ``reply`` it takes the place of the one with this title, if there is one."""
    with transaction.atomic():
        found = {"pk": reply.pk} if reply else {"title": title}
        row, _new = SavedReply.objects.update_or_create(
            merchant=merchant, **found, defaults={"title": title, "text": text}
        )
        record(actor=by, action="support.save_reply", target=row, merchant_id=merchant.pk)
    return row


def delete_reply(*, reply: SavedReply, by: Actor) -> None:
    with transaction.atomic():
        record(actor=by, action="support.delete_reply", target=reply, merchant_id=reply.merchant_id)
        reply.delete()
