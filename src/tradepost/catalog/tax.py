"""Which rate of tax goes on what is sent where.

The table holds the general and the most usual reduced rates of value added tax in the European
Union (Council Directive 2006/112/EC; rates in force in 2026 as published by the Commission in its
Taxes in Europe Database). It is a start, not advice: a merchant's own ``TaxRate`` rows go first.
"""

from dataclasses import dataclass
from decimal import Decimal

from tradepost.catalog.models import CatalogSettings, TaxRate
from tradepost.catalog.types import TaxClass, TaxRule
from tradepost.merchants.models import Merchant

# country: standard, reduced
_EU: dict[str, tuple[str, str]] = {
    "AT": ("20", "10"),
    "BE": ("21", "6"),
    "BG": ("20", "9"),
    "CY": ("19", "5"),
    "CZ": ("21", "12"),
    "DE": ("19", "7"),
    "DK": ("25", "25"),
    "EE": ("24", "9"),
    "ES": ("21", "10"),
    "FI": ("25.5", "13.5"),
    "FR": ("20", "5.5"),
    "GR": ("24", "13"),
    "HR": ("25", "13"),
    "HU": ("27", "5"),
    "IE": ("23", "13.5"),
    "IT": ("22", "10"),
    "LT": ("21", "12"),
    "LU": ("17", "8"),
    "LV": ("21", "12"),
    "MT": ("18", "7"),
    "NL": ("21", "9"),
    "PL": ("23", "8"),
    "PT": ("23", "6"),
    "RO": ("21", "11"),
    "SE": ("25", "12"),
    "SI": ("22", "9.5"),
    "SK": ("23", "19"),
}
EU_COUNTRIES = frozenset(_EU)


@dataclass(frozen=True)
class TaxTable:
    """One merchant's rates, read once so that a cart of many lines costs one query.

    Inside the Union the destination's or the home rate applies, by the merchant's rule; goods that
    leave the Union, and shops outside it, carry only the merchant's own rates.
    """

    home: str
    prices_include_tax: bool
    rule: TaxRule
    own: dict[tuple[str, str], Decimal]

    def rate(self, tax_class: str, country: str) -> Decimal:
        """Per cent, for goods of ``tax_class`` that go to ``country``."""
        if tax_class == TaxClass.ZERO:
            return Decimal(0)
        country = country.upper() or self.home
        if self.rule == TaxRule.HOME and country in EU_COUNTRIES:
            country = self.home
        own = self.own.get((tax_class, country))
        if own is not None:
            return own
        if self.home not in EU_COUNTRIES or country not in EU_COUNTRIES:
            return Decimal(0)
        standard, reduced = _EU[country]
        return Decimal(reduced if tax_class == TaxClass.REDUCED else standard)


def tax_table(merchant: Merchant) -> TaxTable:
    """Needs the merchant's scope; two queries."""
    chosen = CatalogSettings.objects.filter(merchant=merchant).first() or CatalogSettings()
    return TaxTable(
        home=merchant.home_country.upper(),
        prices_include_tax=chosen.prices_include_tax,
        rule=TaxRule(chosen.tax_rule),
        own={
            (row.tax_class, row.country.upper()): row.rate
            for row in TaxRate.objects.filter(merchant=merchant)
        },
    )


def tax_rate(*, merchant: Merchant, tax_class: str, country: str) -> Decimal:
    """One rate, in per cent; for many lines take :func:`tax_table`."""
    return tax_table(merchant).rate(tax_class, country)
