import json

import pytest
from django.test import Client

from tradepost.audit.types import SYSTEM, Actor
from tradepost.merchants.actions.tokens import create_token
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.tests.drafts import line, place
from tradepost.payments.models import Refund

SCOPES = ["orders:read", "orders:write", "events:read"]


@pytest.fixture
def call(merchant, owner, in_scope):
    _row, text = create_token(merchant=merchant, by=Actor.user(owner), name="test", scopes=SCOPES)

    def send(method: str, path: str, body: object = None):
        return Client().generic(
            method,
            f"/api/v1{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"Authorization": f"Bearer {text}"},
        )

    return send


def test_orders_are_listed_with_lines_addresses_and_sums_as_text(call, order) -> None:
    found = call("GET", "/orders?state=waiting&search=ines").json()
    row = found["items"][0]
    assert (found["count"], row["id"], row["total"]) == (1, order.public_id, "62.90")
    assert row["lines"][0]["unit_price"] == "29.00"
    assert row["addresses"][0]["city"] == "Berlin"
    assert call("GET", f"/orders/{order.public_id}").json() == row
    assert call("GET", "/orders?state=dispatched").json()["count"] == 0


def test_an_order_is_accepted_and_dispatched(call, order) -> None:
    path = f"/orders/{order.public_id}"
    assert call("POST", f"{path}/accept").json()["state"] == "accepted"
    done = call("POST", f"{path}/dispatch", {"carrier": "DHL", "tracking_number": "1"}).json()
    assert (done["state"], done["carrier"]) == ("dispatched", "DHL")
    assert call("POST", f"{path}/archive").json()["state"] == "archived"


def test_a_refund_is_never_more_than_was_paid_and_its_key_gives_back_once(call, order) -> None:
    path = f"/orders/{order.public_id}/refund"
    assert call("POST", path, {"amount": "1.00", "key": "k" * 8}).status_code == 409
    mark_paid(order=order, by=SYSTEM)
    for _turn in range(2):
        done = call("POST", path, {"amount": "20.00", "key": "k" * 8}).json()
        assert (done["settled"], done["state"]) == (False, "by_hand")
        assert done["order"]["refunded"] == "0.00", "nothing has moved yet"
    for _turn in range(2):
        sent = call("POST", f"{path}s/{done['id']}/sent", {"sent_on": "2026-01-05"}).json()
        assert (sent["settled"], sent["order"]["refunded"]) == (True, "20.00")
    assert call("POST", f"{path}s/{done['id']}/call-off").status_code == 409
    assert call("POST", path, {"amount": "50.00", "key": "j" * 8}).status_code == 409
    assert call("POST", path, {"amount": "much", "key": "m" * 8}).status_code == 422


def test_events_are_polled_from_the_last_one_seen(call, order) -> None:
    first = call("GET", "/orders-events?limit=1").json()
    assert [event["what"] for event in first] == ["placed"]
    call("POST", f"/orders/{order.public_id}/accept")
    later = call("GET", f"/orders-events?after={first[0]['id']}").json()
    assert [event["what"] for event in later] == ["accepted"]
    assert call("GET", "/orders-events?after=nonsense").status_code == 422


@pytest.mark.parametrize(
    ("wanted", "more"),
    [
        ({"quantity": 3}, {}),
        ({"quantity": 1, "restock": 3}, {}),
        ({"quantity": 0}, {}),
        ({"quantity": 1}, {"delivery": "4.91"}),
        ({"quantity": 2}, {"amount": "110"}),
    ],
)
def test_a_program_gets_no_more_back_of_a_line_or_the_delivery_than_is_left(
    call, merchant, bank, wanted, more
) -> None:
    """Two wallets at 29.00 beside a coat, and 4.90 for the parcel; the money for a third wallet is there."""
    coat = line(title="Coat", quantity=1, unit_price_minor=10000, total_minor=10000, tax_minor=1597)
    order = place(merchant, lines=[line(), coat])
    mark_paid(order=order, by=SYSTEM)
    path = f"/orders/{order.public_id}"
    number = call("GET", path).json()["lines"][0]["id"]
    body = {"key": "program-1", "lines": [wanted | {"line": number}], **more}
    assert call("POST", f"{path}/refund", body).status_code in (409, 422)
    assert not Refund.objects.exists()
    taken = {
        "key": "program-2",
        "lines": [{"line": number, "quantity": 2, "restock": 2}],
        "delivery": "4.90",
    }
    assert call("POST", f"{path}/refund", taken).json()["amount"] == "62.90"
