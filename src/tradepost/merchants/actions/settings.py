"""Changing the shop's own details; its currency has an action of its own."""

from typing import TypedDict, Unpack

from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.merchants.models import Merchant

FIELDS = (
    "name",
    "handle",
    "contact_email",
    "country",
    "home_country",
    "website",
    "telephone",
    "business_type",
    "language",
    "time_zone",
    "postal_address",
)


class ShopDetails(TypedDict, total=False):
    """:data:`FIELDS`, with their kinds."""

    name: str
    handle: str
    contact_email: str
    country: str
    home_country: str
    website: str
    telephone: str
    business_type: str
    language: str
    time_zone: str
    postal_address: str


@transaction.atomic
def change_shop(*, merchant: Merchant, by: Actor, **values: Unpack[ShopDetails]) -> Merchant:
    """Save the given details; the record says which changed, not to what.

    The country for statistics follows the one the shop sells from: it is asked once.

    Raises: KeyError for anything that is not a detail of the shop.
    """
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise KeyError(min(unknown))
    if "home_country" in values:
        values["country"] = values["home_country"]
    locked = Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    changes = {name: value for name, value in values.items() if getattr(locked, name) != value}
    if not changes:
        return locked
    for name, value in changes.items():
        setattr(locked, name, value)
    changed = sorted(changes)
    locked.save(update_fields=changed)
    record(
        actor=by,
        action="merchants.change_shop",
        target=locked,
        merchant_id=locked.pk,
        detail={"fields": changed},
    )
    return locked
