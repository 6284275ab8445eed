"""How prices are meant, and the merchant's own rates of tax."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.catalog.actions.version import content_changed
from tradepost.catalog.models import CatalogSettings, TaxRate
from tradepost.catalog.types import CannotBeSaved
from tradepost.merchants.models import Merchant


def change_price_settings(
    *, merchant: Merchant, by: Actor, prices_include_tax: bool, tax_rule: str
) -> CatalogSettings:
    """Whether prices include tax, and whose rate applies abroad. Prices themselves stay as typed."""
    with transaction.atomic():
        row, _made = CatalogSettings.objects.update_or_create(
            merchant=merchant,
            defaults={"prices_include_tax": prices_include_tax, "tax_rule": tax_rule},
        )
        record(
            actor=by, action="catalog.change_price_settings", target=row, merchant_id=merchant.pk
        )
        content_changed(merchant=merchant)
    return row


def set_tax_rate(
    *, merchant: Merchant, by: Actor, tax_class: str, country: str, rate: Decimal
) -> TaxRate:
    """The merchant's own rate for a class of goods in a country; replaces an earlier one.

    Raises:
        CannotBeSaved
    """
    country = country.strip().upper()
    if len(country) != 2 or not country.isalpha():
        raise CannotBeSaved("country", _("Choose a country."))
    if not Decimal(0) <= rate <= Decimal(100):
        raise CannotBeSaved("rate", _("A rate lies between 0 and 100 per cent."))
    with transaction.atomic():
        row, _made = TaxRate.objects.update_or_create(
            merchant=merchant, tax_class=tax_class, country=country, defaults={"rate": rate}
        )
        record(actor=by, action="catalog.set_tax_rate", target=row, merchant_id=merchant.pk)
        content_changed(merchant=merchant)
    return row


def delete_tax_rate(*, rate: TaxRate, by: Actor) -> None:
    """The table of the Union's rates applies again."""
    merchant = rate.merchant
    with transaction.atomic():
        record(actor=by, action="catalog.delete_tax_rate", target=rate, merchant_id=merchant.pk)
        rate.delete()
        content_changed(merchant=merchant)
