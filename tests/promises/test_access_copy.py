"""One planted person's copy as a page, as JSON and as a spreadsheet: nothing in one that another lacks."""

import io
import json
import re
import zipfile
from html import unescape

import pytest
from django_scopes import scope
from python_calamine import CalamineWorkbook

from tradepost.audit.actions import record
from tradepost.audit.sightings import note_sighting
from tradepost.audit.types import PERSON, Actor
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.orders.models import Order
from tradepost.orders.tests.drafts import place
from tradepost.rights.actions.export import export
from tradepost.rights.actions.rights import ask_desk

pytestmark = pytest.mark.django_db
EMAIL = "sophie.leroy@customers.example"
FORMULA = "=HYPERLINK(A1)"
ROW_OR_TABLE = re.compile(r"\b[a-z]+\.[a-z]+(:\d+)?(?=<|$|\s)|\b(user|token|job|system):")


@pytest.fixture
def ref(merchant, owner):
    with scope(merchant=merchant):
        order = place(merchant, customer={"email": EMAIL, "note": FORMULA})
        look = record(
            actor=Actor.user(owner), action="orders.look", merchant_id=merchant.pk,
            reason="to see which orders there are", detail={"orders": 1},
        )  # fmt: skip
        note_sighting(look, Order, [order.pk])
        record(
            actor=Actor.user(owner), action="orders.look", target=order, merchant_id=merchant.pk,
            reason="to pack the order",
        )  # fmt: skip
    person = SubjectRef(Subject.CUSTOMER, EMAIL, merchant.pk)
    ask_desk(ref=person, note="=1+1 is what I ask", by=PERSON)
    return person


def as_json(ref):
    return json.loads(export(ref=ref, form="json")[2])["records"]


def as_page(ref):
    """Title → rows of (label, words)."""
    page = export(ref=ref, form="html")[2].decode()
    tables = {}
    for part in page.split("<h2>")[1:]:
        title, body = part.split("</h2>", 1)
        tables[unescape(title)] = [
            [
                (unescape(label), unescape(words))
                for label, words in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", row, re.DOTALL)
            ]
            for row in re.findall(r"<dl>(.*?)</dl>", body, re.DOTALL)
        ]
    return tables


def as_sheets(ref):
    content = export(ref=ref, form="xlsx")[2]
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    tables = {}
    for name in book.sheet_names[1:]:
        head, *rows = book.get_sheet_by_name(name).to_python() or [[]]
        tables[name.partition(" ")[2]] = [
            [(label, words) for label, words in zip(head, row, strict=True) if words != ""]
            for row in rows
        ]
    return content, book, tables


def test_page_json_and_spreadsheet_hold_the_same(ref):
    said, page, (_content, _book, sheets) = as_json(ref), as_page(ref), as_sheets(ref)
    assert [table["title"] for table in said.values()] == list(page)
    assert list(sheets) == [title[:27] for title in page]
    assert list(page.values()) == list(sheets.values())
    for table, rows in zip(said.values(), page.values(), strict=True):
        assert len(table["rows"]) == len(rows), table["title"]
        for row, shown in zip(table["rows"], rows, strict=True):
            held = [value for value in row.values() if value not in (None, "", [], {})]
            assert len(held) == len(shown), (table["title"], row, shown)
            words = " ".join(text for _label, text in shown)
            texts = [
                one for one in held if isinstance(one, str) and not re.match(r"\d{4}-\d\d-", one)
            ]
            assert all(text in words for text in texts), (texts, words)


def test_every_cell_is_a_text_and_no_formula_runs(ref):
    content, book, _tables = as_sheets(ref)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = [package.read(name) for name in package.namelist() if "worksheets/" in name]
    assert all(b"<f>" not in part for part in parts)
    cells = [
        cell
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    assert all(isinstance(cell, str) for cell in cells)
    assert FORMULA in cells


def test_dates_and_sums_are_as_people_read_them(ref):
    page = export(ref=ref, form="html")[2].decode()
    assert not re.search(r"<dd>\d{4}-\d\d-\d\d", page)
    assert re.search(r"<dd>[\d,.]+ EUR</dd>", page)
    assert EMAIL in as_sheets(ref)[1].get_sheet_by_index(0).to_python()[0][0]


def test_who_saw_it_is_said_in_words_with_the_reason_lists_included(ref):
    (rows,) = [rows for title, rows in as_page(ref).items() if title == "Who saw or changed it"]
    told = [dict(row) for row in rows]
    assert {"to pack the order", "to see which orders there are"} <= {
        row.get("Why") for row in told
    }
    assert {row["On"] for row in told if row["What"] == "looked at orders"} == {"Order", "Orders"}
    for row in told:
        assert not any(ROW_OR_TABLE.search(words) for words in row.values()), row


def test_the_copy_holds_no_credentials(ref, client):
    for form in ("json", "html", "csv", "xlsx"):
        content = export(ref=ref, form=form)[2]
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                content = b"".join(package.read(name) for name in package.namelist())
        with scope(merchant=ref.merchant_id):
            token = Order.objects.get(email=EMAIL).token
        assert token.encode() not in content, form
