"""Reading a shop's mail in an emergency, played as two operators, the shop and a rival meet it: over HTTP."""

import re
import secrets
from datetime import timedelta

from django.test import Client
from django.utils.module_loading import import_string
from django_scopes import scopes_disabled

from tradepost.assurance.promises import fixtures
from tradepost.audit.models import Entry
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.registry import schedule
from tradepost.delivery.models import Mail
from tradepost.identity.actions.operator import create_operator
from tradepost.identity.models import User
from tradepost.identity.probe import give_second_factor, has_just_confirmed
from tradepost.lib import clock
from tradepost.merchants.models import Merchant

_DESK = "/operator/mail-reviews/"
_HOURS = 2
_TURN = "tell shops whose mail was open to the operator"


class _Operator:
    """Somebody of the operator's, at a browser."""

    def __init__(self, *, confirmed: bool = True) -> None:
        address = f"{fixtures.mark()}@promise-check.example"
        account = create_operator(email=address, name="", password=secrets.token_urlsafe(16))
        give_second_factor(account)
        self.email = address
        self.browser = Client()
        self.browser.force_login(account)
        if confirmed:
            has_just_confirmed(self.browser)

    def asks(self, shop: Merchant, reason: str) -> str:
        """The address of the request; empty where none was made."""
        said = {"shop": shop.handle, "suspicion": "phishing", "scope": "shop", "reason": reason}
        answer = self.browser.post(f"{_DESK}ask/", said | {"hours": _HOURS})
        return answer.headers.get("Location", "") if answer.status_code == 302 else ""

    def presses(self, page: str, part: str, **said: str) -> int:
        return self.browser.post(f"{page}{part}/", said).status_code

    def reads(self, page: str, mail: Mail) -> str:
        """What is shown; empty where it is refused."""
        answer = self.browser.get(f"{page}outgoing/{mail.public_id}/")
        return answer.content.decode() if answer.status_code == 200 else ""


def _letter(shop: Merchant, word: str) -> Mail:
    with scopes_disabled():
        return Mail.objects.create(
            merchant=shop,
            address=f"{word}@people.example",
            template="orders/receipt",
            subject=word,
            text=word,
        )


@keeps("access.break-glass", Evidence.TESTED)
def mail_is_read_by_two_for_a_time_and_told() -> str:
    """Alone, by oneself, without a fresh confirmation, refused, over, and at another shop: closed."""
    User.objects.filter(is_operator=True).update(is_active=False)
    shop, rival, word = fixtures.shop(), fixtures.shop(), fixtures.mark()
    mail, foreign = _letter(shop, word), _letter(rival, word)
    reason = f"Complaints about false invoices, case {fixtures.mark()}."
    one = _Operator()
    require(not one.asks(shop, reason), "Somebody alone can ask.")
    second, stale = _Operator(), _Operator(confirmed=False)
    _nothing_by_itself(one, word)
    page = one.asks(shop, reason)
    require(page, "A request is not taken; the check is blind.")
    require(not one.reads(page, mail), "Mail is read before anybody agreed.")
    one.presses(page, "approve")
    require(not one.reads(page, mail), "Whoever asks agrees alone.")
    stale.presses(page, "approve")
    require(not one.reads(page, mail), "An old session is enough to agree.")
    second.presses(page, "approve")
    require(word in one.reads(page, mail), "What was agreed to cannot be read; the check is blind.")
    _open_to_nobody_else(page, one, second, mail, foreign)
    _recorded(mail, reason)
    _over_and_told(shop, page, one, second, mail, reason)
    _refused(shop, one, second, mail)
    return (
        "Alone, unasked, unconfirmed, refused and over: closed; another shop's mail too. Agreed to by a second "
        f"operator, it was read for {_HOURS} hours, recorded with the reason, and the shop was told by mail and page."
    )


def _nothing_by_itself(one: _Operator, word: str) -> None:
    for part in (
        "",
        "shops/",
        "mail/",
        "requests/",
        "disclosures/",
        "incidents/",
        "health/",
        "parties/",
    ):
        shown = fixtures.page(f"/operator/{part}", one.browser)
        require(word not in shown, f"The console shows mail at {part or 'its start'}.")


def _open_to_nobody_else(
    page: str, one: _Operator, second: _Operator, mail: Mail, foreign: Mail
) -> None:
    require(_keeps_quiet(second.reads(page, mail), mail), "Whoever agreed reads, too.")
    require(_keeps_quiet(one.reads(page, foreign), foreign), "Another shop's mail is open.")
    require(Client().get(page).status_code == 302, "A stranger opens the request.")
    answer = one.browser.post(f"{page}outgoing/{mail.public_id}/")
    require(answer.status_code == 405, "The mail takes more than reading.")


def _keeps_quiet(shown: str, mail: Mail) -> bool:
    return mail.subject not in shown


def _recorded(mail: Mail, reason: str) -> None:
    looks = Entry.objects.filter(target=f"delivery.mail:{mail.pk}", action__contains=".look")
    require(looks.count() == 1, f"One look left {looks.count()} entries in the record.")
    look = looks.get()
    require(look.reason == reason, "The record lacks the reason of a look.")
    require(look.merchant_id == mail.merchant_id, "The look is not in the shop's record.")


def _over_and_told(
    shop: Merchant, page: str, one: _Operator, second: _Operator, mail: Mail, reason: str
) -> None:
    """The clock is turned past the end; the clockwork takes its turns as ever."""
    office = fixtures.office_of(shop)
    own = f"/office/{shop.handle}/privacy/mail-reviews/"
    now = clock.now()
    with clock.at(now + timedelta(hours=_HOURS) - timedelta(minutes=1)):
        require(one.reads(page, mail), "The access is over a minute too early.")
        _turn_clockwork()
        require(not fixtures.mails_to(shop.contact_email), "The shop is told before the end.")
    with clock.at(now + timedelta(hours=_HOURS, minutes=1)):
        require(not one.reads(page, mail), "The access outlives its hours.")
        for _again in range(2):
            _turn_clockwork()
    told = fixtures.mails_to(shop.contact_email)
    require(len(told) == 1, f"The shop got {len(told)} mails about it.")
    listed = re.findall(rf"{re.escape(own)}[^/\"]{{1,40}}/", fixtures.page(own, office))
    require(listed, "The page of the shop does not name it.")
    shown = fixtures.page(listed[0], office)
    for said in (reason, one.email, second.email):
        require(said in told[0].text, "The mail to the shop lacks who or why.")
        require(said in shown, "The page of the shop lacks who or why.")
    require(mail.subject in shown, "The shop does not learn what was read.")


def _turn_clockwork() -> None:
    for turn in schedule:
        if turn.name == _TURN:
            import_string(turn.call)()


def _refused(shop: Merchant, one: _Operator, second: _Operator, mail: Mail) -> None:
    page = one.asks(shop, "A single complaint, which may be nothing.")
    second.presses(page, "refuse", because="No strong suspicion.")
    second.presses(page, "approve")
    require(not one.reads(page, mail), "A refused request opens mail.")
    early = one.asks(shop, "Complaints again, with the same false invoices.")
    second.presses(early, "approve")
    second.presses(early, "end")
    require(not one.reads(early, mail), "Ended early, the mail stays open.")
    require(len(fixtures.mails_to(shop.contact_email)) == 2, "Ended early, the shop is not told.")
