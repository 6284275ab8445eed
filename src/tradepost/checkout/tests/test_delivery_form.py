"""Setting up a way of delivery: countries picked or typed, rows of steps, collecting in the shop."""

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scopes_disabled

from tradepost.catalog.tax import EU_COUNTRIES
from tradepost.checkout.models import DeliveryMethod
from tradepost.checkout.tests.test_office import address
from tradepost.identity.models import User
from tradepost.merchants.models import Merchant

PARCEL = {
    "kind": "send",
    "name": "Parcel",
    "where": "chosen",
    "rule": "flat",
    "price_minor": "4.90",
}
PARCEL |= {"tax_class": "standard", "active": "on"}


def only_method() -> DeliveryMethod:
    with scopes_disabled():
        return DeliveryMethod.objects.get()


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("UK", ["GB"]),
        ("uk, Germany", ["DE", "GB"]),
        ("Germany; Austria", ["AT", "DE"]),
        ("de at ch", ["AT", "CH", "DE"]),
        ("Cote d'Ivoire", ["CI"]),
        ("CÔTE D’IVOIRE", ["CI"]),
        ("Great Britain, Holland, USA, Czech Republic", ["CZ", "GB", "NL", "US"]),
        ("united kingdom", ["GB"]),
        ("EL", ["GR"]),
        ("EU", sorted(EU_COUNTRIES)),
    ],
)
def test_countries_are_understood_as_people_write_them(
    office: Client, typed: str, codes: list[str]
) -> None:
    answer = office.post(address("add_delivery"), PARCEL | {"more_countries": typed})
    assert answer.status_code == 302, answer.context["form"].errors
    assert only_method().countries == codes


def test_countries_are_understood_in_the_language_of_the_office(
    owner: User, office: Client
) -> None:
    User.objects.filter(pk=owner.pk).update(language="de")
    typed = "Österreich, deutschland, Aegypten, Spain"
    page = office.post(address("add_delivery"), PARCEL | {"more_countries": typed})
    assert "Ägypten" in page.context["form"].errors.as_text()
    typed = "Österreich, deutschland, agypten, Spain"
    assert (
        office.post(address("add_delivery"), PARCEL | {"more_countries": typed}).status_code == 302
    )
    assert only_method().countries == ["AT", "DE", "EG", "ES"]


def test_an_unknown_country_is_named_with_what_may_be_meant_and_all_typing_stays(
    office: Client,
) -> None:
    fields = PARCEL | {"countries": ["FR"], "more_countries": "Germny, Spain"}
    page = office.post(address("add_delivery"), fields)
    assert "“Germny” is no country that we know. Did you mean Germany?" in page.text
    assert 'value="Germny, Spain"' in page.text
    assert 'value="FR" checked' in page.text
    with scopes_disabled():
        assert not DeliveryMethod.objects.exists()


def test_countries_are_added_to_the_list_without_saving(office: Client) -> None:
    fields = PARCEL | {
        "countries": ["FR"],
        "more_countries": "UK",
        "add_countries": "1",
        "name": "",
    }
    page = office.post(address("add_delivery"), fields)
    assert page.status_code == 200
    assert 'value="GB" checked' in page.text
    assert 'value="FR" checked' in page.text
    assert "required" not in page.context["form"].errors.as_text()
    with scopes_disabled():
        assert not DeliveryMethod.objects.exists()


def test_more_rows_keep_what_stands_in_the_others(office: Client) -> None:
    fields = PARCEL | {"rule": "weight", "up_to-0": "2 kg", "price-0": "abc", "more_steps": "1"}
    page = office.post(address("add_delivery"), fields)
    assert 'value="2 kg"' in page.text
    assert 'value="abc"' in page.text
    assert 'name="up_to-3"' in page.text
    assert "is no price" not in page.text


def test_a_wrong_step_is_marked_in_its_row(office: Client) -> None:
    fields = PARCEL | {"where": "everywhere", "rule": "weight"}
    fields |= {"up_to-0": "500", "price-0": "4.90", "up_to-1": "heavy", "price-1": "7"}
    page = office.post(address("add_delivery"), fields)
    assert page.text.count("“heavy” is no figure for a step.") == 2
    assert 'value="heavy"' in page.text


