"""The amounts of this room, for a change of the shop's currency (see ``merchants.money``)."""

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from tradepost.checkout.models import Cart, CartLine, CartSettings, Coupon, DeliveryMethod
from tradepost.checkout.types import DeliveryRule, LinkMode
from tradepost.merchants.models import Merchant
from tradepost.merchants.money import AmountColumns, Convert


def _lines(merchant: Merchant) -> QuerySet[CartLine]:
    return CartLine.objects.filter(merchant=merchant, cart__ordered_at=None)


def _tiers(method: DeliveryMethod, convert: Convert) -> list[list[int]]:
    """``[up to, price]``; what it goes up to is an amount where goods are measured by their value."""
    by_value = method.rule == DeliveryRule.VALUE
    return [[convert(upto) if by_value else upto, convert(price)] for upto, price in method.tiers]


def _bands(line: CartLine, convert: Convert) -> list[list[int]]:
    return [[count, convert(price)] for count, price in line.bands]


def _tell(merchant: Merchant) -> None:
    """Prices of pages mean the old currency, signed or not: none is taken until the merchant has answered
    for them again. Open carts say so."""
    Cart.objects.filter(pk__in=_lines(merchant).values("cart")).update(currency_changed=True)
    settings, _made = CartSettings.objects.get_or_create(merchant=merchant)
    rows = CartSettings.objects.filter(pk=settings.pk)
    rows.update(link_key_number=F("link_key_number") + 1, currency_number="", old_secret="")
    rows.filter(mode=LinkMode.OPEN).update(mode=LinkMode.SAFE, old_pages_asked_at=None)


AMOUNTS = (
    AmountColumns(
        label=_("Ways of delivery"),
        rows=lambda merchant: DeliveryMethod.objects.filter(merchant=merchant),
        packed={"tiers": _tiers},
    ),
    AmountColumns(
        label=_("Discount codes"),
        rows=lambda merchant: Coupon.objects.filter(merchant=merchant),
    ),
    AmountColumns(
        label=_("Lines of open carts"), rows=_lines, packed={"bands": _bands}, done=_tell
    ),
)
