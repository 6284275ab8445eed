from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.law.types import Customers, ShopSize, Turnover
from tradepost.merchants.models import MerchantRow

_SAID = "what the owner says of the business; goes with the account"


class BusinessFacts(MerchantRow):
    """What the laws ask of a business that no row of the shop tells. Empty: not said, and read strictly."""

    customers = models.CharField(
        _("whom you sell to"), max_length=12, choices=Customers, blank=True
    )
    size = models.CharField(_("size of your business"), max_length=8, choices=ShopSize, blank=True)
    turnover = models.CharField(
        _("turnover of the year before"), max_length=8, choices=Turnover, blank=True
    )

    objects: ClassVar[models.Manager["BusinessFacts"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant"], name="one_business_per_shop")
        ]

    class Privacy:
        not_personal = dict.fromkeys(("id", "merchant", "customers", "size", "turnover"), _SAID)
