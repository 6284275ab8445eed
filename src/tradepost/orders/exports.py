"""Orders as CSV and XLSX. ``docs/orders-export.md`` lists the columns; a test keeps the two in step."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import xlsxwriter

from tradepost.lib.money import decimals_of
from tradepost.orders.models import Order, OrderAddress
from tradepost.orders.queries import address_of

COLUMNS: tuple[tuple[str, str], ...] = (
    ("number", "number of the order"),
    ("placed_at", "when it was ordered, UTC"),
    ("state", "waiting, picked_up, dispatched, cancelled or archived"),
    ("payment_state", "open, pending, paid, partly_refunded, refunded or failed"),
    ("payment_method", "bank_transfer, on_delivery or stripe"),
    ("currency", "ISO 4217 code"),
    ("goods", "goods, as prices are stated in the shop"),
    ("discount", "discount"),
    ("delivery", "delivery"),
    ("tax", "tax in the total"),
    ("total", "total"),
    ("paid", "what came"),
    ("refunded", "what was given back"),
    ("name", "customer's name"),
    ("email", "customer's e-mail address"),
    ("telephone", "customer's telephone number"),
    ("company", "company of the delivery address"),
    ("deliver_to", "name of the delivery address"),
    ("line1", "street and number"),
    ("line2", "more of the address"),
    ("postcode", "postcode"),
    ("city", "town"),
    ("region", "region"),
    ("country", "ISO 3166-1 code"),
    ("lines", "goods: quantity × title (options) [article number]; one line each"),
    ("note", "customer's note"),
    ("tracking_number", "tracking number"),
    ("source", "where the order came from"),
)
_MONEY = {"goods", "discount", "delivery", "tax", "total", "paid", "refunded"}
_TIME = "yyyy-mm-dd hh:mm:ss"
_AMOUNTS = {0: "#,##0", 2: "#,##0.00", 3: "#,##0.000"}  # by the digits of the currency
_WIDTH = 18
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def row_of(order: Order) -> dict[str, Any]:
    address = address_of(order, OrderAddress.Use.DELIVERY) or OrderAddress()
    sums = {name: order.money(getattr(order, f"{name}_minor")).decimal for name in _MONEY}
    return sums | {
        "number": order.number,
        "placed_at": f"{order.placed_at:%Y-%m-%d %H:%M:%S}",
        "state": order.state.value,
        "payment_state": order.payment_state,
        "payment_method": order.payment_method,
        "currency": order.currency,
        "name": order.name,
        "email": order.email,
        "telephone": order.telephone,
        "company": address.company,
        "deliver_to": address.name,
        "line1": address.line1,
        "line2": address.line2,
        "postcode": address.postcode,
        "city": address.city,
        "region": address.region,
        "country": address.country,
        "lines": "\n".join(_line(line) for line in order.lines.all()),
        "note": order.note,
        "tracking_number": order.tracking_number,
        "source": order.source,
    }


def _line(line: Any) -> str:
    options = f" ({line.options})" if line.options else ""
    sku = f" [{line.sku}]" if line.sku else ""
    return f"{line.quantity} × {line.title}{options}{sku}"


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection)."""
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return f"'{value}"
    return value


def csv_rows(orders: Iterable[Order]) -> Iterator[str]:
    """UTF-8 with a byte order mark, so that spreadsheets read umlauts; a row at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    names = [name for name, _meaning in COLUMNS]
    yield "\ufeff"
    writer.writerow(names)
    for order in orders:
        values = row_of(order)
        writer.writerow([harmless(values[name]) for name in names])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def write_xlsx(orders: Iterable[Order], target: Any) -> None:
    """Constant memory; texts are written as texts, so no cell can be a formula or a link."""
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    sheet = book.add_worksheet("Orders")
    bold, time = book.add_format({"bold": True}), book.add_format({"num_format": _TIME})
    money = {digits: book.add_format({"num_format": form}) for digits, form in _AMOUNTS.items()}
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(COLUMNS) - 1, _WIDTH)
    for column, (name, _meaning) in enumerate(COLUMNS):
        sheet.write_string(0, column, name, bold)
    for number, order in enumerate(orders, start=1):
        values = row_of(order)
        for column, (name, _meaning) in enumerate(COLUMNS):
            if name in _MONEY:
                digits = decimals_of(order.currency)
                sheet.write_number(number, column, values[name], money.get(digits))
            elif name == "number":
                sheet.write_number(number, column, values[name])
            elif name == "placed_at":
                sheet.write_datetime(number, column, order.placed_at.replace(tzinfo=None), time)
            else:
                sheet.write_string(number, column, str(values[name]))
    book.close()
