"""Orders, their lines and invoices as CSV and XLSX, for spreadsheets and tax advisers.

``docs/orders-export.md`` lists the columns; a test keeps the two in step.
"""

from tradepost.orders.exports import per_invoice, per_line, per_order
from tradepost.orders.exports.columns import Column, ExportLayout
from tradepost.orders.exports.files import csv_lines, write_xlsx

LAYOUTS: dict[str, ExportLayout] = {
    layout.name: layout for layout in (per_order.LAYOUT, per_line.LAYOUT, per_invoice.LAYOUT)
}

__all__ = ["LAYOUTS", "Column", "ExportLayout", "csv_lines", "write_xlsx"]
