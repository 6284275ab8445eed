from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.catalog.models.declared import not_about_people
from tradepost.catalog.models.goods import Product, crossed_out
from tradepost.datamap.columns.typed import TypedCharField, TypedJSONField
from tradepost.lib.money import Money
from tradepost.merchants.models import MerchantRow


class ProductOption(MerchantRow):
    """What a buyer chooses: a name and its values, such as Colour: Cognac, Black."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="options")
    name = TypedCharField(_("name"), max_length=80)
    values: models.JSONField[list[str], list[str]] = TypedJSONField(_("values"), default=list)
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
    options: models.JSONField[dict[str, str], dict[str, str]] = TypedJSONField(default=dict)
    label = TypedCharField(max_length=500, blank=True)
    sku = TypedCharField(_("article number"), max_length=80, blank=True)
    own_price_minor = models.PositiveBigIntegerField(_("price"), null=True, blank=True)
    stock = models.PositiveIntegerField(_("stock"), null=True, blank=True)
    own_weight_grams = models.PositiveIntegerField(_("weight in grams"), null=True, blank=True)
    photo = models.ForeignKey(
        "catalog.Photo",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("photo"),
    )
    reduced_from_minor = models.PositiveBigIntegerField(null=True, editable=False)
    position = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager["Variant"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                "merchant", Lower("sku"), condition=~Q(sku=""), name="variant_sku_once"
            )
        ]

    class Privacy:
        not_personal = not_about_people(
            *("product", "options", "label", "sku", "own_price_minor", "stock", "own_weight_grams"),
            *("photo", "reduced_from_minor", "position"),
        )

    def __str__(self) -> str:
        return f"{self.product.name}, {self.choice}"

    def choose(self, options: dict[str, str]) -> None:
        """Set the choice, and its words in the order of the options: PostgreSQL sorts JSON's keys."""
        self.options = options
        self.label = ", ".join(options.values())[:500]

    @property
    def choice(self) -> str:
        return self.label or ", ".join(self.options.values())

    @property
    def price_minor(self) -> int:
        return self.product.price_minor if self.own_price_minor is None else self.own_price_minor

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.merchant.currency)

    @property
    def former_minor(self) -> int | None:
        """The crossed-out price; see ``Product.former_minor``."""
        return crossed_out(self.product, self.price_minor, self.reduced_from_minor)

    @property
    def weight_grams(self) -> int:
        own = self.own_weight_grams
        return self.product.weight_grams if own is None else own

    @property
    def sold_out(self) -> bool:
        return self.stock == 0
