from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.staticfiles import finders
from django.db import transaction
from django.utils.formats import date_format
from django_scopes import scope
from tests.together import together
from weasyprint import CSS, HTML

from tradepost.audit.types import SYSTEM
from tradepost.orders.actions.invoice import write_invoice
from tradepost.orders.actions.numbers import next_number
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.amounts.taxes import credit
from tradepost.orders.documents import (
    carrier_label,
    invoice_context,
    invoice_pdf,
    packing_slip,
    packing_slip_pdf,
)
from tradepost.orders.models import Invoice, Order, OrderLine
from tradepost.orders.models.invoice import Immutable
from tradepost.orders.tests.drafts import line, place
from tradepost.ui.drawing import papers
from tradepost.ui.drawing.papers import paper_pdf


@pytest.mark.django_db(transaction=True)
def test_eight_threads_get_numbers_without_gap_or_double_even_if_some_fail(merchant) -> None:
    def take(n: int) -> None:
        for turn in range(5):
            with scope(merchant=merchant), transaction.atomic():
                order = place(merchant, f"cart-{n}-{turn}")
                write_invoice(order=order)
                if (n + turn) % 3 == 0:
                    transaction.set_rollback(True)

    assert together(*(partial(take, n) for n in range(8))) == []
    with scope(merchant=merchant):
        numbers = sorted(Invoice.objects.values_list("number", flat=True))
        orders = sorted(Order.objects.values_list("number", flat=True))
    assert numbers == list(range(1001, 1001 + len(numbers)))
    assert orders == list(range(1001, 1001 + len(orders)))
    assert len(numbers) == 27


@pytest.mark.django_db(transaction=True)
def test_one_cart_sent_by_eight_threads_makes_one_order(merchant) -> None:
    def send(n: int) -> None:
        with scope(merchant=merchant):
            place(merchant, "the-same-cart")

    assert together(*(partial(send, n) for n in range(8))) == []
    with scope(merchant=merchant):
        assert Order.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_are_only_taken_inside_a_transaction(merchant) -> None:
    with scope(merchant=merchant), pytest.raises(RuntimeError):
        next_number(merchant=merchant, name="order")


def test_an_invoice_is_written_once_and_never_changed(order) -> None:
    first = write_invoice(order=order)
    assert write_invoice(order=order).pk == first.pk
    with pytest.raises(Immutable):
        first.save()
    with pytest.raises(Immutable):
        first.delete()


def test_the_invoice_states_what_the_law_wants(order) -> None:
    mark_paid(order=order, by=SYSTEM)
    invoice = Invoice.objects.get()
    shown = invoice_context(invoice)
    assert invoice.buyer_name == "Ines Vogel"
    assert invoice.buyer_address == "Lindenstraße 4\n10969 Berlin"
    assert [item["rate"] for item in shown["taxes"]] == ["19"]
    assert invoice.net_minor + invoice.tax_minor == invoice.total_minor == 6290
    assert invoice.taxes[0]["tax_minor"] == 1004
    assert sum(item["total_minor"] for item in invoice.lines) == 6290
    assert invoice_pdf(invoice)[:5] == b"%PDF-"
    assert packing_slip_pdf(order)[:5] == b"%PDF-"


def test_taxes_of_two_rates_add_up_with_a_discount(merchant, in_scope) -> None:
    from tradepost.orders.types import Totals

    lines = [line(), line(tax_rate=7, total_minor=999, tax_minor=65, quantity=1)]
    order = place(
        merchant,
        lines=lines,
        totals=Totals(
            currency="EUR", goods_minor=6799, discount_minor=799, tax_minor=990, total_minor=6000
        ),
    )
    assert sum(item["tax_minor"] for item in order.taxes) == 990
    assert sum(item["net_minor"] for item in order.taxes) == 5010
    for amount in (1, 2500, 6000):
        share = credit(order.taxes, amount)
        assert sum(item["net_minor"] + item["tax_minor"] for item in share) == amount


