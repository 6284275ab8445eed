"""Who pays for a shop's plan: kept on paid plans only, and written to for that alone. Played over HTTP."""

import re
import secrets
from datetime import datetime, timedelta

from django.test import Client
from django.utils.module_loading import import_string
from django_scopes import scopes_disabled

from tradepost.assurance.promises import fixtures
from tradepost.audit.types import SYSTEM
from tradepost.billing.actions.plans import make_plan, set_price
from tradepost.billing.models import BillingAccount, PlanPrice, PlanSubscription
from tradepost.billing.types import PlanInterval
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.registry import schedule
from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery.models import Mail
from tradepost.lib import clock
from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant
from tradepost.modules.mail_templates import mail_template

_TURN = "remind of, renew and end subscriptions"
_PERIOD_DAYS = 31


def _priced() -> PlanPrice:
    """A plan with a price, as the operator would make it."""
    facts = {"name": fixtures.mark(), "text": "", "position": 0, "trial_days": 0}
    plan = make_plan(facts=facts, by=SYSTEM)  # type: ignore[arg-type]  # the facts of a plan
    amount = Money(1900, "EUR")
    return set_price(plan=plan, every=PlanInterval.MONTH, amount=amount, valid_from=None, by=SYSTEM)


class _Shop:
    """A shop with a browser of its owner's, and somebody else who would pay."""

    def __init__(self) -> None:
        self.merchant, self.word = fixtures.shop(), fixtures.mark()
        self.office: Client = fixtures.office_of(self.merchant)
        self.payer = f"{self.word}@payer.example"
        self.pages = f"/office/{self.merchant.handle}/settings/"

    def says(self, page: str) -> int:
        said = {
            "name": self.word,
            "address": f"{self.word} street 1",
            "country": "DE",
            "email": self.payer,
            "vat_id": "",
        }
        return self.office.post(f"{self.pages}{page}", said).status_code

    def joins(self, price: PlanPrice) -> None:
        shown = fixtures.page(f"{self.pages}plan/", self.office)
        link = re.search(rf"plan/join/{price.public_id}/", shown)
        require(link, "The plan is not offered; the check is blind.")
        self.says(f"plan/join/{price.public_id}/")

    def is_known(self) -> bool:
        """Whether a billing account anywhere names whoever would pay."""
        with scopes_disabled():
            return BillingAccount.objects.filter(email=self.payer).exists()


def _turn_clockwork() -> None:
    for turn in schedule:
        if turn.name == _TURN:
            import_string(turn.call)()


@keeps("collect.billing-paid-plans-only", Evidence.TESTED)
def nobody_pays_on_the_free_plan() -> str:
    """Typed on the free plan, it is not kept; joined, it is; cancelled and over, it is gone."""
    shop, price, now = _Shop(), _priced(), clock.now()
    shop.says("billing/")
    require(not shop.is_known(), "A shop on the free plan has a billing account.")
    shop.joins(price)
    require(shop.is_known(), "Joining a paid plan makes no billing account; the check is blind.")
    shop.office.post(f"{shop.pages}plan/cancel/")
    with clock.at(now + timedelta(days=27)):
        _turn_clockwork()
        require(shop.is_known(), "The account goes while the plan still runs; the check is blind.")
    with clock.at(now + timedelta(days=_PERIOD_DAYS + 1)):
        _turn_clockwork()
        require(not shop.is_known(), "A shop back on the free plan keeps its billing account.")
        shop.says("billing/")
    require(not shop.is_known(), "After its plan a shop is asked for a billing account anew.")
    return "Typed on the free plan: not kept. On a paid one: kept. After its last paid day: gone."


@keeps("collect.billing-paid-plans-only", Evidence.TESTED)
def whoever_pays_gets_in() -> str:
    """By the mailed access and invitation, to the account and to nothing else of the shop."""
    shop, price = _Shop(), _priced()
    shop.joins(price)
    mails = fixtures.mails_to(shop.payer)
    page = f"{shop.pages}billing/"
    require(any(page in mail.text for mail in mails), "No access details are mailed.")
    links = [re.search(r"(/join/\S+)", mail.text) for mail in mails]
    invited = [found[1] for found in links if found]
    require(invited, "Whoever pays and is not of the team cannot get in.")
    browser = Client()
    browser.post(invited[-1], {"name": "", "password": secrets.token_urlsafe(16)})
    shown = fixtures.page(page, browser)
    require(f"{shop.word} street 1" in shown, "Whoever pays does not see the billing account.")
    orders = browser.get(f"/office/{shop.merchant.handle}/orders/").status_code
    require(orders == 403, f"Whoever pays gets {orders} for the shop's orders.")
    return "The mailed access opens the billing account, and none of the shop's orders."


@keeps("collect.billing-paid-plans-only", Evidence.MONITORED)
def every_account_has_a_paid_plan() -> str:
    with scopes_disabled():
        paid = PlanSubscription.objects.filter(ended_at=None).values("merchant_id")
        accounts = BillingAccount.objects.count()
        without = BillingAccount.objects.exclude(merchant_id__in=paid).count()
    require(not without, f"{without} billing accounts belong to shops on the free plan.")
    return f"{accounts} billing accounts, each of a shop on a paid plan."


@keeps("purpose.billing-mail-to-billing", Evidence.TESTED)
def reminders_go_to_whoever_pays() -> str:
    """A month goes by under the turned clock; every mail of the shop is looked at."""
    shop, price, now = _Shop(), _priced(), clock.now()
    shop.joins(price)
    for days in range(1, 2 * _PERIOD_DAYS + 4):
        _on(now + timedelta(days=days))
    shop.office.post(f"{shop.pages}plan/cancel/")
    bills = [mail for mail in _mails_of(shop.merchant) if _is_about_bills(mail)]
    astray = {mail.address for mail in bills} - {shop.payer}
    require(not astray, "A mail about bills goes to another address than the billing e-mail.")
    told = [mail for mail in bills if "19.00" in mail.text and "renews" in mail.subject]
    require(len(told) >= 2, f"{len(told)} reminders of two renewals name the price.")
    others = [mail for mail in _mails_of(shop.merchant) if mail.address == shop.payer]
    strange = {mail.template for mail in others if not _is_about_bills(mail)}
    require(len(strange) <= 1, f"Whoever pays also gets {', '.join(sorted(strange))}.")
    return f"{len(bills)} mails about the plan, {len(told)} of them reminders: all to the billing e-mail."


def _on(moment: datetime) -> None:
    with clock.at(moment):
        _turn_clockwork()


def _mails_of(merchant: Merchant) -> list[Mail]:
    with scopes_disabled():
        return list(Mail.objects.filter(merchant=merchant).order_by("pk"))


def _is_about_bills(mail: Mail) -> bool:
    return mail_template(mail.template).purpose is Purpose.BILLING
