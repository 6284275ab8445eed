"""The demo's shop window: what it says about itself."""

from tradepost.audit.types import Actor
from tradepost.catalog.actions.taxes import change_price_settings
from tradepost.catalog.types import TaxRule
from tradepost.identity.models import User
from tradepost.merchants.models import Merchant
from tradepost.storefront.actions.fronts import change_front, change_texts

GREETING = (
    "We cut, stitch and finish every piece in our workshop in Offenbach, from leather that was "
    "tanned with bark and water. What we make can be mended, and we mend it."
)
IMPRINT = """Ember & Oak, Ines Ahrendt
Ludwigstraße 12
63065 Offenbach am Main
Germany

Telephone: +49 69 5550 1234
"""
TERMS = """You order with us, Ember & Oak. The contract stands when we confirm your order by mail.

- Prices include tax; delivery is added and shown before you order.
- Goods stay ours until they are paid.
- The law of your country protects you as a buyer as it always does.
"""
RETURNS = """You have **30 days** to send back what you do not like. Write to us first, and put the
number of your order into the parcel.

- Send it as you got it; one try on a belt is fine.
- The money comes back the way it came, within 14 days.
- We pay for the way back inside Germany.
"""


def fill_shop_front(merchant: Merchant, owner: User) -> None:
    change_front(
        merchant=merchant,
        by=Actor.user(owner),
        tagline="Bags and belts for the next thirty years.",
        introduction=GREETING,
    )
    change_texts(
        merchant=merchant,
        by=Actor.user(owner),
        imprint=IMPRINT.replace("\n", "  \n"),
        terms=TERMS,
        returns=RETURNS,
    )
    change_price_settings(
        merchant=merchant,
        by=Actor.user(owner),
        prices_include_tax=True,
        tax_rule=TaxRule.DESTINATION,
    )
