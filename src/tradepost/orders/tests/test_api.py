import json

import pytest
from django.test import Client

from tradepost.audit.types import SYSTEM, Actor
from tradepost.merchants.actions.tokens import create_token
from tradepost.orders.actions.pay import mark_paid

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