@pytest.mark.parametrize("rule", ["weight", "units"])
@pytest.mark.parametrize("up_to", ["1,000", "1.000", "12,500"])
def test_a_step_that_may_be_one_or_a_thousand_is_refused(
    office: Client, rule: str, up_to: str
) -> None:
    fields = PARCEL | {"where": "everywhere", "rule": rule, "up_to-0": up_to, "price-0": "4.90"}
    page = office.post(address("add_delivery"), fields)
    assert page.text.count(f"“{up_to}” is no figure for a step.") == 2
    with scopes_disabled():
        assert not DeliveryMethod.objects.exists()


@pytest.mark.parametrize("price", ["4 90", "4..90", "490c", "4,90 GBP"])
def test_a_price_of_a_step_is_never_guessed(office: Client, price: str) -> None:
    fields = PARCEL | {"where": "everywhere", "rule": "weight", "up_to-0": "500", "price-0": price}
    assert "is no price" in office.post(address("add_delivery"), fields).text
    with scopes_disabled():
        assert not DeliveryMethod.objects.exists()


def test_fields_of_another_rule_are_judged_by_nobody(office: Client) -> None:
    fields = PARCEL | {"where": "home", "up_to-0": "nonsense", "more_countries": "nowhere"}
    assert office.post(address("add_delivery"), fields).status_code == 302
    assert (only_method().countries, only_method().tiers) == (["DE"], [])
    fields |= {"rule": "units", "up_to-0": "3", "price-0": "5", "price_minor": "nonsense"}
    where = address("delivery", only_method().public_id)
    assert office.post(where, fields).status_code == 302
    assert only_method().tiers == [[3, 500]]


def test_what_is_saved_comes_back_as_it_is(office: Client, merchant: Merchant) -> None:
    with scopes_disabled():
        kept = DeliveryMethod.objects.create(
            merchant=merchant,
            name="Old",
            countries=["AT", "CH"],
            rule="value",
            tiers=[[5000, 490], [10000, 290]],
            free_from_minor=10000,
        )
    page = office.get(address("delivery", kept.public_id))
    form = page.context["form"]
    sent = {
        "kind": form["kind"].value(),
        "name": form["name"].value(),
        "where": form["where"].value(),
        "rule": form["rule"].value(),
        "tax_class": "standard",
        "countries": [
            code
            for group in form.country_groups
            for code, _name, ticked in group.countries
            if ticked
        ],
        "free_from_minor": form["free_from_minor"].value(),
        "active": "on",
    }
    for step in form.steps:
        sent |= {f"up_to-{step.number}": step.up_to, f"price-{step.number}": step.price}
    assert office.post(address("delivery", kept.public_id), sent).status_code == 302
    now = only_method()
    assert (now.countries, now.tiers, now.free_from_minor) == (
        ["AT", "CH"],
        [[5000, 490], [10000, 290]],
        10000,
    )


def test_every_country_stands_in_the_list_once_and_in_order(office: Client) -> None:
    form = office.get(address("add_delivery")).context["form"]
    names = [group.countries for group in form.country_groups]
    codes = [code for group in names for code, _name, _ticked in group]
    assert len(codes) == len(set(codes)) > 200
    assert [code for code, _name, _ticked in names[0]] == ["DE"]
    assert {code for code, _name, _ticked in names[1]} == EU_COUNTRIES - {"DE"}


def test_a_way_to_collect_needs_an_address_and_no_countries(office: Client) -> None:
    fields = PARCEL | {"kind": "collect", "name": "Shop", "price_minor": "", "collect_at": ""}
    assert "Say where and when" in office.post(address("add_delivery"), fields).text
    fields |= {"collect_at": "Lederweg 7\nMon to Fri 9 to 18"}
    assert office.post(address("add_delivery"), fields).status_code == 302
    assert only_method().is_collected
    assert only_method().countries == []
    page = office.get(reverse("checkout_office:deliveries", args=["ember-leather"]))
    assert "collected in the shop" in page.text
