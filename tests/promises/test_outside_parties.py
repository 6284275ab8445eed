"""The register as a shop and the operator keep it, over HTTP; and what the notice then says."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_scopes import scopes_disabled

from tests.promises.mutations import assert_kept_then_broken, cases
from tradepost.assurance.promises import fixtures
from tradepost.audit.models import Entry
from tradepost.datamap import processors
from tradepost.datamap.processors import today
from tradepost.datamap.vocabulary import Kind, Purpose
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.parties import forms
from tradepost.parties.actions import keep
from tradepost.parties.models import OutsideParty

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Merchant:
    return fixtures.shop()


@pytest.fixture
def office(shop: Merchant) -> Client:
    return fixtures.office_of(shop)


def said(**more: object) -> dict[str, object]:
    told = today() - timedelta(days=40)
    facts: dict[str, object] = {
        "name": "Ledger & Daughters",
        "position": "processor",
        "what_for": "keeps the books",
        "purposes": [Purpose.BILLING.value],
        "kinds": [Kind.NAME.value, Kind.ORDER.value],
        "country": "DE",
        "safeguard": "eea",
        "announced_on": f"{told:%Y-%m-%d}",
        "used_from": f"{told + timedelta(days=30):%Y-%m-%d}",
    }
    return facts | more


def address(shop: Merchant, rest: str = "") -> str:
    return f"/office/{shop.handle}/privacy/processors/{rest}"


def the_party() -> OutsideParty:
    with scopes_disabled():
        return OutsideParty.objects.latest("pk")


def test_a_party_added_by_hand_stands_in_the_list_on_its_page_and_in_the_notice(shop, office):
    assert office.post(address(shop, "new/"), said()).status_code == 302
    row = the_party()
    assert (row.merchant_id, row.kinds) == (shop.pk, [Kind.NAME.value, Kind.ORDER.value])
    listed = fixtures.page(address(shop), office)
    assert "Ledger &amp; Daughters" in listed
    assert "no contract" in listed
    assert "Keeps the books" in fixtures.page(address(shop, f"{row.public_id}/"), office)
    assert "Ledger &amp; Daughters" in fixtures.page(f"/privacy/{shop.handle}/")
    assert "Ledger &amp; Daughters" not in fixtures.page(f"/privacy/{fixtures.shop().handle}/")
    assert "Ledger &amp; Daughters" not in fixtures.page("/privacy/")
    in_map = f"/office/{shop.handle}/privacy/data-map/"
    assert "Ledger &amp; Daughters" in fixtures.page(in_map, office)
    assert Entry.objects.filter(action="parties.add", merchant_id=shop.pk).exists()


def test_whoever_gets_no_personal_data_is_not_in_the_notice(shop, office):
    office.post(address(shop, "new/"), said(kinds=[], purposes=[], announced_on="", used_from=""))
    assert "Ledger &amp; Daughters" in fixtures.page(address(shop), office)
    assert "Ledger &amp; Daughters" not in fixtures.page(f"/privacy/{shop.handle}/")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"country": "US"}, "outside the European Economic Area"),
        ({"safeguard": "scc"}, "no safeguard is needed"),
        ({"purposes": []}, "For which purposes"),
        ({"announced_on": ""}, "is announced first"),
        ({"used_from": ""}, "From when on"),
        ({"announced_on": f"{today():%Y-%m-%d}"}, "30 days after it was announced"),
        ({"announced_on": "2099-01-01"}, "This day has not come yet."),
        ({"signed_on": "2099-01-01"}, "This day has not come yet."),
        ({"signed_on": "2026-02-02", "ends_on": "2026-02-01"}, "before the day of signing"),
        ({"contract_link": "https://files.example/c"}, "When was the contract signed?"),
        ({"reviewed_on": "2026-02-02", "review_on": "2026-02-02"}, "must be after the last"),
        (
            {"contract_file": SimpleUploadedFile("c.pdf", b"<html>"), "signed_on": "2026-02-02"},
            "This is no PDF file.",
        ),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(shop, office, more, words):
    answer = office.post(address(shop, "new/"), said(**more))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with scopes_disabled():
        assert not OutsideParty.objects.exists()


def test_a_contract_is_kept_downloaded_and_replaced(shop, office):
    first = SimpleUploadedFile("c.pdf", b"%PDF-1.7 first")
    office.post(address(shop, "new/"), said(contract_file=first, signed_on="2026-01-05"))
    page = address(shop, f"{the_party().public_id}/")
    assert "in order" in fixtures.page(address(shop), office)
    answer = office.get(f"{page}contract/")
    assert (answer.content, answer["Content-Type"]) == (b"%PDF-1.7 first", "application/pdf")
    assert answer["Content-Disposition"].startswith("attachment")
    office.post(f"{page}change/", said(signed_on="2026-01-05", what_for="keeps books and payroll"))
    assert office.get(f"{page}contract/").content == b"%PDF-1.7 first"
    second = SimpleUploadedFile("c.pdf", b"%PDF-1.7 second")
    office.post(f"{page}change/", said(contract_file=second, signed_on="2026-01-05"))
    assert office.get(f"{page}contract/").content == b"%PDF-1.7 second"


def test_an_ended_contract_and_a_due_review_are_on_the_list_and_the_start_page(shop, office):
    link = {"contract_link": "https://files.example/c", "signed_on": "2020-01-01"}
    ends = today() + timedelta(days=90)
    office.post(address(shop, "new/"), said(ends_on=f"{ends:%Y-%m-%d}", **link))
    start = f"/office/{shop.handle}/"
    assert "in order" in fixtures.page(address(shop), office)
    for days, words in ((75, "contract ends soon"), (91, "contract has ended")):
        with clock.at(clock.now() + timedelta(days=days)):
            browser = fixtures.browser_of(_owner(shop))
            assert words in fixtures.page(address(shop), browser)
            assert "Outside parties" in fixtures.page(start, browser)
            assert address(shop) in fixtures.page(start, browser)


def _owner(shop: Merchant):
    with scopes_disabled():
        return shop.memberships.get().user


def test_whoever_has_ended_leaves_the_notice_after_the_last_day(shop, office):
    office.post(address(shop, "new/"), said())
    page = address(shop, f"{the_party().public_id}/")
    office.post(f"{page}end/", {"last_day": f"{today():%Y-%m-%d}"})
    assert "Ledger &amp; Daughters" in fixtures.page(f"/privacy/{shop.handle}/")
    with clock.at(clock.now() + timedelta(days=1)):
        assert "Ledger &amp; Daughters" not in fixtures.page(f"/privacy/{shop.handle}/")
        browser = fixtures.browser_of(_owner(shop))
        assert "ended" in fixtures.page(address(shop), browser)
        browser.post(f"{page}change/", said(name="Somebody else"))
    assert the_party().name == "Ledger & Daughters"


def test_another_shops_party_is_not_there(shop, office):
    office.post(address(shop, "new/"), said())
    number = the_party().public_id
    rival = fixtures.shop()
    browser = fixtures.office_of(rival)
    for page in ("", "change/", "end/", "contract/"):
        assert browser.get(address(rival, f"{number}/{page}")).status_code == 404


def test_the_operators_sub_processors_are_in_every_notice(shop, office, console):
    form = said(position="sub", name="Paper & Ink")
    assert console.post("/operator/parties/new/", form).status_code == 302
    assert "Paper &amp; Ink" in fixtures.page("/operator/parties/", console)
    for page in ("/privacy/", f"/privacy/{shop.handle}/"):
        assert "Paper &amp; Ink" in fixtures.page(page)
    number = the_party().public_id
    assert office.get(address(shop, f"{number}/")).status_code == 404
    assert "Paper &amp; Ink" in fixtures.page(f"/operator/parties/{number}/", console)
    assert office.get("/operator/parties/").status_code == 403


def test_the_contract_with_a_declared_party_is_kept_by_whoever_has_it(
    shop, office, console, settings
):
    from dataclasses import replace

    settings.TRADEPOST = replace(
        settings.TRADEPOST,
        smtp_url="smtp://relay.example:25",
        mail_host="Relay Ltd",
        mail_country="DE",
        secret_key=settings.SECRET_KEY,
    )
    assert "no contract" in fixtures.page("/operator/parties/", console)
    assert "no contract" not in fixtures.page(address(shop), office)
    assert office.get(address(shop, "mail-relay/change/")).status_code == 404
    form = {
        "position": "processor",
        "contract_link": "https://files.example/c",
        "signed_on": "2026-01-05",
    }
    for _again in range(2):
        answer = console.post("/operator/parties/mail-relay/change/", form)
        assert answer.status_code == 302, answer.content.decode()
    assert the_party().merchant_id is None
    assert "2026" in fixtures.page("/operator/parties/mail-relay/", console)
    assert "no contract" not in fixtures.page("/operator/parties/", console)


def use_at_once(monkeypatch):
    monkeypatch.setattr(forms, "earliest_use", lambda announced: announced)
    monkeypatch.setattr(keep, "earliest_use", lambda announced: announced)


def leave_out_of_the_notice(monkeypatch):
    monkeypatch.setattr(processors, "added_parties", [])


MUTATIONS = {
    "share.notice-before": [use_at_once],
    "share.processors": [leave_out_of_the_notice],
}


@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch):
    assert_kept_then_broken(promise, mutate, monkeypatch)
