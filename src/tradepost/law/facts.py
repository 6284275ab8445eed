"""Where rooms say what is so in a shop, where it sells to, and what they find when they look."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy

from tradepost.datamap.extensions import ExtensionPoint, NamedExtensionPoint
from tradepost.law.types import (
    Customers,
    LawCheck,
    ShopFact,
    ShopSeen,
    ShopSize,
    Turnover,
)
from tradepost.merchants.models import Merchant

facts: NamedExtensionPoint[ShopFact] = NamedExtensionPoint("facts that laws ask for")
checks: NamedExtensionPoint[LawCheck] = NamedExtensionPoint("checks of laws")
# Countries that a shop sells to; None: everywhere.
destinations: ExtensionPoint[Callable[[Merchant], set[str] | None]] = ExtensionPoint(
    "countries that a shop sells to"
)


def _never(_shop: ShopSeen) -> bool:
    return False


OWN_FACTS = {
    "consumers": ShopFact(
        holds=lambda shop: shop.customers != Customers.COMPANIES,
        otherwise=gettext_lazy("You say that you sell to companies only."),
    ),
    "companies": ShopFact(
        holds=lambda shop: shop.customers != Customers.CONSUMERS,
        otherwise=gettext_lazy("You say that you sell to people only."),
    ),
    "more than micro": ShopFact(
        holds=lambda shop: shop.size != ShopSize.MICRO,
        otherwise=gettext_lazy(
            "You say that your business has fewer than 10 people and at most 2 million euros of turnover."
        ),
    ),
    "large turnover": ShopFact(
        holds=lambda shop: shop.turnover != Turnover.BELOW,
        otherwise=gettext_lazy("You say that your turnover is at most 800,000 euros."),
    ),
    "marketplace": ShopFact(
        holds=_never, otherwise=gettext_lazy("You alone sell in this shop; it is no marketplace.")
    ),
    "renewals": ShopFact(
        holds=_never, otherwise=gettext_lazy("Nothing that renews itself is sold here.")
    ),
    "maker of software": ShopFact(
        holds=_never,
        otherwise=gettext_lazy("This binds whoever makes the software, not shops that use it."),
    ),
}
