"""Segments on the database answer as a plain Python reading of the same rows: every kind and operator by
itself, in pairs, and in random definitions."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from django_scopes import scope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradepost.audience.consent.records import wording
from tradepost.audience.models import (
    ConsentRecord,
    Contact,
    ContactList,
    CustomField,
    ListMembership,
)
from tradepost.audience.segments import check, condition_kinds, definition_queryset
from tradepost.audience.segments.conditions import _FITTING, _WITHOUT_VALUE
from tradepost.audience.segments.definition import OPERATIONS
from tradepost.audience.types import FieldKind
from tradepost.campaigns.models import Campaign, Event
from tradepost.campaigns.tests.plain_segments import World
from tradepost.catalog.models import Product
from tradepost.datamap.subjects import email_key
from tradepost.lib import clock
from tradepost.orders.models import Order
from tradepost.orders.tests.drafts import line, place

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TEXTS = (
    "Graz",
    "graz",
    "100%",
    "a_b",
    "axb",
    'say "hi"',
    "O'Hara",
    "Kärnten",
    "back\\slash",
    "yes",
)
# fields of a contact; days since the contact came and was last seen; address; language; source
PEOPLE = [
    ({"city": "Graz", "age": 5, "born": "2026-03-15", "size": "M", "vip": True}, 0, 0, "a@x.eu", "de", "api"),
    ({"city": "graz", "age": 5.5, "born": "2026-03-14"}, 30, 3, "b@x.eu", "", "import"),
    ({"city": "100%", "age": -1, "born": "2026-03-05", "vip": False}, 31, 31, "c@sub.x.eu", "en", "form"),
    ({"city": "a_b", "age": 0, "born": "2026-03-25", "size": "L"}, 29, 0, "d@xx.eu", "de", "api"),
    ({"city": "axb", "age": 10, "born": "2026-03-26"}, 400, 400, "e@y.eu", "fr", "by_hand"),
    ({"city": 'say "hi"', "age": 2.5}, 10, 10, "x.eu@y.eu", "de", "checkout"),
    ({"city": "O'Hara", "age": 1000000000}, 10, 0, "g@y.eu", "en", "import"),
    ({"city": "Kärnten", "born": "1999-12-31", "vip": True}, 90, 2, "h@y.eu", "de", "preferences"),
    ({"city": "back\\slash", "size": "M", "vip": False}, 3, 3, "i@z.example", "", "form"),
    ({"city": "yes", "age": 1}, 30, 30, "j@z.example", "it", "api"),
    ({}, 0, 0, "k@z.example", "", "by_hand"),
    ({"born": "2026-02-28", "age": 6}, 1, 1, "l@z.example", "en", "checkout"),
]  # fmt: skip


@pytest.fixture
def world(merchant, other_merchant):
    """The shop's people, and a rival's who go by the same addresses and did everything."""
    for shop in (other_merchant, merchant):
        with scope(merchant=shop):
            _fill(shop, everything=shop is other_merchant)
    with scope(merchant=merchant), clock.at(NOW):
        yield World(merchant.pk, NOW)


def _fill(shop, *, everything: bool) -> None:
    for kind in FieldKind:
        key = {"text": "city", "number": "age", "date": "born", "choice": "size"}.get(kind, "vip")
        choices = ["M", "L"] if kind is FieldKind.CHOICE else []
        CustomField.objects.create(merchant=shop, key=key, label=key, kind=kind, choices=choices)
    words = wording(merchant=shop, kind="newsletter", text="Yes.")
    for name in ("News", "Offers"):
        ContactList.objects.create(merchant=shop, name=name)
        Campaign.objects.create(merchant=shop, name=name, started_at=NOW)
        Product.objects.create(merchant=shop, name=name, slug=name, sku=name, price_minor=2900)
    for number, (fields, came, seen, email, language, source) in enumerate(PEOPLE):
        contact = Contact.objects.create(
            merchant=shop, email=email, email_key=email_key(email), fields=fields, language=language,
            source=source, created_at=NOW - came * DAY,
        )  # fmt: skip
        _live(shop, contact, words, -1 if everything else number)
        # Ordering was a sign of life.
        Contact.objects.filter(pk=contact.pk).update(last_active_at=NOW - seen * DAY)


def _live(shop, contact, words, number: int) -> None:
    """What the person did: of each thing some did it, some did the opposite, some nothing; -1 did all."""
    consent = None
    for place_of, kind in enumerate(("newsletter", "tracking", "promotions")):
        if _did(number, place_of, 3):
            withdrawn = None if _did(number, place_of, 2) else NOW
            consent = ConsentRecord.objects.create(
                merchant=shop, email_key=contact.email_key, kind=kind, wording=words, source="form",
                confirmed_by="x", withdrawn_at=withdrawn,
            )  # fmt: skip
    for place_of, one in enumerate(ContactList.objects.order_by("pk")):
        if _did(number, place_of, 4):
            ListMembership.objects.create(
                merchant=shop, contact_list=one, contact=contact, consent=consent,
                state="subscribed" if _did(number, place_of, 2) else "unsubscribed",
            )  # fmt: skip
    for place_of, one in enumerate(Campaign.objects.order_by("pk")):
        # Link 1 alone is not "any link".
        for kind, link, modulus in (("open", 0, 4), ("click", 0, 3), ("click", 1, 4)):
            if _did(number, place_of, modulus):
                Event.objects.create(
                    merchant=shop, campaign=one, contact=contact, kind=kind, link=link, at=NOW
                )
    for place_of, product in enumerate(Product.objects.order_by("pk")):
        if _did(number, place_of, 3):
            _order(shop, contact, product, number)


def _did(number: int, place_of: int, modulus: int) -> bool:
    return number == -1 or (number + place_of) % modulus != 0


def _order(shop, contact, product, number: int) -> None:
    key = f"{contact.pk}-{product.pk}"
    customer = {"email": contact.email}
    order = place(shop, key, customer=customer, lines=[line(product_id=product.pk)])
    Order.objects.filter(pk=order.pk).update(
        placed_at=NOW - (number + 1) * 10 * DAY,
        paid_minor=5000 if number == -1 else number * 1000,
        refunded_minor=1500 if number % 4 == 3 else 0,
        cancelled_at=NOW if number % 5 == 4 else None,
    )


def condition(name, **values):
    return {"kind": name, "values": values}


def conditions_of(shop) -> list[dict]:
    """One or more of each kind and operator."""
    lists = [one.public_id for one in ContactList.objects.order_by("pk")]
    campaigns = [one.public_id for one in Campaign.objects.order_by("pk")]
    products = [str(one.pk) for one in Product.objects.order_by("pk")]

    def field(key, how, value=""):
        return condition("audience.field", key=key, how=how, value=value)

    return [
        condition("audience.list", how="subscribed", list=lists[0]),
        condition("audience.list", how="unsubscribed", list=lists[1]),
        *(field("city", "is", text) for text in ("Graz", 'say "hi"', "back\\slash")),
        *(field("city", "contains", text) for text in ("A", "%", "_", "\\", "'", "ärn", "KÄRN")),
        field("city", "filled"), field("city", "empty"),
        *(field("age", how, text) for how in ("is", "at_least", "at_most") for text in ("5", "2,5", "-1")),
        field("age", "filled"), field("age", "empty"),
        *(field("born", how, "15.3.2026") for how in ("is", "at_least", "at_most")),
        *(field("born", how, days) for how in ("last_days", "next_days") for days in ("0", "1", "10")),
        field("born", "filled"), field("born", "empty"),
        field("size", "is", "m"), field("size", "filled"), field("size", "empty"),
        field("vip", "is", "yes"), field("vip", "is", "no"), field("vip", "filled"), field("vip", "empty"),
        *(condition("audience.consent", kind=kind) for kind in ("newsletter", "tracking", "promotions")),
        *(
            condition(kind, how=how, days=days)
            for kind in ("audience.joined", "audience.active")
            for how in ("within", "before") for days in (3, 30)
        ),
        condition("audience.property", what="domain", value="@X.eu"),
        condition("audience.property", what="language", value="de"),
        condition("audience.property", what="source", value="Import"),
        *(condition("orders.bought", product=one) for one in products),
        *(condition("orders.spent", amount=amount) for amount in ("0", "30", "30.01")),
        *(condition("orders.none-since", since=day) for day in ("2026-01-01", "2026-02-13")),
        condition("campaigns.opened", campaign=campaigns[0]),
        condition("campaigns.clicked", campaign=campaigns[1]),
    ]  # fmt: skip


def one_of_each(shop) -> list[dict]:
    """The first condition of each kind and operator."""
    first: dict[tuple, dict] = {}
    for one in conditions_of(shop):
        said = one["values"]
        names = ("key", "how", "what") if one["kind"].startswith("audience.") else ()
        first.setdefault((one["kind"], *(said.get(name) for name in names)), one)
    return list(first.values())


def agree(world, shop, definition) -> set[str]:
    checked = check(shop, definition)
    rows = list(definition_queryset(shop, checked).values_list("email", flat=True))
    assert len(rows) == len(set(rows)), "a person is counted twice"
    assert set(rows) == world.found(checked), checked
    return set(rows)


@pytest.mark.django_db
def test_every_kind_and_operator_tells_people_apart(world, merchant):
    everybody = {person[3] for person in PEOPLE}
    told = set()
    for one in conditions_of(merchant):
        found = agree(world, merchant, {"op": "all", "of": [one]})
        assert found < everybody, f"{one} matches everybody"
        assert found or one["values"].get("value") == "KÄRN", f"{one} matches nobody"
        told.add((one["kind"], one["values"].get("key"), one["values"].get("how")))
    assert {kind for kind, _key, _how in told} == set(condition_kinds)
    keys = {"text": "city", "number": "age", "date": "born", "choice": "size", "yes_no": "vip"}
    fitting = {
        ("audience.field", keys[kind], how)
        for kind, hows in _FITTING.items()
        for how in hows | _WITHOUT_VALUE
    }
    assert fitting <= told


@pytest.mark.django_db
def test_any_two_kinds_and_operators_join(world, merchant):
    for first, second in combinations(one_of_each(merchant), 2):
        for op in OPERATIONS:
            agree(world, merchant, {"op": op, "of": [first, second]})
        without = {"op": "none", "of": [second]}
        agree(world, merchant, {"op": "all", "of": [first, without]})


@pytest.mark.django_db
def test_what_a_room_that_is_gone_asked_matches_nobody(world, merchant):
    """Stored before the room was taken out of the house; the rest of the segment goes on."""
    gone, graz = condition("gone.room"), conditions_of(merchant)[2]
    everybody = {person[3] for person in PEOPLE}
    for definition, wanted in (
        ({"op": "all", "of": [gone]}, set()),
        ({"op": "all", "of": [graz, gone]}, set()),
        ({"op": "any", "of": [graz, gone]}, {"a@x.eu"}),
        ({"op": "none", "of": [gone]}, everybody),
        ({"op": "none", "of": [graz, gone]}, everybody - {"a@x.eu"}),
        ({"op": "all", "of": [{"op": "none", "of": [{"op": "any", "of": [gone]}]}]}, everybody),
    ):
        rows = definition_queryset(merchant, definition)
        assert set(rows.values_list("email", flat=True)) == wanted, definition


def random_conditions(shop) -> st.SearchStrategy:
    texts = st.text(st.sampled_from("agGrz%_\\'\"äÄK10 "), min_size=1, max_size=4).filter(str.strip)
    numbers = st.integers(-3, 12).map(str) | st.sampled_from(("2.5", "5.5", "1000000000"))
    days = st.integers(0, 45)
    dates = days.map(lambda day: f"2026-03-{day % 31 + 1:02}")

    def field(key, hows, values):
        return st.builds(
            lambda how, value: condition("audience.field", key=key, how=how, value=value),
            st.sampled_from(hows),
            values,
        )

    return st.one_of(
        st.sampled_from(conditions_of(shop)),
        field("city", ("is", "contains"), st.sampled_from(TEXTS) | texts),
        field("age", ("is", "at_least", "at_most"), numbers),
        field("born", ("is", "at_least", "at_most"), dates),
        field("born", ("last_days", "next_days"), days.map(str)),
        st.builds(
            lambda kind, how, days: condition(kind, how=how, days=days),
            st.sampled_from(("audience.joined", "audience.active")),
            st.sampled_from(("within", "before")),
            st.integers(0, 401),
        ),
        st.integers(0, 12_000).map(
            lambda minor: condition("orders.spent", amount=f"{minor // 100}.{minor % 100:02}")
        ),
    )


def random_groups(parts: st.SearchStrategy, depth: int = 5) -> st.SearchStrategy:
    """As deep as a segment may be: a condition lies on the fifth level at most."""
    inner = parts if depth == 2 else parts | random_groups(parts, depth - 1)
    return st.builds(
        lambda op, of: {"op": op, "of": of},
        st.sampled_from(OPERATIONS),
        st.lists(inner, max_size=4),
    )


@pytest.mark.django_db
def test_random_definitions_agree(world, merchant):
    @settings(
        max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(random_groups(random_conditions(merchant)))
    def compare(definition):
        agree(world, merchant, definition)

    compare()
