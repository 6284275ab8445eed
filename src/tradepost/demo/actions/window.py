"""The demo's shop window: what it says about itself."""

from tradepost.identity.models import User
from tradepost.merchants.models import Merchant
from tradepost.storefront.actions.fronts import change_front

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
RETURNS = """You have **30 days** to send back what you do not like. Write to us first, and put the
number of your order into the parcel.

- Send it as you got it; one try on a belt is fine.
- The money comes back the way it came, within 14 days.
- We pay for the way back inside Germany.
"""


def dress_window(merchant: Merchant, owner: User) -> None:
    change_front(
        merchant=merchant,
        by=owner,
        tagline="Bags and belts for the next thirty years.",
        introduction=GREETING,
        imprint=IMPRINT.replace("\n", "  \n"),
        returns=RETURNS,
    )
