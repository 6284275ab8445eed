from decimal import Decimal
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.catalog.models.changed_at import ChangedAt
from tradepost.catalog.models.declared import not_about_people
from tradepost.catalog.types import LONGEST_NAME, TaxClass
from tradepost.datamap.columns.typed import TypedCharField, TypedTextField
from tradepost.lib import clock
from tradepost.lib.money import Money
from tradepost.merchants.models import MerchantRow


class Category(MerchantRow):
    """A shelf of the shop. Shelves may stand inside one another."""

    name = TypedCharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=140, allow_unicode=True)
    description = TypedTextField(_("description"), blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children"
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    objects: ClassVar[models.Manager["Category"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("position", "name", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "slug"], name="category_slug_once")
        ]

    class Privacy:
        not_personal = not_about_people("name", "slug", "description", "parent", "position")

    def __str__(self) -> str:
        return self.name


class Product(MerchantRow):
    """Something to sell. Where it has variants, they hold the stock and may have their own price."""

    name = TypedCharField(_("name"), max_length=LONGEST_NAME)
    slug = models.SlugField(_("address"), max_length=220, allow_unicode=True)
    description = TypedTextField(_("description"), blank=True)
    price_minor = models.PositiveBigIntegerField(_("price"))  # the merchant's currency
    compare_at_minor = models.PositiveBigIntegerField(_("former price"), null=True, blank=True)
    reduced_from_minor = models.PositiveBigIntegerField(null=True, editable=False)
    tax_class = models.CharField(
        _("tax"), max_length=20, choices=TaxClass, default=TaxClass.STANDARD
    )
    sku = TypedCharField(_("article number"), max_length=80, blank=True)
    stock = models.PositiveIntegerField(
        _("stock"), null=True, blank=True, help_text=_("Empty: never sold out.")
    )
    visible = models.BooleanField(_("visible in the shop"), default=True)
    weight_grams = models.PositiveIntegerField(_("weight in grams"), default=0)
    units = models.DecimalField(
        _("shipping units"),
        max_digits=12,
        decimal_places=3,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0))],
    )
    category = models.ForeignKey(
        Category, on_delete=models.SET_NULL, null=True, blank=True, related_name="products"
    )
    needs_delivery = models.BooleanField(_("has to be delivered"), default=True)
    maker = TypedCharField(_("maker"), max_length=120, blank=True)
    tags = TypedCharField(_("tags"), max_length=500, blank=True)
    search_text = TypedTextField(blank=True, editable=False)  # see catalog.search
    list_handle = TypedCharField(max_length=255, blank=True, editable=False)  # in imported lists
    created_at = models.DateTimeField(default=clock.now)
    updated_at = ChangedAt()

    objects: ClassVar[models.Manager["Product"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("name", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "slug"], name="product_slug_once"),
            models.UniqueConstraint(
                "merchant", Lower("sku"), condition=~Q(sku=""), name="product_sku_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant", "visible", "name"], name="product_listing"),
            models.Index(fields=["merchant", "visible", "-created_at"], name="product_newest"),
            models.Index(fields=["merchant", "list_handle"], name="product_list_handle"),
        ]

    class Privacy:
        not_personal = not_about_people(
            *("name", "slug", "description", "price_minor", "compare_at_minor", "tax_class"),
            "reduced_from_minor",
            *("sku", "stock", "visible", "weight_grams", "units", "category", "needs_delivery"),
            *("maker", "tags", "search_text", "list_handle", "created_at", "updated_at"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.merchant.currency)

    @property
    def former_minor(self) -> int | None:
        """The crossed-out price: the lowest of the 30 days before the reduction began, or none.

        ``compare_at_minor`` is what the merchant says it cost, and only asks for a crossed-out
        price; ``reduced_from_minor`` is what the price history says (Dir. 98/6/EC Art. 6a; see
        ``actions.prices``).
        """
        return crossed_out(self, self.price_minor, self.reduced_from_minor)

    @property
    def stock_in_all(self) -> int | None:
        """With the variants, where it has some; None as soon as one of them is not counted."""
        counts = [variant.stock for variant in self.variants.all()] or [self.stock]
        return None if None in counts else sum(count or 0 for count in counts)

    @property
    def sold_out(self) -> bool:
        """Of the product itself; a product with variants asks them."""
        return self.stock == 0


class FormerAddress(MerchantRow):
    """Where a product used to be found; visitors are led on to where it is now."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="former_addresses")
    slug = models.SlugField(max_length=220, allow_unicode=True)

    objects: ClassVar[models.Manager["FormerAddress"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "slug"], name="former_address_once")
        ]

    class Privacy:
        not_personal = not_about_people("product", "slug")

    def __str__(self) -> str:
        return self.slug


def crossed_out(product: Product, price_minor: int, reduced_from_minor: int | None) -> int | None:
    if product.compare_at_minor is None or reduced_from_minor is None:
        return None
    return reduced_from_minor if reduced_from_minor > price_minor else None
