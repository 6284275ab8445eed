import secrets
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.catalog.types import TaxClass, TaxRule
from tradepost.lib.money import Money
from tradepost.merchants.models import MerchantRow


def not_about_people(*fields: str) -> dict[str, str]:
    return dict.fromkeys(("id", "merchant", *fields), "describes goods, not people")


class CatalogSettings(MerchantRow):
    """How a shop's prices are meant; no row means the defaults."""

    prices_include_tax = models.BooleanField(_("prices include tax"), default=True)
    tax_rule = models.CharField(
        _("tax on goods to other EU countries"),
        max_length=20,
        choices=TaxRule,
        default=TaxRule.DESTINATION,
    )

    objects: ClassVar[models.Manager["CatalogSettings"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant"], name="one_catalog_settings_per_merchant")
        ]

    class Privacy:
        not_personal = not_about_people("prices_include_tax", "tax_rule")


class Category(MerchantRow):
    """A shelf of the shop. Shelves may stand inside one another."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=140)
    description = models.TextField(_("description"), blank=True)
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

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address"), max_length=220)
    description = models.TextField(_("description"), blank=True)
    price_minor = models.PositiveBigIntegerField(_("price"))  # the merchant's currency
    compare_at_minor = models.PositiveBigIntegerField(_("former price"), null=True, blank=True)
    tax_class = models.CharField(
        _("tax"), max_length=20, choices=TaxClass, default=TaxClass.STANDARD
    )
    sku = models.CharField(_("article number"), max_length=80, blank=True)
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
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager["Product"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("name", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "slug"], name="product_slug_once"),
            models.UniqueConstraint(
                fields=["merchant", "sku"], condition=~Q(sku=""), name="product_sku_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant", "visible", "name"], name="product_listing")
        ]

    class Privacy:
        not_personal = not_about_people(
            *("name", "slug", "description", "price_minor", "compare_at_minor", "tax_class"),
            *("sku", "stock", "visible", "weight_grams", "units", "category"),
            *("created_at", "updated_at"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.merchant.currency)

    @property
    def sold_out(self) -> bool:
        """Of the product itself; a product with variants asks them."""
        return self.stock == 0


class ProductOption(MerchantRow):
    """What a buyer chooses: a name and its values, such as Colour: Cognac, Black."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="options")
    name = models.CharField(_("name"), max_length=80)
    values: models.JSONField[list[str], list[str]] = models.JSONField(_("values"), default=list)
    position = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager["ProductOption"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "name"], name="option_name_once")
        ]

    class Privacy:
        not_personal = not_about_people("product", "name", "values", "position")

    def __str__(self) -> str:
        return self.name


class Variant(MerchantRow):
    """One choice of a product's options, as ``{"Colour": "Cognac"}``, with its own stock."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    options: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    sku = models.CharField(_("article number"), max_length=80, blank=True)
    own_price_minor = models.PositiveBigIntegerField(_("price"), null=True, blank=True)
    stock = models.PositiveIntegerField(_("stock"), null=True, blank=True)
    own_weight_grams = models.PositiveIntegerField(_("weight in grams"), null=True, blank=True)
    position = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager["Variant"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant", "sku"], condition=~Q(sku=""), name="variant_sku_once"
            )
        ]

    class Privacy:
        not_personal = not_about_people(
            *("product", "options", "sku", "own_price_minor", "stock", "own_weight_grams"),
            "position",
        )

    def __str__(self) -> str:
        return f"{self.product.name}, {self.choice}"

    @property
    def choice(self) -> str:
        return ", ".join(self.options.values())

    @property
    def price_minor(self) -> int:
        return self.product.price_minor if self.own_price_minor is None else self.own_price_minor

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.merchant.currency)

    @property
    def weight_grams(self) -> int:
        own = self.own_weight_grams
        return self.product.weight_grams if own is None else own

    @property
    def sold_out(self) -> bool:
        return self.stock == 0


def photo_path(photo: Any, name: str) -> str:
    """``<merchant>/products/<random>.<ending>``: the uploaded name says nothing and stays out."""
    ending = PurePosixPath(name).suffix.lower()
    return f"{photo.merchant.public_id}/products/{secrets.token_hex(12)}{ending}"


class Photo(MerchantRow):
    """A picture of a product, re-encoded by us: no metadata of the camera is left."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="photos")
    file = models.FileField(_("picture"), upload_to=photo_path, max_length=200)
    alt = models.CharField(_("description for people who do not see it"), max_length=200)
    position = models.PositiveIntegerField(default=0)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    objects: ClassVar[models.Manager["Photo"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("position", "pk")

    class Privacy:
        not_personal = not_about_people("product", "file", "alt", "position", "width", "height")


class TaxRate(MerchantRow):
    """A rate of the merchant's own; it goes before the built-in table of ``catalog.tax``."""

    tax_class = models.CharField(_("tax"), max_length=20, choices=TaxClass)
    country = models.CharField(_("country"), max_length=2)
    rate = models.DecimalField(
        _("per cent"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )

    objects: ClassVar[models.Manager["TaxRate"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("country", "tax_class")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant", "tax_class", "country"], name="tax_rate_once"
            )
        ]

    class Privacy:
        not_personal = not_about_people("tax_class", "country", "rate")
