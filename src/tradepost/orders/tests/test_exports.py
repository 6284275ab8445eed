"""What merchants and their tax advisers take away as files."""

import csv
import io
import zipfile
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scope
from hypothesis import strategies as st

from tradepost.audit.types import SYSTEM
from tradepost.jobs.models import Job
from tradepost.jobs.runner import run_job
from tradepost.lib.money import Money
from tradepost.lib.postal import PostalAddress
from tradepost.merchants.models import Merchant
from tradepost.orders.actions.export import csv_of, scan_exports
from tradepost.orders.actions.handle import archive
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.exports import LAYOUTS
from tradepost.orders.models import Invoice, Order, OrderSettings
from tradepost.orders.tests.drafts import line, place
from tradepost.orders.tests.test_credit_notes import an_order, of_every_shape, pay_back, some_of
from tradepost.orders.types import RefundLine, RefundParts
from tradepost.orders.views import exports
from tradepost.payments.actions.manual import confirm_received
from tradepost.payments.models import PaymentIntent
from tradepost.payments.types import MoreThanPaid


def address(merchant, query: str = "") -> str:
    return f"{reverse('orders_office:export', args=[merchant.handle])}?{query}"


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def rows_of(office, merchant, query: str) -> list[dict[str, str]]:
    return read(office.get(address(merchant, f"format=csv&{query}")).content.decode())


