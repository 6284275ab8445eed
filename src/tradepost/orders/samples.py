"""Orders for the promises' checks: a made-up shop and customer, every field a mark that can be found."""

from datetime import datetime, timedelta

from django_scopes import scope

from tradepost.audit.types import PERSON
from tradepost.datamap.promises import Broken
from tradepost.datamap.registry import keep_rules
from tradepost.lib.postal import PostalAddress
from tradepost.orders.actions.create import create_order
from tradepost.orders.models import Order
from tradepost.orders.types import (
    Addresses,
    CustomerDraft,
    LineDraft,
    OrderDetails,
    OrderSource,
    Totals,
)
from tradepost.payments.models import GatewayAccount
from tradepost.payments.samples import shop

EMAIL = "quorra.marrow@promise-check.example"
NAME = "Quorra Marrow"
PHONE = "0170 5550199"
STREET = "Sassafras Lane 7"
NOTE = "ring the verdigris bell"
MARKS = (EMAIL, NAME, PHONE, STREET, NOTE)
# The networks' own test numbers, one of each kind that they give out.
CARDS = (
    *("4111 1111 1111 1111", "5555 5555 5555 4444", "2223 0031 2200 3222", "3782 822463 10005"),
    *("3056 930902 5904", "6011 1111 1111 1117", "3566 0020 2036 0505", "6759 6498 2643 8453"),
)
FREE_TEXTS = 10

LABEL_FIELDS = frozenset({"sender", "recipient"})
SLIP_FIELDS = frozenset({"order_number", "ordered_on", "delivery", "note", "goods"})
SLIP_GOODS = frozenset({"quantity", "sku", "title", "options"})


def order(key: str = "trial", text: str = "") -> Order:
    """An order in a fresh shop; ``text`` is typed into every free-text field besides its mark."""
    merchant = shop()
    with scope(merchant=merchant):
        GatewayAccount.objects.create(merchant=merchant, gateway="on_delivery")
        return create_order(
            merchant=merchant,
            lines=[
                LineDraft(
                    title=f"Wallet {text}",
                    options=text,
                    quantity=1,
                    unit_price_minor=5000,
                    total_minor=5000,
                )
            ],
            customer=CustomerDraft(
                email=EMAIL, name=f"{NAME} {text}".strip(), telephone=PHONE, note=f"{NOTE} {text}"
            ),
            addresses=Addresses(
                billing=PostalAddress(
                    name=NAME,
                    company=text,
                    line1=STREET,
                    line2=text,
                    postcode=text or "10969",
                    city="Berlin",
                    country="DE",
                )
            ),
            totals=Totals(currency="EUR", goods_minor=5000, total_minor=5000),
            payment_method="on_delivery",
            source=OrderSource.STOREFRONT,
            key=key,
            by=PERSON,
            details=OrderDetails(session_data=text, extra={"Engraving": text}, coupon=text),
        )


def exists(row: Order) -> bool:
    return Order._base_manager.filter(pk=row.pk).exists()


def period(rule: str) -> timedelta:
    """The rule's own period, which a fresh shop goes by."""
    found = keep_rules[rule].period
    assert found is not None
    return found


def purge(rule: str, now: datetime) -> None:
    """What the retention run of that day would do. Raises: Broken, when nobody does it."""
    run = keep_rules[rule].purge
    if run is None:
        raise Broken(f"nothing carries out {rule}")
    run(now)
