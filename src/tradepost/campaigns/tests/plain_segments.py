"""What a segment means, in plain Python over rows that were read: no SQL, nothing of the product's queries.

Here because campaigns are the topmost room that offers conditions.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.db import connection
from django_scopes import scopes_disabled

from tradepost.audience.models import ConsentRecord, Contact, ContactList, ListMembership
from tradepost.campaigns.models import Campaign, Event
from tradepost.orders.models import Order, OrderLine


@dataclass
class World:
    """All rows of all merchants, as dictionaries; ``now`` is the moment of asking."""

    merchant: int
    now: datetime

    def __post_init__(self) -> None:
        with scopes_disabled():
            self.contacts = list(Contact.objects.filter(merchant_id=self.merchant).values())
            self.memberships = list(ListMembership.objects.values())
            self.consents = list(ConsentRecord.objects.values())
            self.orders = list(Order.objects.values())
            self.lines = list(OrderLine.objects.values())
            self.events = list(Event.objects.values())

    def found(self, definition) -> set[str]:
        return {one["email"] for one in self.contacts if self.matches(one, definition)}

    def matches(self, one, node) -> bool:
        if "of" not in node:
            return _CONDITIONS[node["kind"]](self, one, node["values"])
        if not node["of"]:
            return True
        said = [self.matches(one, part) for part in node["of"]]
        return {"all": all(said), "any": any(said), "none": not any(said)}[node["op"]]

    def own_orders(self, one) -> list[dict]:
        return [
            order
            for order in self.orders
            if order["merchant_id"] == self.merchant
            and order["email"] == one["email"]
            and order["cancelled_at"] is None
        ]

    def agreed(self, one, kind) -> bool:
        return any(
            row["merchant_id"] == self.merchant
            and row["email_key"] == one["email_key"]
            and row["kind"] == kind
            and row["withdrawn_at"] is None
            for row in self.consents
        )


def _on_list(world, one, said) -> bool:
    number = ContactList.pk_of(said["list"])
    return any(
        row["contact_id"] == one["id"]
        and row["contact_list_id"] == number
        and row["state"] == said["how"]
        for row in world.memberships
    )


def _folded(text: str) -> str:
    """PostgreSQL knows the capitals of all letters; SQLite's LIKE those of ASCII."""
    if connection.vendor == "postgresql":
        return text.upper()
    return "".join(letter.upper() if letter.isascii() else letter for letter in text)


def _field(world, one, said) -> bool:
    answer, how, value = one["fields"].get(said["key"]), said["how"], said["value"]
    if how in {"filled", "empty"}:
        return (answer is not None) is (how == "filled")
    if answer is None:
        return False
    if how == "contains":
        return _folded(value) in _folded(answer)
    if how in {"last_days", "next_days"}:
        away = (date.fromisoformat(answer) - world.now.date()).days
        return -value <= away <= 0 if how == "last_days" else 0 <= away <= value
    return {"is": answer == value, "at_least": answer >= value, "at_most": answer <= value}[how]


def _consent(world, one, said) -> bool:
    return world.agreed(one, said["kind"])


def _since(column):
    def query(world, one, said) -> bool:
        is_within = one[column] >= world.now - timedelta(days=said["days"])
        return is_within is (said["how"] == "within")

    return query


def _property(world, one, said) -> bool:
    if said["what"] == "domain":
        return one["email"].partition("@")[2] == said["value"]
    return one[said["what"]] == said["value"]


def _bought(world, one, said) -> bool:
    orders = {order["id"] for order in world.own_orders(one)}
    return any(
        line["order_id"] in orders and line["product_id"] == int(said["product"])
        for line in world.lines
    )


def _spent(world, one, said) -> bool:
    paid = [order["paid_minor"] - order["refunded_minor"] for order in world.own_orders(one)]
    return bool(paid) and sum(paid) > int(Decimal(said["amount"]) * 100)


def _none_since(world, one, said) -> bool:
    since = datetime.combine(date.fromisoformat(said["since"]), time.min, tzinfo=UTC)
    return not any(order["placed_at"] >= since for order in world.own_orders(one))


def _did(kind):
    def query(world, one, said) -> bool:
        number = Campaign.pk_of(said["campaign"])
        done = any(
            row["campaign_id"] == number
            and row["contact_id"] == one["id"]
            and row["kind"] == kind
            and row["link"] == 0
            for row in world.events
        )
        return done and world.agreed(one, "tracking")

    return query


_CONDITIONS = {
    "audience.list": _on_list,
    "audience.field": _field,
    "audience.consent": _consent,
    "audience.joined": _since("created_at"),
    "audience.active": _since("last_active_at"),
    "audience.property": _property,
    "orders.bought": _bought,
    "orders.spent": _spent,
    "orders.none-since": _none_since,
    "campaigns.opened": _did("open"),
    "campaigns.clicked": _did("click"),
}
