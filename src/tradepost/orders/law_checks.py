"""What the laws about invoices and tax find in a shop's orders."""

from datetime import UTC, datetime

from django.db.models import F, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.catalog.tax import EU_COUNTRIES, tax_table
from tradepost.catalog.types import TaxRule
from tradepost.law.figures import EUROS_OF_DISTANCE_SALES, in_force
from tradepost.law.types import LawCheck, LawFinding, LawGap
from tradepost.lib import clock
from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant
from tradepost.orders.models import Order, OrderAddress
from tradepost.orders.queries import missing_of_seller
from tradepost.ui.templatetags.ui import reader_locale


def seller_known(merchant: Merchant) -> LawFinding:
    missing = missing_of_seller(merchant)
    said = {
        "tax_id": _("your tax number or VAT number is missing"),
        "address": _("your postal address is missing"),
    }
    url = reverse("orders_office:settings", args=[merchant.handle])
    return LawFinding(
        evidence=_("Looked at the settings of invoices: address and tax number."),
        gaps=tuple(LawGap(words=said[part], url=url) for part in sorted(missing)),
    )


def tax_by_destination(merchant: Merchant) -> LawFinding:
    """Above the threshold the country of the goods says the rate; below, the shop may choose."""
    if tax_table(merchant).rule == TaxRule.DESTINATION:
        return LawFinding(evidence=_("Each sale carries the tax of the country it goes to."))
    day = clock.now().date()
    threshold = in_force(EUROS_OF_DISTANCE_SALES, day).value
    if merchant.currency != "EUR":
        return LawFinding(
            evidence=_("Your prices are not in euros, and always carry the tax of your country."),
            by_hand=_("Compare your sales to other member states with 10,000 euros a year."),
        )
    sold = Money(_sold_abroad(merchant, day.year), "EUR")
    words = _("more than %(limit)s euros went to other member states this year, with your own tax")
    url = reverse("catalog_office:taxes", args=[merchant.handle])
    gap = LawGap(words=words % {"limit": threshold}, url=url)
    evidence = _("Sold to other member states this year, without tax: %(sum)s.")
    return LawFinding(
        evidence=evidence % {"sum": sold.format(reader_locale())},
        gaps=(gap,) if sold.minor > threshold * 100 else (),
    )


def _sold_abroad(merchant: Merchant, year: int) -> int:
    """Minor units without tax, of orders of the year that were not cancelled; one query."""
    abroad = OrderAddress.objects.filter(
        merchant=merchant,
        use=OrderAddress.Use.DELIVERY,
        country__in=EU_COUNTRIES - {merchant.home_country},
    )
    rows = Order.objects.filter(
        merchant=merchant,
        placed_at__gte=datetime(year, 1, 1, tzinfo=UTC),
        cancelled_at=None,
        currency="EUR",
        pk__in=abroad.values("order_id"),
    )
    return rows.aggregate(sum=Sum(F("total_minor") - F("tax_minor")))["sum"] or 0


CHECKS = {
    "seller known": LawCheck(label=gettext_lazy("Invoices name the seller"), look=seller_known),
    "tax by destination": LawCheck(
        label=gettext_lazy("Tax goes by the right country"), look=tax_by_destination
    ),
}
