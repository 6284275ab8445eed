"""The record and the agreement say what runs, as page, PDF and JSON; a blank party is refused."""

from dataclasses import replace
from html import unescape

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from tests.promises.mutations import assert_kept_then_broken, cases
from tradepost.assurance.promises import fixtures
from tradepost.datamap.registry import keep_rules
from tradepost.merchants.models import Merchant
from tradepost.parties.models import OutsideParty
from tradepost.processing import agreement
from tradepost.processing.exports import papers

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_text(monkeypatch) -> None:
    """What goes on paper, before it is printed."""
    monkeypatch.setattr(papers, "paper_pdf", lambda html: unescape(html).encode())


def text_of(browser: Client, url: str) -> str:
    answer = browser.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return answer.content.decode()


@pytest.fixture
def shop() -> Merchant:
    return fixtures.shop()


@pytest.fixture
def office(shop: Merchant) -> Client:
    return fixtures.office_of(shop)


def named(settings, **more: str) -> None:
    """The installation as it is once the operator has said who it is."""
    said = {
        "operator_name": "Harbour Hosting GmbH",
        "operator_address": "3 Quay Street, Bremen",
        "operator_email": "privacy@harbour.example",
    }
    settings.TRADEPOST = replace(
        settings.TRADEPOST, **(said | more), secret_key=settings.SECRET_KEY
    )


def with_adviser(shop: Merchant | None, **more: object) -> None:
    facts = {
        "name": "Ledger & Daughters",
        "position": "processor",
        "what_for": "keeps the books",
        "purposes": ["bill"],
        "kinds": ["name", "order"],
        "country": "US",
        "safeguard": "scc",
    }
    with scopes_disabled():
        OutsideParty.objects.create(merchant=shop, **(facts | more))


def test_a_shops_record_names_purposes_kinds_recipients_transfers_periods_and_measures(
    shop, office, settings, as_text
):
    named(settings)
    with_adviser(shop)
    fixtures.published("secure.tls")
    found = office.get(f"/office/{shop.handle}/privacy/record/json/").json()
    assert found["record"] == "Art. 30(1) GDPR"
    assert found["controller"]["name"] == shop.name
    assert found["processor"]["name"] == "Harbour Hosting GmbH"
    purposes = {one["purpose"]: one for one in found["activities"]}
    assert {"take and deliver orders", "newsletters", "support"} <= set(purposes)
    orders = purposes["take and deliver orders"]
    assert {"name", "e-mail address", "order"} <= set(orders["kinds_of_data"])
    assert orders["legal_bases"]
    assert any(keep_rules["orders.order"].label in line for line in orders["kept"])
    assert [one["name"] for one in found["third_country_transfers"]] == ["Ledger & Daughters"]
    assert found["third_country_transfers"][0]["safeguard"].startswith("standard contractual")
    assert [one["promise"] for one in found["security_measures"]] == ["secure.tls"]
    page = fixtures.page(f"/office/{shop.handle}/privacy/record/", office)
    paper = text_of(office, f"/office/{shop.handle}/privacy/record/pdf/")
    for words in (
        "Ledger & Daughters",
        "Harbour Hosting GmbH",
        "United States",
        "Take and deliver",
    ):
        assert words.replace("&", "&amp;") in page
        assert words in paper


def test_it_is_a_real_paper(shop, office):
    paper = office.get(f"/office/{shop.handle}/privacy/record/pdf/").content
    assert paper.startswith(b"%PDF-")


def test_a_measure_that_no_check_shows_is_not_claimed(shop, office):
    found = office.get(f"/office/{shop.handle}/privacy/record/json/").json()
    assert found["security_measures"] == []
    assert "No check has run yet" in fixtures.page(f"/office/{shop.handle}/privacy/record/", office)


def test_the_operators_two_records(shop, console, office, settings, as_text):
    named(settings)
    with_adviser(None)
    with_adviser(None, name="Paper & Ink", position="sub")
    own = console.get("/operator/record/controller/json/").json()
    assert own["record"] == "Art. 30(1) GDPR"
    assert "controllers" not in own
    assert {one["name"] for one in own["recipients"]} >= {"Ledger & Daughters"}
    done = console.get("/operator/record/processor/json/").json()
    assert done["record"] == "Art. 30(2) GDPR"
    assert shop.name in {one["name"] for one in done["controllers"]}
    names = {one["name"] for one in done["recipients"]}
    assert "Paper & Ink" in names
    assert "Ledger & Daughters" not in names
    assert shop.name in fixtures.page("/operator/record/processor/", console)
    assert shop.name in text_of(console, "/operator/record/processor/pdf/")
    assert console.get("/operator/record/other/").status_code == 404
    assert office.get("/operator/record/processor/json/").status_code == 403


def test_an_agreement_with_a_blank_party_is_refused_and_says_where_to_fill_it_in(shop, office):
    root = f"/office/{shop.handle}/privacy/agreement/"
    page = fixtures.page(root, office)
    for words in ("postal address", f"/office/{shop.handle}/settings/shop", "OPERATOR_ADDRESS"):
        assert words.rstrip("/shop") in page
    assert "TRADEPOST_OPERATOR_NAME" in page
    refused = office.get(f"{root}pdf/")
    assert refused.status_code == 409
    assert refused["Content-Type"].startswith("text/html")


def test_an_agreement_names_both_parties_and_the_operators_sub_processors_only(
    shop, office, console, settings, as_text
):
    named(settings)
    with_adviser(shop)
    with_adviser(None, name="Paper & Ink", position="sub")
    url = f"/operator/agreements/{shop.handle}/"
    assert console.get(url).status_code == 409
    assert "the shop fills it in" in console.get(url).content.decode()
    with scopes_disabled():
        Merchant.objects.filter(pk=shop.pk).update(postal_address="1 Kiln Lane\nYork")
    for browser, paper in (
        (office, f"/office/{shop.handle}/privacy/agreement/pdf/"),
        (console, url),
    ):
        text = text_of(browser, paper)
        for words in (shop.name, "1 Kiln Lane", "Harbour Hosting GmbH", "3 Quay Street", "Art. 28"):
            assert words in text
        assert "Paper & Ink" in text
        assert "Ledger & Daughters" not in text
        assert "not stated" not in text
    page = fixtures.page(f"/office/{shop.handle}/privacy/agreement/", office)
    assert "Harbour Hosting GmbH" in page


def test_no_relay_of_an_unknown_country_goes_into_an_agreement(shop, office, settings):
    named(settings, smtp_url="smtp://relay.example:25")
    with scopes_disabled():
        Merchant.objects.filter(pk=shop.pk).update(postal_address="1 Kiln Lane\nYork")
    answer = office.get(f"/office/{shop.handle}/privacy/agreement/pdf/")
    # What a room declares is read at the start; the running declaration says the country is not stated.
    assert answer.status_code == 409
    assert "TRADEPOST_MAIL_COUNTRY" in answer.content.decode()


def accept_blanks(monkeypatch):
    monkeypatch.setattr(agreement, "missing_of", lambda merchant: [])


MUTATIONS = {"access.two-tier": [accept_blanks]}


@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch):
    assert_kept_then_broken(promise, mutate, monkeypatch)
