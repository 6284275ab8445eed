"""Changing how a shop's orders are handled."""

from collections.abc import Iterable

from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.merchants.models import Merchant
from tradepost.orders.actions.remote import new_remote_secret
from tradepost.orders.models import OrderSettings
from tradepost.orders.queries import settings_of


def change_settings(
    *, merchant: Merchant, chosen: OrderSettings, changed: Iterable[str], by: Actor
) -> str:
    """Save what was chosen; ``changed`` names the fields. Returns a fresh signing secret when remote
    calls are new, else "".

    With its address the merchant names its own server as a recipient of its orders.
    """
    chosen.merchant = merchant
    secret = ""
    if chosen.remote_url and not chosen.remote_secret:
        secret = new_remote_secret(chosen)
    with transaction.atomic():
        chosen.save()
        record(
            actor=by,
            action="orders.change_settings",
            target=chosen,
            merchant_id=merchant.pk,
            detail={"changed": sorted(changed)},
        )
    return secret


def renew_remote_secret(*, merchant: Merchant, by: Actor) -> str:
    """A fresh secret; the old one signs nothing from now on."""
    chosen = settings_of(merchant)
    secret = new_remote_secret(chosen)
    with transaction.atomic():
        chosen.save()
        record(
            actor=by,
            action="orders.renew_remote_secret",
            target=chosen,
            merchant_id=merchant.pk,
        )
    return secret
