"""One mail about a bulletin to the contact address of each shop, a slice at a time.

How far it came is written into the bulletin in the transaction that queues a slice: killed anywhere, it goes on
there; no shop is skipped, and none gets two. An address that several shops share gets one.
"""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django_scopes import scopes_disabled

from tradepost.bulletins.models import Bulletin
from tradepost.delivery.actions import queue_mail
from tradepost.delivery.models import Mail
from tradepost.delivery.types import Stream
from tradepost.lib import clock
from tradepost.merchants.models import Merchant

TEMPLATE = "bulletins/bulletin"
_A_SLICE = 200


def tell_shops() -> int:
    """The scheduler's turn; returns how many mails were queued."""
    told = 0
    for number in (
        Bulletin.objects.filter(told_at=None).exclude(sent_at=None).values_list("pk", flat=True)
    ):
        while (queued := _tell_slice(number)) is not None:
            told += queued
    return told


def _tell_slice(number: int) -> int | None:
    """None where nobody is left, or another scheduler has told the rest, or it was taken back."""
    with transaction.atomic(), scopes_disabled():
        row = Bulletin.objects.select_for_update().filter(pk=number, told_at=None).first()
        if row is None or row.sent_at is None:
            return None
        shops = Merchant.objects.filter(pk__gt=row.told_up_to, joined_at__lte=row.sent_at)
        some = list(shops.order_by("pk")[:_A_SLICE]) if row.is_out else []
        if not some:
            row.told_at = clock.now()
            row.save(update_fields=["told_at"])
            return None
        queued = _queue(row, [shop for shop in some if not shop.is_closed])
        row.told_up_to, row.told = some[-1].pk, row.told + queued
        row.save(update_fields=["told_up_to", "told"])
        return queued


def _queue(row: Bulletin, shops: list[Merchant]) -> int:
    about = f"bulletins.bulletin:{row.pk}"
    addresses = [shop.contact_email for shop in shops]
    told = set(
        Mail.objects.filter(about=about, address__in=addresses).values_list("address", flat=True)
    )
    count = 0
    for shop in shops:
        if shop.contact_email in told:
            continue
        told.add(shop.contact_email)
        _write(row, shop, about)
        count += 1
    return count


def _write(row: Bulletin, shop: Merchant, about: str) -> None:
    here = settings.TRADEPOST
    page = reverse("bulletins_office:one", args=[shop.handle, row.public_id])
    with translation.override(shop.language):
        kind = str(row.get_kind_display())
    queue_mail(
        to=shop.contact_email,
        template=TEMPLATE,
        context={
            "title": row.title,
            "words": row.words,
            "kind": kind,
            "operator": here.operator_name,
            "page": here.base_url + page,
        },
        stream=Stream.SERVICE,
        merchant=shop,
        language=shop.language,
        reply_to=here.operator_email,
        about=about,
    )
