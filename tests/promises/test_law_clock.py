"""The laws as data, and how a shop stands to them on a day."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format
from django_scopes import scope

from tradepost.audit.types import SYSTEM
from tradepost.catalog.actions.prices import note_prices
from tradepost.catalog.actions.products import create_product
from tradepost.catalog.models import Product
from tradepost.catalog.tax import EU_COUNTRIES
from tradepost.datamap.vocabulary import Kind, Purpose
from tradepost.law import figures, queries
from tradepost.law.actions.say_business import say_business
from tradepost.law.facts import checks, facts
from tradepost.law.models import BusinessFacts
from tradepost.law.places import EU
from tradepost.law.queries import lines_of, missing_count
from tradepost.law.rules import LAWS
from tradepost.law.types import Customers, LawStanding, ShopSize, Turnover
from tradepost.lib import clock
from tradepost.lib.countries import country_name
from tradepost.parties.models import OutsideParty
from tradepost.parties.types import PartyPosition, PartySafeguard

BEFORE, FROM = datetime(2026, 12, 31, 22, tzinfo=UTC), datetime(2027, 1, 1, 0, tzinfo=UTC)


def standings(merchant, moment=None):
    day = moment.date() if moment else queries.law_today(merchant)
    return {line.law.id: line for line in lines_of(merchant, day)}


@pytest.fixture
def german(merchant):
    merchant.home_country = "DE"
    merchant.time_zone = "Europe/Berlin"
    merchant.save()
    return merchant


@pytest.fixture
def product(german):
    with scope(merchant=german):
        return create_product(merchant=german, by=SYSTEM, name="Belt", price_minor=10000)


def test_each_law_has_its_days_its_source_and_checks_that_exist():
    assert len({law.id for law in LAWS}) == len(LAWS)
    for law in LAWS:
        assert law.until is None or law.since <= law.until, law.id
        assert law.source.strip(), law.id
        assert str(law.title).strip(), law.id
        assert str(law.asks).strip(), law.id
        assert law.checks or str(law.by_hand), f"{law.id}: nobody would know whether it is kept"
        assert set(law.checks) <= checks.keys(), law.id
        assert set(law.only_for) <= facts.keys(), law.id
        for code in law.places or ():
            assert country_name(code, "en") != code, code


def test_no_check_and_no_fact_is_there_for_nothing():
    assert {name for law in LAWS for name in law.checks} == checks.keys()
    assert {name for law in LAWS for name in law.only_for} == facts.keys()


def test_dated_figures_have_a_source_and_follow_each_other():
    for one in figures.ALL:
        assert [line.since for line in one] == sorted({line.since for line in one})
        assert all(line.source for line in one)


def test_a_figure_changes_on_its_day():
    later = figures.DatedFigure(value=96, since=FROM.date(), source="a law to come")
    both = (*figures.HOURS_TO_REPORT, later)
    assert figures.in_force(both, BEFORE.date()).value == 72
    assert figures.in_force(both, FROM.date()).value == 96


def test_the_union_is_the_same_for_tax_and_law():
    assert EU == EU_COUNTRIES


@pytest.mark.django_db
def test_a_law_takes_effect_on_its_day_with_no_change_of_code(office, german, product):
    url = f"/office/{german.handle}/settings/law/"
    with clock.at(BEFORE):
        assert standings(german)["e-invoice-de-large"].standing is LawStanding.TO_COME
        before = office.get(url).content.decode()
    with clock.at(FROM):
        assert standings(german)["e-invoice-de-large"].standing is LawStanding.BY_HAND
        after = office.get(url).content.decode()
    assert f"From {date_format(FROM.date())}" in before
    assert f"In force since {date_format(FROM.date())}" in after


@pytest.mark.django_db
def test_midnight_is_the_shops_own(german, product):
    with clock.at(datetime(2026, 12, 31, 23, 1, tzinfo=UTC)):
        assert standings(german)["e-invoice-de-large"].standing is LawStanding.BY_HAND


@pytest.mark.django_db
def test_what_the_owner_says_exempts_with_the_reason(german, product):
    said = {
        "customers": Customers.CONSUMERS,
        "size": ShopSize.MICRO,
        "turnover": Turnover.BELOW,
    }
    with scope(merchant=german):
        say_business(merchant=german, by=SYSTEM, **said)
        say_business(merchant=german, by=SYSTEM, **said)
        assert BusinessFacts.objects.count() == 1
    found = standings(german, FROM)
    assert found["e-invoice-de-large"].standing is LawStanding.EXEMPT
    assert "people only" in found["e-invoice-de-large"].why_exempt
    assert "fewer than 10 people" in found["accessibility"].why_exempt
    assert "is not in: Belgium" in found["e-invoice-be"].why_exempt


@pytest.mark.django_db
def test_a_processor_without_a_contract_is_missing(german):
    with scope(merchant=german):
        OutsideParty.objects.create(
            merchant=german,
            name="Packing house",
            position=PartyPosition.PROCESSOR,
            kinds=[Kind.NAME],
            purposes=[Purpose.LEGAL],
            country="US",
            safeguard=PartySafeguard.NONE,
        )
        line = standings(german)["processing-contracts"]
        said = [gap.words for _label, finding in line.found for gap in finding.gaps]
        assert line.standing is LawStanding.MISSING
        assert "1 outside party processes without a contract in force" in said
        assert "1 outside party gets data in a country without a safeguard" in said
        OutsideParty.objects.update(
            signed_on=clock.now().date(), contract_link="https://example.com/c", safeguard="scc"
        )
        line = standings(german)["processing-contracts"]
        said = [gap.words for _label, finding in line.found for gap in finding.gaps]
    assert not [words for words in said if "outside part" in words]


@pytest.mark.django_db
def test_a_record_that_names_nobody_is_missing(german):
    german.postal_address = ""
    german.save()
    line = standings(german)["processing-record"]
    assert line.standing is LawStanding.MISSING
    ((_label, finding),) = line.found
    assert [gap.words for gap in finding.gaps] == ["the shop's postal address is missing"]
    german.postal_address = "Bark Street 7, 10115 Berlin"
    german.save()
    assert standings(german)["processing-record"].standing is LawStanding.KEPT


@pytest.mark.django_db
def test_products_without_a_maker_are_counted_and_named(office, german, product):
    assert missing_count(german)
    line = standings(german)["product-safety"]
    assert line.standing is LawStanding.MISSING
    page = office.get(f"/office/{german.handle}/settings/law/").content.decode()
    assert "1 product without the maker’s name" in page
    assert product.name in page
    assert "This is not legal advice" in page
    assert "What the law asks" in office.get(f"/office/{german.handle}/").content.decode()
    product.maker = "Ahrendt"
    with scope(merchant=german):
        product.save()
    line = standings(german)["product-safety"]
    assert line.standing is LawStanding.BY_HAND, "addresses and warnings are not looked at"


@pytest.mark.django_db
def test_what_the_product_does_not_do_is_never_found_in_order(german, product):
    for line in standings(german).values():
        if line.own_duties:
            assert line.standing is not LawStanding.KEPT, line.law.id
    assert standings(german)["withdrawal-function"].own_duties


@pytest.mark.django_db
def test_a_former_price_above_the_history_is_found(german, product):
    with scope(merchant=german):
        begun = clock.now()
        Product.objects.filter(pk=product.pk).update(compare_at_minor=99999)
        with clock.at(begun + timedelta(days=40)):
            Product.objects.filter(pk=product.pk).update(price_minor=100)
            note_prices(product)
            assert not standings(german)["former-price"].found[0][1].gaps
            Product.objects.filter(pk=product.pk).update(reduced_from_minor=99999)
            (gap,) = standings(german)["former-price"].found[0][1].gaps
    assert product.name in gap.words


@pytest.mark.django_db
def test_the_page_costs_the_same_with_three_products_as_with_one(office, german, product):
    url = f"/office/{german.handle}/settings/law/"
    with scope(merchant=german):
        Product.objects.filter(pk=product.pk).update(compare_at_minor=99999)
    office.get(url)
    counts = []
    for turn in range(2):
        with CaptureQueriesContext(connection) as asked:
            office.get(url)
        counts.append(len(asked))
        with scope(merchant=german):
            for name in (f"two-{turn}", f"three-{turn}"):
                Product.objects.create(
                    merchant=german, name=name, slug=name, price_minor=5, compare_at_minor=9
                )
    assert counts[0] == counts[1] <= 50


@pytest.mark.django_db
def test_only_who_may_change_settings_says_what_the_business_is(office, member, german):
    url = f"/office/{german.handle}/settings/law/business/"
    assert (
        office.post(url, {"customers": "companies", "size": "", "turnover": ""}).status_code == 302
    )
    assert member("read_only").post(url, {}).status_code == 403
    page = office.get(f"/office/{german.handle}/settings/law/").content.decode()
    assert "companies only" in page


@pytest.mark.django_db
def test_the_command_prints_laws_and_a_shops_standing(german, product, capsys):
    call_command("law", on=FROM.date())
    all_laws = capsys.readouterr().out
    assert "Not legal advice" in all_laws
    assert all(law.id in all_laws for law in LAWS)
    assert "from 2028-01-01  e-invoice-de:" in all_laws
    call_command("law", shop=german.handle, on=FROM.date())
    own = capsys.readouterr().out
    assert "missing: 1 product without the maker’s name" in own
    assert "[your own part] 2027-01-01" in own
