"""Products, counted for the shop's plan."""

from datetime import datetime

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tradepost.billing.meters import Meter, Unit
from tradepost.catalog.models import Product
from tradepost.catalog.types import PRODUCTS_METER, SEE_CATALOG
from tradepost.merchants.models import Merchant


def _products(merchant: Merchant, _since: datetime) -> QuerySet[Product]:
    return Product.objects.filter(merchant=merchant).select_related("merchant")


def _unit(product: Model) -> Unit:
    assert isinstance(product, Product)
    page = reverse("catalog_office:product", args=[product.merchant.handle, product.public_id])
    return Unit(words=product.name, url=page)


METERS = {
    PRODUCTS_METER: Meter(
        label=_("products"),
        order=20,
        units=_products,
        unit=_unit,
        permission=SEE_CATALOG,
    )
}
