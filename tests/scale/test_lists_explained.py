"""No list of the office reads or sorts a whole table: the database itself says how it would go about each query.

Each entry of the navigation is opened, with each order, view and filter that its page offers, words in its search,
its last page and one in the middle. A plan that walks through a table which grows with contacts and orders, or
sorts it, is refused. What names a few rows by their numbers is switched off, so that the way for many is explained.
"""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.house.samples import SAMPLES
from tests.scale.explained import SQLITE, plan
from tradepost.audience import queries
from tradepost.audience.models import Contact, ContactList, Segment
from tradepost.audience.segments import narrowing
from tradepost.campaigns.models import Campaign
from tradepost.catalog.models import Product
from tradepost.datamap.columns import text_index
from tradepost.modules.registry import navigation
from tradepost.orders.models import Order
from tradepost.orders.tests.drafts import place

GROWING = frozenset(
    {
        "audience_contact", "audience_listmembership", "audience_consentrecord", "audit_entry",
        "delivery_handover", "orders_order", "orders_orderline", "orders_orderaddress", "orders_invoice",
        "payments_paymentintent", "payments_paymentevent", "orders_customertotal", "campaigns_event",
    }
)  # fmt: skip
NOT_EXPLAINED = ("form",)  # in which an export is written
# Counts as many uses as there were, of each code; a code is not used by a million.
COUNTS = ("checkout_couponuse",)


@pytest.fixture(params=["few", "many"])
def office(request, client, owner, in_scope, monkeypatch):
    """A shop with one of everything; segments whose conditions name few, or whose walk takes one at a time."""
    few = 3_000 if request.param == "few" else 0
    monkeypatch.setattr(text_index, "FEW", -1)
    monkeypatch.setattr(queries, "FEW", -1)
    monkeypatch.setattr(narrowing, "FEW", few)
    for make in set(SAMPLES.values()):
        make(in_scope)
    _segments(in_scope)
    client.force_login(owner)
    return client, in_scope


def _segments(merchant):
    """A segment of each kind that asks about orders, lists and campaigns, and two together."""
    contact = Contact.objects.filter(merchant=merchant).order_by("pk")[0]
    for number in range(3):
        customer = {"email": contact.email if number else "ines@people.example"}
        place(merchant, f"segments-{number}", customer=customer)
    Order.objects.filter(merchant=merchant).update(paid_minor=40_000)
    on_list = ContactList.objects.filter(merchant=merchant)[0].public_id
    campaign = Campaign.objects.filter(merchant=merchant)[0].public_id
    product = str(Product.objects.filter(merchant=merchant)[0].pk)
    asked = [
        {"kind": "audience.list", "values": {"how": "subscribed", "list": on_list}},
        {"kind": "orders.spent", "values": {"amount": "300.00"}},
        {"kind": "orders.none-since", "values": {"since": "2026-06-02"}},
        {"kind": "orders.bought", "values": {"product": product}},
        {"kind": "campaigns.opened", "values": {"campaign": campaign}},
    ]
    for number, parts in enumerate([*([one] for one in asked), asked[:2]]):
        definition = {"op": "all", "of": parts}
        Segment.objects.create(merchant=merchant, name=f"asked {number}", definition=definition)


def opened(client, merchant):
    """Each address that a list offers, and what it asked the database."""
    for entry in navigation:
        address = reverse(entry.url_name, args=[merchant.handle])
        with CaptureQueriesContext(connection) as captured:
            page = client.get(address)
        yield entry.url_name, [query["sql"] for query in captured]
        for query in offered(page):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(f"{address}?{query}").status_code == 200, query
            yield f"{entry.url_name}?{query}", [query["sql"] for query in captured]


def offered(page):
    """Of a list of what grows; others have a page or two."""
    shown = page.context and page.context.get("page")
    rows = getattr(shown, "object_list", None)
    if not rows or rows[0]._meta.db_table not in GROWING:
        return
    text = page.content.decode()
    yield from {unescape(query) for query in re.findall(r'href="\?([^"]+)"', text)}
    for name, choices in re.findall(
        r'<select name="([a-z_]+)"[^>]*>(.*?)</select>', text, re.DOTALL
    ):
        if name not in NOT_EXPLAINED:
            yield from (
                f"{name}={value}" for value in re.findall(r'<option value="([^"]+)"', choices)
            )
    if re.search(r'<input[^>]*name="q"', text):
        yield from ("q=ines", "q=1001")
    yield from ("page=last", f"page={shown.next}", f"page={shown.previous}")
    yield from (
        f"sort={order}&page={shown.next}" for order in set(re.findall(r"sort=(-?[a-z]+)", text))
    )


def faults(sql):
    """Tables that are walked through from one end to the other, and orders of many that no index gives."""
    tables = {table for table in GROWING if f'"{table}"' in sql}
    if not tables or not sql.startswith("SELECT"):
        return
    is_cut = "LIMIT" in sql
    for step in plan(sql):
        whole = step.startswith("SCAN" if SQLITE else "Seq Scan")
        if whole and tables & set(step.split()) and not (is_cut and "WHERE" not in sql):
            yield step
        # Of a shop with all the contacts there are, this is all contacts.
        of_a_shop = step.startswith("SEARCH") and step.endswith("(merchant_id=?)")
        if not is_cut and of_a_shop and step.split()[1] in tables:
            yield step
        if is_cut and ("TEMP B-TREE FOR ORDER BY" in step or step.startswith("Sort")):
            yield step
    if "COUNT(" in sql and not is_cut and not any(table in sql for table in COUNTS):
        yield "counts without an end"


def test_no_list_reads_or_sorts_everything(office):
    wrong, seen = {}, set()
    for address, statements in opened(*office):
        for sql in statements:
            shape = re.sub(r"'[^']*'|\d+", "?", sql)
            if shape in seen:
                continue
            seen.add(shape)
            for fault in faults(sql):
                wrong.setdefault(f"{fault}: {sql}", address)
    assert wrong == {}, "\n".join(f"{address}  {fault}" for fault, address in wrong.items())
    assert len(seen) > 60, "the lists were opened"
