"""Outside parties that a shop adds by hand, and its agreement with the operator, over HTTP."""

from datetime import date, timedelta

from django.test import Client

from tradepost.assurance.promises import fixtures
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.lib import clock
from tradepost.merchants.models import Merchant

_DAYS = 30  # what share.notice-before says; the product's own figure is what is looked at


def _added(
    office: Client, merchant: Merchant, word: str, *, used_from: date, kinds: tuple[str, ...]
) -> None:
    """An owner types a party into the register that is announced today."""
    said = {
        "name": word,
        "position": "processor",
        "what_for": "keeps the books",
        "purposes": ["bill"],
        "kinds": list(kinds),
        "country": "DE",
        "safeguard": "eea",
        "announced_on": f"{clock.now():%Y-%m-%d}",
        "used_from": f"{used_from:%Y-%m-%d}",
    }
    office.post(f"/office/{merchant.handle}/privacy/processors/new/", said)


@keeps("share.processors", Evidence.TESTED)
def parties_added_by_hand_are_in_the_notice() -> str:
    merchant, rival, word = fixtures.shop(), fixtures.shop(), fixtures.mark()
    later = clock.now().date() + timedelta(days=_DAYS)
    office = fixtures.office_of(merchant)
    _added(office, merchant, word, used_from=later, kinds=("name", "order"))
    notice = fixtures.page(f"/privacy/{merchant.handle}/")
    for said in (word, "Keeps the books", "Germany"):
        require(said in notice, "A party added by hand is not in the notice with what and where.")
    other = fixtures.page(f"/privacy/{rival.handle}/")
    require(word not in other, "One shop's party stands in another's notice.")
    return "A party that a shop added by hand stands in its own notice, with what it gets, why and where."


@keeps("share.notice-before", Evidence.TESTED)
def nobody_added_by_hand_gets_data_unannounced() -> str:
    merchant, word = fixtures.shop(), fixtures.mark()
    early = clock.now().date() + timedelta(days=_DAYS - 1)
    office = fixtures.office_of(merchant)
    _added(office, merchant, word, used_from=early, kinds=("name",))
    notice = fixtures.page(f"/privacy/{merchant.handle}/")
    require(word not in notice, f"A party may be used {_DAYS - 1} days after it was announced.")
    _added(office, merchant, word, used_from=early + timedelta(days=1), kinds=("name",))
    notice = fixtures.page(f"/privacy/{merchant.handle}/")
    require(word in notice, "A party announced in time is refused; the check is blind.")
    return f"A party added by hand was refused {_DAYS - 1} days after its announcement, and taken {_DAYS} days after."


@keeps("access.two-tier", Evidence.TESTED)
def an_agreement_has_two_parties() -> str:
    merchant = fixtures.shop()
    office = fixtures.office_of(merchant)
    url = f"/office/{merchant.handle}/privacy/agreement/"
    refused = office.get(f"{url}pdf/")
    require(refused.status_code == 409, "An agreement is made without the shop's address.")
    where = f"/office/{merchant.handle}/settings/"
    require(where in refused.content.decode(), "It is not said where to fill it in.")
    record = office.get(f"/office/{merchant.handle}/privacy/record/json/").json()
    require(record["controller"]["name"] == merchant.name, "The shop is not its own controller.")
    require(record["processor"]["name"], "The record of processing names no processor.")
    return "No agreement is made with a blank party; the record of processing has the shop as controller."
