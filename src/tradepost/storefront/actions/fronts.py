"""Changing how a shop looks and what it says about itself."""

from typing import TypedDict, Unpack

from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.catalog.actions.version import content_changed
from tradepost.catalog.pictures import delete_files, store_picture
from tradepost.checkout.actions.settings import save_cart_settings
from tradepost.merchants.models import Merchant
from tradepost.storefront.models import ShopFront, picture_names

LOGO_WIDTHS, BANNER_WIDTHS = (480,), (800, 1600)


class FrontFields(TypedDict, total=False):
    """What may be changed of a shop's front, without its pictures."""

    accent: str
    typeface: str
    tagline: str
    introduction: str
    dark: bool
    imprint: str
    returns: str


def change_front(*, merchant: Merchant, by: Actor, **fields: Unpack[FrontFields]) -> ShopFront:
    """Fields of :class:`ShopFront` except the pictures."""
    with transaction.atomic():
        front, _made = ShopFront.objects.update_or_create(merchant=merchant, defaults=fields)
        _note(front, by, {"fields": sorted(fields)})
    return front


def set_logo(*, merchant: Merchant, data: bytes | None, by: Actor) -> None:
    """None takes it away. Raises: NotAPicture."""
    _set_picture(merchant, "logo", data, LOGO_WIDTHS, by)


def set_logo_dark(*, merchant: Merchant, data: bytes | None, by: Actor) -> None:
    """For the dark look; None takes it away. Raises: NotAPicture."""
    _set_picture(merchant, "logo_dark", data, LOGO_WIDTHS, by)


def change_texts(*, merchant: Merchant, by: Actor, imprint: str, terms: str, returns: str) -> None:
    """The pages of the merchant's own words. The checkout keeps the terms, which buyers accept."""
    with transaction.atomic():
        change_front(merchant=merchant, by=by, imprint=imprint, returns=returns)
        save_cart_settings(merchant=merchant, by=by, terms=terms)


def set_banner(*, merchant: Merchant, data: bytes | None, by: Actor) -> None:
    """The picture at the head of the first page; None takes it away. Raises: NotAPicture."""
    _set_picture(merchant, "banner", data, BANNER_WIDTHS, by)


def _set_picture(
    merchant: Merchant,
    field: str,
    data: bytes | None,
    widths: tuple[int, ...],
    by: Actor,
) -> None:
    picture: dict[str, object] = {}
    if data is not None:
        stored = store_picture(data, owner=merchant.public_id, folder="front", widths=widths)
        picture = {
            "stem": stored.stem,
            "widths": stored.widths,
            "width": stored.width,
            "height": stored.height,
        }
    with transaction.atomic():
        front, _made = ShopFront.objects.get_or_create(merchant=merchant)
        former = picture_names(getattr(front, field))
        setattr(front, field, picture)
        front.save(update_fields=[field])
        _note(front, by, {"fields": [field]})
        transaction.on_commit(lambda: delete_files(former))


def _note(front: ShopFront, by: Actor, detail: dict[str, object]) -> None:
    record(
        actor=by,
        action="storefront.change_front",
        target=front,
        merchant_id=front.merchant_id,
        detail=detail,
    )
    content_changed(merchant=front.merchant)