def test_prices_without_tax_add_it_on_top(merchant, in_scope) -> None:
    from tradepost.orders.types import Totals

    order = place(
        merchant,
        totals=Totals(
            currency="EUR",
            goods_minor=5800,
            tax_minor=1102,
            total_minor=6902,
            prices_include_tax=False,
        ),
    )
    assert order.taxes == [{"rate": "19", "net_minor": 5800, "tax_minor": 1102}]


def test_a_document_loads_nothing_from_outside(order, monkeypatch) -> None:

    calls = []
    monkeypatch.setattr("socket.create_connection", lambda *a, **k: calls.append(a))
    pdf = paper_pdf('<img src="http://127.0.0.1:9/x"><img src="file:///etc/passwd">')
    assert (pdf[:5], calls) == (b"%PDF-", [])


def test_papers_carry_the_day_where_the_shop_is(order, merchant, time_machine) -> None:
    merchant.time_zone = "Europe/Berlin"
    merchant.save()
    time_machine.move_to("2026-01-31T23:30:00Z", tick=False)
    mark_paid(order=order, by=SYSTEM)
    invoice = Invoice.objects.get()
    shown = invoice_context(invoice)
    assert invoice.supplied_on.isoformat() == shown["issued_on"].isoformat() == "2026-02-01"


def test_the_country_of_the_shop_stands_on_the_invoice_once(order, merchant) -> None:
    merchant.postal_address = "Ember Leather\nLudwigstraße 12\n63065 Offenbach"
    merchant.save()
    mark_paid(order=order, by=SYSTEM)
    invoice = Invoice.objects.get()
    assert invoice_context(invoice)["seller_country"] == "Germany"
    invoice.seller["address"] += "\nGermany\n"
    assert invoice_context(invoice)["seller_country"] == ""


def test_the_slip_shows_sender_and_customer_in_the_window_and_the_note_inside(order) -> None:
    shop = order.merchant
    shop.postal_address = "Ember Leather\nGasse 1\n10115 Berlin"
    Order.objects.filter(pk=order.pk).update(note="Please wrap it.")
    order.refresh_from_db()
    order.merchant = shop
    label, slip = carrier_label(order), packing_slip(order)
    assert label["sender"] == "Ember Leather · Gasse 1 · 10115 Berlin"
    assert label["recipient"] == ["Ines Vogel", "Lindenstraße 4", "10969 Berlin"]
    assert (slip["note"], slip["ordered_on"]) == ("Please wrap it.", shop.day_of(order.placed_at))
    assert "wrap" not in str(label), "what the carrier sees holds no note"


def laid_out(order) -> list[Any]:
    """The pieces of text of the slip as they stand on the page, in CSS pixels."""
    with patch("tradepost.orders.documents.paper_pdf", lambda html: html):
        html = packing_slip_pdf(order)
    sheets = [CSS(filename=finders.find(name)) for name in papers._SHEETS]
    page = HTML(string=html).render(stylesheets=sheets).pages[0]._page_box
    return [box for box in page.descendants() if getattr(box, "text", "")]


def test_on_paper_an_article_number_is_one_piece_and_the_address_is_in_the_window(order) -> None:
    number = "LS-N-/W-0123456789-ABCDEF-0123456789"
    OrderLine.objects.filter(order=order).update(sku=number, title="A long name " * 20)
    boxes = laid_out(Order.objects.get(pk=order.pk))
    assert number in {box.text for box in boxes}
    day = date_format(order.merchant.day_of(order.placed_at))
    assert day in " ".join(box.text for box in boxes), "in words, as on the invoice"
    (street,) = [box for box in boxes if box.text == "Lindenstraße 4"]
    left, above = street.position_x / 96 * 25.4, street.position_y / 96 * 25.4
    assert 20 <= left <= 20 + 85
    assert 45 <= above <= 45 + 45
