"""Words of the catalogue that are not rows."""

from dataclasses import dataclass
from typing import Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.rooms import Permission

SEE_CATALOG = Permission(name="see_catalog", seeing=True)
CHANGE_CATALOG = Permission(name="change_catalog")
PRODUCTS_METER = "products"  # of plans

LONGEST_NAME = 255
MOST_VARIANTS = 100


class TaxClass(models.TextChoices):
    STANDARD = "standard", _("Standard rate")
    REDUCED = "reduced", _("Reduced rate")
    ZERO = "zero", _("No tax")


class TaxRule(models.TextChoices):
    """Whose rate applies to goods sent to another country of the European Union."""

    DESTINATION = "destination", _("The rate of the country the goods go to")
    HOME = "home", _("Always the rate of your own country")


class StockReason(models.TextChoices):
    """Why a count changed."""

    ORDER = "order", _("ordered")
    RETURNED = "returned", _("order cancelled or returned")
    COUNTED = "counted", _("counted")
    IMPORT = "import", _("import")
    API = "api", _("by a program")


class CannotBeSaved(ValueError):
    """Something in a product contradicts the rest of the shop.

    ``field`` names the place; ``row`` the number of the variant, where several are saved at once.
    """

    def __init__(self, field: str, message: str, row: int | None = None) -> None:
        super().__init__(message)
        self.field, self.row = field, row


class GoodsLine(Protocol):
    """So many of one product, or of one of its variants: a row of a cart, say. Without a product it is
    something that the catalogue does not know, which stands on no shelf."""

    @property
    def product_id(self) -> int | None: ...
    @property
    def variant_id(self) -> int | None: ...
    @property
    def quantity(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLine:
    """Goods of which another number moves than their row says: some of an order line come back."""

    product_id: int
    variant_id: int | None = None
    quantity: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """``left`` is what can still be had; ``wanted`` more than that was asked for."""

    sku: str
    name: str
    wanted: int
    left: int
    product_id: int
    variant_id: int | None = None


class OutOfStock(Exception):
    """Something was sold out in the meantime; nothing was taken. ``sku``, ``left``: the first of it."""

    def __init__(self, shortages: tuple[Shortage, ...]) -> None:
        super().__init__(", ".join(f"{item.sku or item.name}: {item.left}" for item in shortages))
        self.shortages = shortages
        self.sku = shortages[0].sku
        self.left = shortages[0].left
