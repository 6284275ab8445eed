"""Words of the shop front that are not rows."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from tradepost.catalog.tax import TaxTable

SHOP_FRONT = "shop-front"  # the module

HOUSE_ACCENT = "#12503a"


class Typeface(models.TextChoices):
    LEDGER = "ledger", _("Ledger: Fraunces on titles")
    MODERN = "modern", _("Modern: Inter throughout")
    CLASSIC = "classic", _("Classic: a book face")
    PLAIN = "plain", _("Plain: the reader's own face, nothing to load")


class TextKind(models.TextChoices):
    """Pages of the merchant's own words."""

    IMPRINT = "imprint", _("Imprint")
    TERMS = "terms", _("Terms of sale")
    RETURNS = "returns", _("Returns")


@dataclass(frozen=True)
class ShelfLink:
    """A category in the shop's navigation."""

    name: str
    slug: str
    depth: int


@dataclass(frozen=True)
class Delivery:
    """A way of delivery as a product page tells of it; ``price_minor`` None: it depends."""

    name: str
    estimate: str
    price_minor: int | None
    free_from_minor: int | None


@dataclass(frozen=True)
class ShopFacts:
    """What stands around every page of one shop; kept as long as its content version holds."""

    accent: str
    typeface: str
    tagline: str
    introduction: str
    dark: bool
    logo_url: str
    logo_dark_url: str
    banner_url: str
    banner_srcset: str
    shelves: tuple[ShelfLink, ...]
    texts: tuple[str, ...]
    newsletter_url: str
    taxes: TaxTable
    deliveries: tuple[Delivery, ...]

    def tax_rate(self, tax_class: str) -> Decimal:
        """At home, which is what a shop window shows; the checkout knows the buyer's country."""
        return self.taxes.rate(tax_class, self.taxes.home)
