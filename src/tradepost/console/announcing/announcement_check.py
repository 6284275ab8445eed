"""What the operator can announce to all shops, and that each hears of it once: over HTTP and by the clockwork."""

import re

from django.test import Client
from django.utils.module_loading import import_string

from tradepost.assurance.promises import fixtures
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.registry import schedule
from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery.models import Mail
from tradepost.identity.actions.operator import create_operator
from tradepost.identity.probe import give_second_factor
from tradepost.merchants.models import Merchant
from tradepost.modules.mail_templates import mail_templates

_DESK = "/operator/announcements/"
_TURN = "mail announcements to shops"
_OTHER_KINDS = ("news", "newsletter", "offer", "promotion", "survey", "")


@keeps("purpose.operational-contact", Evidence.TESTED)
def announcements_are_about_the_service_and_come_once() -> str:
    """Other kinds are refused; one that is sent twice reaches each contact address once, and each office."""
    browser, word = _operator(), fixtures.mark()
    shops = [fixtures.shop(), fixtures.shop()]
    for kind in _OTHER_KINDS:
        _write(browser, kind, word)
    require(
        word not in fixtures.page(_DESK, browser), "News or offers can be announced to all shops."
    )
    page = _write(browser, "upkeep", word)
    require(page, "Nothing can be announced at all; the check is blind.")
    _take_turn()
    require(not _told(shops[0], word), "A draft is mailed.")
    for _again in range(2):
        browser.post(f"{page}send/")
        _take_turn()
    for shop in shops:
        mails = _told(shop, word)
        require(len(mails) == 1, f"A shop got {len(mails)} mails about one announcement.")
        require(mails[0].is_service, "The letter is not flagged as service mail.")
        purpose = mail_templates[mails[0].template].purpose
        require(purpose is Purpose.ANNOUNCEMENTS, f"The letter is sent for {purpose}.")
    _shown_until_read(shops, word)
    return (
        f"{len(_OTHER_KINDS)} kinds that are not about the service were refused; an announcement sent twice came "
        "once to each contact address, and stood in each office until it was read there."
    )


def _operator() -> Client:
    address = f"{fixtures.mark()}@promise-check.example"
    account = create_operator(email=address, name="", password=fixtures.mark())
    give_second_factor(account)
    browser = Client()
    browser.force_login(account)
    return browser


def _write(browser: Client, kind: str, word: str) -> str:
    """The address of the draft; empty where none was made."""
    said = {"kind": kind, "title": word, "words": f"On Sunday {word} rests."}
    answer = browser.post(f"{_DESK}new/", said)
    return answer.headers.get("Location", "") if answer.status_code == 302 else ""


def _take_turn() -> None:
    for turn in schedule:
        if turn.name == _TURN:
            import_string(turn.call)()


def _told(shop: Merchant, word: str) -> list[Mail]:
    return [mail for mail in fixtures.mails_to(shop.contact_email) if word in mail.text]


def _shown_until_read(shops: list[Merchant], word: str) -> None:
    first, second = (fixtures.office_of(shop) for shop in shops)
    starts = [f"/office/{shop.handle}/" for shop in shops]
    shown = fixtures.page(starts[0], first)
    require(word in shown, "The office does not show it.")
    link = re.search(rf"{re.escape(starts[0])}settings/announcements/[^/\"]{{1,40}}/", shown)
    require(link, "The office does not lead to it.")
    assert link is not None
    first.post(f"{link[0]}read/")
    require(word not in fixtures.page(starts[0], first), "Read, it stands above each page still.")
    require(word in fixtures.page(starts[1], second), "One shop's reading hides it from another.")
