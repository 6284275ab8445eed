from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.catalog.models.declared import not_about_people
from tradepost.catalog.types import TaxClass, TaxRule
from tradepost.merchants.models import MerchantRow


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