def sheet_of(office, merchant, query: str):
    answer = office.get(address(merchant, f"format=xlsx&{query}"))
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def by_rate(rows, *, papers=True) -> dict[Decimal, tuple[Decimal, Decimal]]:
    """Net and tax of each rate; the rows of documents only, unless told otherwise."""
    sums: dict[Decimal, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for row in rows:
        if row["document"] or not papers:
            sums[Decimal(row["tax_rate"])][0] += Decimal(row["net"])
            sums[Decimal(row["tax_rate"])][1] += Decimal(row["tax"])
    return {rate: (net, tax) for rate, (net, tax) in sums.items() if net or tax}


def in_the_books() -> dict[Decimal, tuple[Decimal, Decimal]]:
    rows = [
        {
            "document": paper.what,
            "tax_rate": tax["rate"],
            "net": Money(tax["net_minor"], paper.currency).decimal,
            "tax": Money(tax["tax_minor"], paper.currency).decimal,
        }
        for paper in Invoice.objects.all()
        for tax in paper.taxes
    ]
    return by_rate(rows)


def exported(merchant, rows: str) -> list[dict[str, str]]:
    return read("".join(csv_of(merchant, LAYOUTS[rows])))


@of_every_shape
def test_lines_add_up_to_invoices_and_credit_notes_by_rate_to_the_cent(
    merchant, goods, included, by_line, delivery, off, data
) -> None:
    with scope(merchant=merchant):
        key = f"cart-{Order.objects.count()}"
        order = an_order(
            merchant, key, goods, included=included, by_line=by_line, delivery=delivery, off=off
        )
        if not order.total_minor:
            return
        mark_paid(order=order, by=SYSTEM)
        for _turn in range(data.draw(st.integers(0, 3))):
            try:
                pay_back(order, some_of(order, data))
            except MoreThanPaid:
                continue
        lines, papers = exported(merchant, "line"), exported(merchant, "invoice")
        assert by_rate(lines) == by_rate(papers) == in_the_books()
        order.refresh_from_db()
        own = [row for row in lines if row["order"] == str(order.number)]
        gross = sum(Decimal(row["gross"]) for row in own)
        assert gross == order.money(order.total_minor - order.refunded_minor).decimal
        assert all(
            Decimal(row["net"]) + Decimal(row["tax"]) == Decimal(row["gross"])
            for row in lines + papers
        )
        stated = "gross" if included else "net"
        bought = sum(Decimal(row[stated]) for row in own if row["kind"] == "goods")
        assert bought == order.money(order.goods_minor).decimal


@pytest.mark.usefixtures("bank")
def test_refunds_are_rows_of_their_own_with_their_credit_note(office, merchant, in_scope) -> None:
    order = place(merchant)
    mark_paid(order=order, by=SYSTEM)
    bought = order.lines.get()
    pay_back(order, RefundParts(lines=[RefundLine(line_id=bought.pk, quantity=1)]))
    goods, delivery, back = rows_of(office, merchant, "rows=line")
    assert (goods["kind"], goods["document_number"], goods["gross"]) == (
        "goods",
        "INV-1001",
        "58.00",
    )
    assert (delivery["kind"], delivery["item"], delivery["gross"]) == ("delivery", "Parcel", "4.90")
    assert (delivery["tax_rate"], delivery["tax"]) == ("19", "0.78")
    assert (back["kind"], back["document"], back["document_number"]) == (
        "refund",
        "credit_note",
        "INV-1002",
    )
    assert (back["corrects"], back["sku"], back["gross"]) == ("INV-1001", "EL-100", "-29.00")
    (one,) = rows_of(office, merchant, "rows=order")
    assert (one["invoice"], one["credit_notes"], one["refunded"]) == (
        "INV-1001",
        "INV-1002",
        "29.00",
    )
    assert (one["delivery_method"], one["delivery_tax"], one["country"]) == ("Parcel", "0.78", "DE")
    invoice, note = rows_of(office, merchant, "rows=invoice")
    assert (invoice["number"], invoice["document_total"]) == ("INV-1001", "62.90")
    assert (note["corrects"], note["gross"], note["paid_on"] != "") == ("INV-1001", "-29.00", True)


@pytest.mark.usefixtures("bank")
def test_a_refund_before_any_invoice_and_money_paid_twice_are_rows_too(merchant, in_scope) -> None:
    OrderSettings.objects.create(merchant=merchant, invoice_when="dispatched")
    order = place(merchant)
    mark_paid(order=order, by=SYSTEM)
    pay_back(order, RefundParts(other_minor=1000))
    back = exported(merchant, "line")[-1]
    assert (back["kind"], back["document"], back["gross"]) == ("refund", "", "-10.00")
    assert back["tax_rate"] == "19"
    confirm_received(
        intent=PaymentIntent.objects.get(), amount=Money(500, "EUR"), by=SYSTEM, key="twice"
    )
    pay_back(order, RefundParts(everything=True))
    rows = exported(merchant, "line")
    order.refresh_from_db()
    gross = sum(Decimal(row["gross"]) for row in rows)
    assert gross == order.money(order.total_minor - order.refunded_minor).decimal


def test_days_and_times_are_those_of_the_shop_and_the_file_says_so(office, merchant, order) -> None:
    Merchant.objects.filter(pk=merchant.pk).update(time_zone="Asia/Tokyo")
    moment = datetime(2026, 3, 31, 16, 30, tzinfo=UTC)  # 1 April, 01:30 in Tokyo
    Order.objects.filter(pk=order.pk).update(placed_at=moment)
    (row,) = rows_of(office, merchant, "rows=line&since=2026-04-01&until=2026-04-01")[:1]
    assert (row["placed_at"], row["time_zone"]) == ("2026-04-01 01:30:00", "Asia/Tokyo")
    assert row["date"] == "2026-04-01"
    assert rows_of(office, merchant, "rows=line&until=2026-03-31") == []
    book = sheet_of(office, merchant, "rows=order")
    assert "Asia/Tokyo" in str([cell.value for cell in book["About"]["A"]])
    heads = [cell.value for cell in book.active[1]]
    assert book.active[2][heads.index("placed_at")].value == datetime(2026, 4, 1, 1, 30)  # noqa: DTZ001  as in the sheet


def test_archived_and_cancelled_orders_are_exported_unless_left_out(
    office, merchant, order
) -> None:
    archive(order=order, by=SYSTEM)
    assert len(rows_of(office, merchant, "")) == 1
    assert rows_of(office, merchant, "state=current") == []


@pytest.mark.parametrize("rows", LAYOUTS)
def test_only_the_chosen_columns_are_written_in_their_order(office, merchant, order, rows) -> None:
    mark_paid(order=order, by=SYSTEM)
    names = [column.name for column in LAYOUTS[rows].columns]
    wanted = "&".join(f"{rows}_columns={name}" for name in ("currency", names[0], "nonsense"))
    text = office.get(address(merchant, f"format=csv&rows={rows}&{wanted}")).content.decode()
    assert text.splitlines()[0] == f"\ufeff{names[0]},currency"
    book = sheet_of(office, merchant, f"rows={rows}&{wanted}")
    assert [cell.value for cell in book.active[1]] == [names[0], "currency"]


@pytest.mark.parametrize("rows", LAYOUTS)
def test_every_column_is_documented_and_holds_no_formula(office, merchant, order, rows) -> None:
    mark_paid(order=order, by=SYSTEM)
    evil = '=HYPERLINK("http://evil")'
    Order.objects.filter(pk=order.pk).update(name=evil, note="+1+1", delivery_label="@x")
    Invoice.objects.update(buyer_name=evil)
    (first, *_rest) = rows_of(office, merchant, f"rows={rows}")
    assert list(first) == [column.name for column in LAYOUTS[rows].columns]
    assert not [text for text in first.values() if text.startswith(("=", "+", "@"))]
    assert "'@x" in first.values()
    for row in sheet_of(office, merchant, f"rows={rows}").active.iter_rows(min_row=2):
        assert "f" not in {cell.data_type for cell in row}
    told = Path("docs/orders-export.md").read_text()
    section = told.split(f"## {LAYOUTS[rows].label}")[1].split("\n## ")[0]
    expected = [f"| `{column.name}` | {column.meaning} |" for column in LAYOUTS[rows].columns]
    assert [text for text in section.splitlines() if text.startswith("| `")] == expected


def test_cells_of_a_workbook_are_what_they_say(office, merchant, order) -> None:
    mark_paid(order=order, by=SYSTEM)
    sheet = sheet_of(office, merchant, "rows=line").active
    cells = dict(zip([cell.value for cell in sheet[1]], sheet[2], strict=True))
    assert (cells["net"].value, cells["net"].data_type) == (48.74, "n")
    assert cells["tax_rate"].value == 19
    assert cells["date"].is_date
    assert cells["placed_at"].is_date
    assert (cells["quantity"].value, cells["sku"].data_type) == (2, "s")


@pytest.mark.parametrize(("currency", "form"), [("JPY", "#,##0"), ("KWD", "#,##0.000")])
def test_a_workbook_writes_each_currency_with_its_digits(
    office, merchant, order, currency, form
) -> None:
    Order.objects.filter(pk=order.pk).update(currency=currency, total_minor=1234)
    sheet = sheet_of(office, merchant, "").active
    heads = [cell.value for cell in sheet[1]]
    assert sheet[2][heads.index("total")].number_format == form


def test_a_long_export_is_a_job_whose_file_can_be_fetched(
    office, merchant, order, monkeypatch
) -> None:
    monkeypatch.setattr(exports, "DIRECT", 0)
    office.get(address(merchant, "format=csv&rows=line&q=ines&line_columns=name"))
    job = Job.objects.get(kind="orders.export")
    run_job.func(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 1)
    fetched = office.get(job.result_url)
    assert "order-lines.csv" in fetched.headers["Content-Disposition"]
    text = b"".join(fetched.streaming_content).decode()
    assert text.splitlines() == ["\ufeffname", "Ines Vogel", "Ines Vogel"]


def test_invoices_come_as_a_list_with_their_papers_and_progress(office, merchant, order) -> None:
    OrderSettings.objects.create(merchant=merchant, invoice_prefix="A/")
    mark_paid(order=order, by=SYSTEM)
    office.get(address(merchant, "format=zip&rows=invoice"))
    job = Job.objects.get(kind="orders.export")
    run_job.func(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 1, 1)
    file = io.BytesIO(b"".join(office.get(job.result_url).streaming_content))
    with zipfile.ZipFile(file) as package:
        table, paper = package.namelist()
        assert read(package.read(table).decode())[0]["number"] == "A/1001"
        year = Invoice.objects.get().issued_at.year
        assert paper == f"invoices/{year}/invoice-A_1001.pdf"
        assert package.read(paper).startswith(b"%PDF-")
    assert f"exports/orders/{job.pk}.zip" in list(scan_exports(b"Ines Vogel"))


@pytest.mark.parametrize("query", ["format=pdf", "rows=nonsense", "format=zip&rows=order"])
def test_rows_and_formats_that_there_are_not_are_not_found(office, merchant, query) -> None:
    assert office.get(address(merchant, query)).status_code == 404


def test_the_page_keeps_the_lists_filter(office, merchant, order) -> None:
    page = office.get(address(merchant, "q=ines&state=waiting&since=2026-01-01&rows=line")).text
    assert 'value="ines"' in page
    assert '<option value="waiting" selected>' in page
    assert 'value="line" checked' in page
    assert '<option value="all" selected>' in office.get(address(merchant)).text


@pytest.mark.parametrize("rows", LAYOUTS)
def test_an_export_costs_the_same_queries_with_one_order_and_with_many(
    merchant, bank, in_scope, rows
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert exported(merchant, rows)
        return len(seen)

    def sell(key: str) -> None:
        order = place(merchant, key, lines=[line()] * 2)
        mark_paid(order=order, by=SYSTEM)
        pay_back(order, RefundParts(other_minor=100))

    sell("one")
    with_one = count()
    for number in range(3):
        sell(f"more-{number}")
    assert count() == with_one


@pytest.mark.usefixtures("bank")
def test_goods_and_bill_may_go_to_two_countries(office, merchant, in_scope) -> None:
    abroad = PostalAddress(
        name="Bo", line1="1 High St", postcode="sw1a1aa", city="London", country="GB"
    )
    place(merchant, delivery=abroad)
    (row,) = rows_of(office, merchant, "rows=line")[:1]
    assert (row["country"], row["billing_country"]) == ("GB", "DE")
