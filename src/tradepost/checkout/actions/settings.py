"""What a merchant sets up for carts and checkout."""

from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import F

from tradepost.audience.models import ContactList
from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.catalog.actions.version import content_changed
from tradepost.checkout.models import CartSettings, Coupon, DeliveryMethod
from tradepost.lib import clock
from tradepost.merchants.models import Merchant


class CartChoices(TypedDict, total=False):
    """What may be set for carts; see :class:`CartSettings`."""

    mode: str
    old_pages_asked_at: datetime | None
    old_secret: str
    return_totals: str
    rounding: str
    website_hosts: str
    currency_number: str
    newsletter_list: ContactList | None
    terms: str


class DeliveryFields(TypedDict, total=False):
    """What may be said of a way of delivery."""

    name: str
    kind: str
    collect_at: str
    estimate: str
    countries: list[str]
    rule: str
    price_minor: int
    tiers: list[list[int]]
    free_from_minor: int | None
    tax_class: str
    payments: list[str]
    position: int
    active: bool


class CouponFields(TypedDict, total=False):
    """What may be said of a coupon besides its code."""

    percent: Decimal | None
    amount_minor: int | None
    minimum_minor: int | None
    active: bool
    most_uses: int | None
    valid_from: date | None
    valid_until: date | None


def save_cart_settings(
    *, merchant: Merchant, by: Actor, **values: Unpack[CartChoices]
) -> CartSettings:
    """Set these fields of the shop's cart settings."""
    with transaction.atomic():
        chosen, _made = CartSettings.objects.update_or_create(merchant=merchant, defaults=values)
        record(
            actor=by,
            action="checkout.save_cart_settings",
            target=chosen,
            merchant_id=merchant.pk,
            detail={"fields": sorted(values)},
        )
        content_changed(merchant=merchant)
    return chosen


def answer_old_pages(*, merchant: Merchant, by: Actor, mode: str) -> CartSettings:
    """Whether pages of another cart may say prices; the first steps have their answer."""
    return save_cart_settings(merchant=merchant, by=by, mode=mode, old_pages_asked_at=clock.now())


def note_old_hash(*, merchant: Merchant) -> None:
    """A page still signs as the old cart did; the settings say when this was last so."""
    CartSettings.objects.filter(merchant=merchant).update(old_hash_used_at=clock.now())


def rotate_link_key(*, merchant: Merchant, by: Actor) -> None:
    """From now on only links signed with the next key count; old ones are refused in signed mode."""
    with transaction.atomic():
        chosen, _made = CartSettings.objects.get_or_create(merchant=merchant)
        CartSettings.objects.filter(pk=chosen.pk).update(link_key_number=F("link_key_number") + 1)
        record(actor=by, action="checkout.rotate_link_key", target=chosen, merchant_id=merchant.pk)


def save_delivery_method(
    *,
    merchant: Merchant,
    by: Actor,
    method: DeliveryMethod | None = None,
    **values: Unpack[DeliveryFields],
) -> DeliveryMethod:
    """Change a way of delivery, or add one at the end."""
    with transaction.atomic():
        row = method or DeliveryMethod(
            merchant=merchant, position=DeliveryMethod.objects.filter(merchant=merchant).count()
        )
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        record(
            actor=by, action="checkout.save_delivery_method", target=row, merchant_id=merchant.pk
        )
        content_changed(merchant=merchant)
    return row


def delete_delivery_method(*, method: DeliveryMethod, by: Actor) -> None:
    """Orders keep the name of the method they were sent by."""
    with transaction.atomic():
        record(
            actor=by,
            action="checkout.delete_delivery_method",
            target=method,
            merchant_id=method.merchant_id,
        )
        method.delete()
        content_changed(merchant=method.merchant)


def save_coupon(
    *, merchant: Merchant, by: Actor, code: str, **values: Unpack[CouponFields]
) -> Coupon:
    """Add a code, or change the one of that name."""
    with transaction.atomic():
        coupon, _made = Coupon.objects.update_or_create(
            merchant=merchant, code=code, defaults=values
        )
        record(actor=by, action="checkout.save_coupon", target=coupon, merchant_id=merchant.pk)
    return coupon


def delete_coupon(*, coupon: Coupon, by: Actor) -> None:
    with transaction.atomic():
        record(
            actor=by,
            action="checkout.delete_coupon",
            target=coupon,
            merchant_id=coupon.merchant_id,
        )
        coupon.delete()
