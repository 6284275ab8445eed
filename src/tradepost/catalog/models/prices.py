from typing import ClassVar

from django.db import models
from django_scopes import ScopedManager

from tradepost.catalog.models.declared import not_about_people
from tradepost.lib import clock
from tradepost.merchants.models import MerchantRow


class PriceChange(MerchantRow):
    """What something cost from ``at`` on. Rows are only ever added; triggers refuse all else.

    ``product_id`` and ``variant_id`` are plain numbers, so that the history outlives the goods. Only a
    shop that closes takes its rows along.
    """

    product_id = models.BigIntegerField()
    variant_id = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    price_minor = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["PriceChange"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("at", "pk")
        indexes: ClassVar = [models.Index(fields=["product_id", "at"], name="price_history")]

    class Privacy:
        not_personal = not_about_people("product_id", "variant_id", "currency", "price_minor", "at")
