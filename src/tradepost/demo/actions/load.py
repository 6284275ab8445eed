"""Loads the whole story into an empty installation. Deterministic but for the calendar."""

from django.conf import settings
from django.db import transaction
from django_scopes import scope

from tradepost.demo.actions.attest import attest_promises
from tradepost.demo.actions.letters import create_campaigns
from tradepost.demo.actions.people import create_contacts, create_team
from tradepost.demo.actions.sales import create_orders
from tradepost.demo.actions.shop import create_shelves, offer_payment
from tradepost.demo.actions.shop_front import fill_shop_front
from tradepost.lib import clock
from tradepost.merchants.models import Merchant


class NotEmpty(Exception):
    """There are merchants already; a demo among real shops would confuse everybody."""


def is_empty() -> bool:
    return not Merchant.objects.exists()


def load_demo() -> Merchant:
    """One transaction: the demo is there whole or not at all. Sends nothing.

    Raises:
        NotEmpty
    """
    if not is_empty():
        raise NotEmpty
    now = clock.now()
    with transaction.atomic():
        merchant, owner = create_team()
        with scope(merchant=merchant):
            letter = create_contacts(merchant, now)
            offer_payment(merchant, owner)
            fill_shop_front(merchant, owner)
            products = create_shelves(merchant, owner)
            create_orders(merchant, owner, products, now)
            create_campaigns(merchant, owner, letter, now, settings.TRADEPOST.base_url)
        attest_promises()
    return merchant
