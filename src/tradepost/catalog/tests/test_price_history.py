"""What a price may be compared with: the lowest of the 30 days before it was lowered."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tradepost.audit.types import SYSTEM, Actor
from tradepost.catalog.actions.importing import bring_in, start_import
from tradepost.catalog.actions.options import change_variants, set_options
from tradepost.catalog.actions.products import change_product, create_product, duplicate_product
from tradepost.catalog.models import PriceChange, Product, Variant
from tradepost.catalog.tests.lists_in import look_through
from tradepost.jobs.runner import Running
from tradepost.lib.clock import at

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    """Turned by hand, in days."""
    with at(START) as turned:
        yield lambda days: turned.forward(timedelta(days=days))


@pytest.fixture
def belt(in_scope, clock):
    return create_product(merchant=in_scope, by=SYSTEM, name="Belt", price_minor=10000)


def reprice(product, minor, **more):
    return change_product(
        product=product, by=SYSTEM, price_minor=minor, compare_at_minor=99900, **more
    )


def shown(client, product):
    """What is crossed out on the product's page."""
    page = client.get(f"/shop/{product.merchant.handle}/product/{product.slug}/").content.decode()
    start = page.index("<del data-former") if "<del data-former" in page else -1
    tag = page[start : page.index("</del>", start)]
    return None if "hidden>" in tag[:40] else tag.rsplit("<span data-amount>", 1)[1].split("<")[0]


def test_a_price_of_thirty_days_is_crossed_out(client, clock, belt):
    clock(40)
    product = reprice(belt, 8000)
    assert shown(client, product) == "€100.00"
    clock(200)
    assert shown(client, reprice(product, 8000)) == "€100.00"


def test_without_thirty_days_of_history_nothing_is(client, clock, belt):
    clock(29)
    assert shown(client, reprice(belt, 8000)) is None


def test_what_the_merchant_says_it_cost_is_never_shown(client, clock, belt):
    clock(40)
    product = change_product(product=belt, by=SYSTEM, compare_at_minor=99900)
    assert shown(client, product) is None
    page = client.get(f"/shop/{product.merchant.handle}/").content.decode()
    assert "999.00" not in page


def test_a_price_raised_first_and_lowered_again_is_no_reduction(client, clock, in_scope):
    product = create_product(merchant=in_scope, by=SYSTEM, name="Trap", price_minor=8000)
    clock(60)
    reprice(product, 10000)
    clock(10)
    product = reprice(product, 9000)
    product.refresh_from_db()
    assert product.reduced_from_minor == 8000
    assert shown(client, product) is None
    assert shown(client, reprice(product, 7000)) == "€80.00"


def test_the_sale_itself_is_no_part_of_the_thirty_days(client, clock, belt):
    clock(40)
    product = reprice(belt, 8000)
    clock(60)
    assert shown(client, product) == "€100.00"
    product = reprice(product, 9000)
    assert shown(client, product) is None  # dearer again: no reduction


def test_another_currency_has_no_history_yet(client, clock, belt, in_scope):
    clock(40)
    in_scope.currency = "JPY"
    in_scope.save()
    belt.refresh_from_db()
    assert shown(client, reprice(belt, 8000)) is None


def test_each_variant_has_a_history_of_its_own(client, clock, belt):
    small, large = set_options(product=belt, options=[("Size", ["S", "L"])], by=SYSTEM)
    clock(20)
    change_variants(product=belt, changes={large.pk: {"own_price_minor": 15000}}, by=SYSTEM)
    clock(20)
    reprice(belt, 9000)
    change_variants(product=belt, changes={large.pk: {"own_price_minor": 12000}}, by=SYSTEM)
    found = {v.choice: v.former_minor for v in Variant.objects.select_related("product")}
    assert found == {"S": 10000, "L": None}  # of L, 100.00 was the lowest: below today's price
    assert PriceChange.objects.filter(variant_id=small.pk).count() == 2


def oracle(changes, now):
    """The rule in plain words, from the raw list of (day, price): a second opinion."""
    price = changes[-1][1]
    steps = [i for i in range(1, len(changes)) if changes[i][1] != changes[i - 1][1]]
    if not steps or changes[steps[-1]][1] > changes[steps[-1] - 1][1]:
        return None
    begun = changes[steps[-1]][0]
    if changes[0][0] > begun - 30:
        return None
    days = [d / 4 for d in range(int((begun - 30) * 4), int(begun * 4))]
    lowest = min(next(p for d, p in reversed(changes) if d <= day) for day in days)
    return lowest if lowest > price else None


@pytest.mark.parametrize("seed", range(25))
def test_any_course_of_prices_agrees_with_the_rule_in_plain_words(in_scope, clock, seed):
    pick = random.Random(seed)
    day = 0.0
    product = create_product(merchant=in_scope, by=SYSTEM, name="P", price_minor=5000)
    changes = [(0.0, 5000)]
    for _step in range(pick.randint(1, 9)):
        step = pick.choice([0.25, 1, 5, 14, 29.75, 30, 31, 70])
        day += step
        clock(step)
        price = pick.choice([3000, 4000, 5000, 6000])
        product = reprice(product, price)
        changes.append((day, price))
        product.refresh_from_db()
        assert product.former_minor == oracle(changes, day), changes


def test_every_way_to_a_price_leaves_it_in_the_history(in_scope, owner, clock):
    def bring(price):
        data = (
            f"Handle,Title,Option1 Name,Option1 Value,Variant Price\nx,X,Size,S,{price}\nx,,,L,9\n"
        )
        upload = look_through(
            merchant=in_scope, by=Actor.user(owner), file_name="l", data=data.encode()
        )
        bring_in(Running(start_import(upload=upload, by=Actor.user(owner))))

    bring("5.00")
    clock(1)
    bring("4.00")
    listed = Product.objects.get()
    duplicate_product(product=listed, by=SYSTEM)
    for product in Product.objects.prefetch_related("variants"):
        for row in (product, *product.variants.all()):
            number = row.pk if isinstance(row, Variant) else None
            last = PriceChange.objects.filter(product_id=product.pk, variant_id=number).last()
            assert last.price_minor == row.price_minor
    assert PriceChange.objects.filter(product_id=listed.pk).count() == 5


def test_the_database_refuses_to_rewrite_the_history(belt, in_scope):
    row = PriceChange.objects.get()
    for write in (
        lambda: PriceChange.objects.update(price_minor=1),
        lambda: PriceChange.objects.all().delete(),
        row.delete,
        lambda: Product.objects.get().delete() and PriceChange.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="can only grow"), transaction.atomic():
            write()
    assert PriceChange.objects.get().price_minor == 10000
    in_scope.closing_at = timezone.now()
    in_scope.save()
    PriceChange.objects.all().delete()
    assert not PriceChange.objects.exists()


def test_noting_a_price_costs_the_same_however_many_variants(in_scope, belt, clock):
    def cost(count):
        sizes = [str(n) for n in range(count)]
        set_options(product=belt, options=[("Size", sizes)], by=SYSTEM)
        clock(40)
        with CaptureQueriesContext(connection) as queries:
            change_product(product=belt, by=SYSTEM, name=f"Belt {count}")
        return len(queries)

    assert cost(2) == cost(40)
