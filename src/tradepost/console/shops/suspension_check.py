"""A shop's suspension, played as two operators, its owner, a buyer and a reader meet it: over HTTP and by mail."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.test import Client
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from tradepost.assurance.entrances.registry import Mark, doors, staff_of
from tradepost.assurance.promises import fixtures
from tradepost.audience.models import ContactList
from tradepost.audit.models import Entry
from tradepost.audit.types import SYSTEM
from tradepost.campaigns.actions.write import create_campaign
from tradepost.campaigns.models import Campaign
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.delivery.engine.journal import JournalFolder
from tradepost.delivery.engine.sender import Engine
from tradepost.delivery.models import Mail
from tradepost.delivery.testing import CaptureServer
from tradepost.identity.actions.operator import create_operator
from tradepost.identity.probe import give_second_factor
from tradepost.lib.smtp import Relay
from tradepost.merchants.models import Merchant
from tradepost.orders.models import Order

_READ = (
    "",
    "orders/",
    "contacts/",
    "campaigns/",
    "products/",
    "settings/standing/",
    "privacy/requests/",
)


def _operator() -> Client:
    account = create_operator(
        email=f"{fixtures.mark()}@promise-check.example", name="", password=fixtures.mark()
    )
    give_second_factor(account)
    browser = Client()
    browser.force_login(account)
    return browser


@keeps("access.suspension", Evidence.TESTED)
def a_suspended_shop_is_told_why_and_keeps_its_rights() -> str:
    """Suspended twice and lifted twice; before, meanwhile and afterwards somebody orders and a letter waits."""
    shop, buyer = fixtures.shop(), Mark(fixtures.mark())
    office = fixtures.office_of(shop)
    require(_orders(shop) == 1, "Nobody can order at all; the check is blind.")
    running, waiting = _campaigns(shop, buyer, office)
    reason = f"Complaints about letters that nobody asked for, case {fixtures.mark()}."
    for console in (_operator(), _operator()):
        console.post(_at(shop, "suspend"), {"suspend-reason": reason})
    told = _told(shop)
    require(len(told) == 1, f"The shop got {len(told)} mails about its suspension.")
    require(reason in told[0].text, "The mail does not say why.")
    noted = Entry.objects.filter(action="merchants.suspend", merchant_id=shop.pk, reason=reason)
    require(noted.count() == 1, "The record lacks who suspended the shop, and why.")
    require(_orders(shop) == 1, "A suspended shop takes an order.")
    _start(shop, waiting, office)
    sent = _subjects_sent()
    require(not sent & {running.subject, waiting.subject}, "A suspended shop sends a campaign.")
    _readable(shop, office, reason)
    _rights_go_on(shop, buyer)
    for _again in range(2):
        console.post(_at(shop, "lift"))
    require(len(_told(shop)) == 2, "The shop is not told that it is over.")
    require(_orders(shop) == 2, "After the suspension no order is taken.")
    require(running.subject in _subjects_sent(), "A campaign that waited does not go on.")
    return (
        "Suspended, a shop took no order and sent nothing; it was told once, by mail and page, and why; its "
        f"{len(_READ)} pages and its customers' copies could be read. Lifted, what waited went on."
    )


def _told(shop: Merchant) -> list[Mail]:
    """What was written about the account; orders are told of, too."""
    mails = fixtures.mails_to(shop.contact_email)
    return [mail for mail in mails if mail.template.startswith("merchants/")]


def _at(shop: Merchant, part: str) -> str:
    return f"/operator/shops/{shop.handle}/{part}/"


def _orders(shop: Merchant) -> int:
    """How many there are, after one more buyer has tried."""
    doors["guest checkout"].let_in(shop, Mark(fixtures.mark()))
    with scopes_disabled():
        return Order.objects.filter(merchant=shop).count()


def _campaigns(shop: Merchant, reader: Mark, office: Client) -> tuple[Campaign, Campaign]:
    """One that runs and of which nothing was sent yet, and a draft."""
    Merchant.objects.filter(pk=shop.pk).update(postal_address="Seed Street 1\nTown")
    shop.refresh_from_db()
    doors["opt-in form"].let_in(shop, reader)
    made = []
    with scope(merchant=shop):
        news = ContactList.objects.get(memberships__contact__email=reader.email)
        for _one in range(2):
            word = fixtures.mark()
            made.append(
                create_campaign(
                    merchant=shop,
                    by=SYSTEM,
                    contact_list=news,
                    name=word,
                    subject=word,
                    body="Hello, [look](https://shop.example/new).",
                )
            )
    _start(shop, made[0], office)
    with scopes_disabled():
        started = Campaign.objects.get(pk=made[0].pk).has_started
    require(started, "A campaign cannot be started at all; the check is blind.")
    return made[0], made[1]


def _start(shop: Merchant, campaign: Campaign, office: Client) -> None:
    office.post(reverse("campaigns_office:start", args=[shop.handle, campaign.public_id]))


def _subjects_sent() -> set[str]:
    """What leaves when a sender looks for work."""
    with (
        TemporaryDirectory() as folder,
        CaptureServer().running() as server,
        Engine(
            relay=Relay.from_url(server.url), connections=1, spool=JournalFolder(Path(folder))
        ) as engine,
    ):
        engine.run_until_idle()
        return {mail.subject for mail in server.messages}


def _readable(shop: Merchant, office: Client, reason: str) -> None:
    root = f"/office/{shop.handle}/"
    for part in _READ:
        shown = fixtures.page(f"{root}{part}", office)
        require("suspended" in shown, f"The office says nothing of it at {part or 'its start'}.")
    require(reason in fixtures.page(f"{root}settings/standing/", office), "The office hides why.")
    require(staff_of(shop).memberships.exists(), "Somebody of the team was removed.")


def _rights_go_on(shop: Merchant, person: Mark) -> None:
    visit = fixtures.visit_of(shop, person.email)
    require(person.email in fixtures.page("/privacy/visit/", visit), "The portal shows nothing.")
    copy = visit.get("/privacy/visit/download/json/")
    require(person.email in fixtures.text_of(copy), "A person's copy cannot be downloaded.")
