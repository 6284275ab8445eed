"""Loads the whole story into an empty installation. Deterministic but for the calendar."""

from concurrent.futures import BrokenExecutor, Future
from contextlib import suppress

from django.conf import settings
from django.db import transaction
from django_scopes import scope

from tradepost.catalog.pictures import EncodedPicture
from tradepost.demo.actions.attest import attest_promises
from tradepost.demo.actions.books import write_orders
from tradepost.demo.actions.letters import count_rows, create_campaigns
from tradepost.demo.actions.people import create_contacts, create_team
from tradepost.demo.actions.plans import join_a_plan, offer_plans
from tradepost.demo.actions.sales import stories
from tradepost.demo.actions.shop import create_shelves, hang_pictures, offer_payment, paint
from tradepost.demo.actions.shop_front import fill_shop_front
from tradepost.demo.actions.talks import hold_talks
from tradepost.lib import clock
from tradepost.merchants.models import Merchant


class NotEmpty(Exception):
    """There are merchants already; a demo among real shops would confuse everybody."""


def is_empty() -> bool:
    return not Merchant.objects.exists()


def load_demo(painting: Future[list[EncodedPicture]] | None = None) -> Merchant:
    """One transaction: the demo is there whole or not at all. Sends nothing.

    ``painting``: the pictures, where another process draws them meanwhile.

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
            count_rows()
            offer_payment(merchant, owner)
            fill_shop_front(merchant, owner)
            products = create_shelves(merchant, owner)
            write_orders(merchant, owner, stories(merchant, products, now))
            hang_pictures(products, _painted(painting), owner)
            hold_talks(merchant, owner, now)
            create_campaigns(merchant, owner, letter, now, settings.TRADEPOST.base_url)
        join_a_plan(merchant, owner, offer_plans(now), now)
        attest_promises()
    return merchant


def _painted(painting: Future[list[EncodedPicture]] | None) -> list[EncodedPicture]:
    """Drawn here where nobody else does it, or whoever did was ended."""
    if painting:
        with suppress(BrokenExecutor):
            return painting.result()
    return paint()
