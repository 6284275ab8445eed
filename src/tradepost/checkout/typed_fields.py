"""What a buyer typed at the checkout, carried along in the forms of this very browser.

It is written down nowhere before the order: no row, no cookie, no address. So nobody who holds a cart's
token from elsewhere can see it, and there is nothing to erase for somebody who does not order.
"""

from collections.abc import Mapping

from tradepost.checkout.addresses import FIELD_NAMES

_MOST = 2000
_CONTACT = ("email", "telephone", "delivery", "payment", "note", "newsletter", "order_secret")
NAMES = frozenset(
    [*_CONTACT, *(f"{kind}-{name}" for kind in ("shipping", "billing") for name in FIELD_NAMES)]
)


def typed_fields(data: Mapping[str, str] | None) -> dict[str, str]:
    """Those of the checkout's fields that were sent and are not empty."""
    if data is None:
        return {}
    return {
        name: str(data[name])[:_MOST].replace("\x00", "")
        for name in data
        if name in NAMES and data[name]
    }
