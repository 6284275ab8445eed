"""Every amount that a shop keeps in its currency is converted when that changes."""

import pytest
from django.apps import apps
from django_scopes import scopes_disabled

from tradepost.merchants.money import amount_columns

pytestmark = pytest.mark.django_db

# These say their currency themselves, or belong to a row that does, and stay as they were.
OWN_CURRENCY = {
    "billing.planperiod": "names its currency",
    "billing.planprice": "names its currency",
    "catalog.pricechange": "each row names its currency",
    "orders.customertotal": "a row for each currency, added up by triggers",
    "orders.order": "names its currency",
    "orders.orderline": "in the currency of its order",
    "orders.invoice": "names its currency",
    "orders.orderrefund": "in the currency of its order",
    "orders.orderrefundline": "in the currency of its order",
    "payments.paymentintent": "names its currency",
    "payments.refund": "in the currency of its payment",
    "payments.paymentevent": "in the currency of its payment",
}


def test_every_amount_of_a_shop_is_converted_or_names_its_currency(merchant):
    with scopes_disabled():
        converted = {kind.rows(merchant).model._meta.label_lower for kind in amount_columns}
    for model in apps.get_models():
        amounts = [f.name for f in model._meta.concrete_fields if f.name.endswith("_minor")]
        if not amounts or model._meta.label_lower in OWN_CURRENCY:
            continue
        assert model._meta.label_lower in converted, (
            f"{model._meta.label}: register {amounts} with merchants.money, or name its currency"
        )


def test_no_exception_is_left_over():
    known = {model._meta.label_lower for model in apps.get_models()}
    assert OWN_CURRENCY.keys() <= known
