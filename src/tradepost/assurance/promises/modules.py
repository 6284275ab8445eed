"""Each module, switched off and on again by an owner: what the product then shows and answers."""

from dataclasses import dataclass, field

from django.template.defaultfilters import capfirst
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django_scopes import scope

from tradepost.assurance.promises import fixtures
from tradepost.assurance.promises.crawl import Visit, crawl, look_at
from tradepost.audit.types import SYSTEM
from tradepost.campaigns.actions.write import create_campaign
from tradepost.datamap.collection import collection_points
from tradepost.datamap.modules import Module
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.vocabulary import Subject
from tradepost.datamap.words import word
from tradepost.merchants.models import Merchant
from tradepost.modules.shop_address import shop_address
from tradepost.modules.switches import modules
from tradepost.notice.catalogue import PROMISES
from tradepost.notice.catalogue.types import Audience

GONE = 404


@dataclass
class ShopInUse:
    """A shop in use, and what it shows while everything is on."""

    merchant: Merchant
    office: Client
    anybody: Client = field(default_factory=Client)
    inside: dict[str, Visit] = field(default_factory=dict)
    outside: dict[str, Visit] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)

    @property
    def first_page(self) -> str:
        return f"/office/{self.merchant.handle}/"

    @property
    def notice_page(self) -> str:
        return f"/privacy/{self.merchant.handle}/"

    def switch(self, module: Module, *, on: bool) -> None:
        page = reverse("merchants_office:modules", args=[self.merchant.handle])
        answer = self.office.post(page, {"module": module.key, "on": "1" if on else ""})
        require(answer.status_code == 302, f"The switch of {module.key} says {answer.status_code}.")

    def answers(self) -> dict[str, int]:
        """What each list of the API answers now."""
        return {
            path: self.anybody.get(path, headers={"Authorization": f"Bearer {token}"}).status_code
            for path, token in self.calls
        }

    def statuses(self, module: Module) -> dict[str, int]:
        """What each page of the module answers now that answered while it was on."""
        return {
            url: browser.get(url).status_code
            for visits, browser in ((self.inside, self.office), (self.outside, self.anybody))
            for url, name in _linked(visits).items()
            if module.has_address(name)
        }


def _linked(visits: dict[str, Visit]) -> dict[str, str]:
    return {url: name for visit in visits.values() for url, name in visit.links.items()}


def _shop() -> ShopInUse:
    merchant = fixtures.shop()
    fixtures.known_person(merchant)
    with scope(merchant=merchant):
        create_campaign(merchant=merchant, by=SYSTEM, name="Spring")
    shop = ShopInUse(merchant, fixtures.office_of(merchant))
    shop.calls = list(fixtures.api_calls(merchant))
    shop.inside = crawl(shop.office, [shop.first_page], of_a_kind=1)
    shop.outside = crawl(shop.anybody, [shop_address(merchant), *_named_inside(shop)], of_a_kind=1)
    return shop


def _named_inside(shop: ShopInUse) -> list[str]:
    """Public pages that the office shows to the owner, such as buy links."""
    linked = _linked(shop.inside)
    return [url for url in linked if not url.startswith(("/office/", "/accounts/", "/account/"))]


@keeps("choice.modules", Evidence.TESTED)
def each_module_goes_and_comes_back() -> str:
    for name in PROMISES:
        fixtures.published(name)
    shop = _shop()
    pages = 0
    for module in modules.values():
        if not module.default_on:
            shop.switch(module, on=True)
        before, calls = shop.statuses(module), shop.answers()
        there = [url for url, status in before.items() if status != GONE]
        require(there or not module.addresses, f"No page leads to {module.key} while it is on.")
        _require_sentences(shop, module, shown=True)
        shop.switch(module, on=False)
        _require_gone(shop, module, there)
        _require_calls_gone(shop, module, calls)
        _require_sentences(shop, module, shown=False)
        shop.switch(module, on=True)
        require(shop.statuses(module) == before, f"{module.key} does not come back as it was.")
        require(shop.answers() == calls, f"The API of {module.key} does not come back.")
        _require_sentences(shop, module, shown=True)
        pages += len(there)
    return (
        f"{len(modules)} modules were switched off and on by an owner: {pages} pages, their calls, "
        "the ways to them and their sentences went and came back."
    )


def _require_gone(shop: ShopInUse, module: Module, there: list[str]) -> None:
    now = shop.statuses(module)
    for url in there:
        require(now[url] == GONE, f"{url} answers {now[url]} though {module.key} is off.")
    for visits, browser in ((shop.inside, shop.office), (shop.outside, shop.anybody)):
        forms = {url: name for visit in visits.values() for url, name in visit.forms.items()}
        for url in (url for url, name in forms.items() if module.has_address(name)):
            status = browser.post(url).status_code
            # 405: a form that is only asked for (a search), which takes nothing at any time.
            gone = status in {GONE, 405} and browser.get(url).status_code in {GONE, 405}
            require(gone, f"{url} takes a form ({status}) though {module.key} is off.")
    for browser, page in ((shop.office, shop.first_page), (shop.anybody, shop.notice_page)):
        for url, name in look_at(browser, page).links.items():
            require(not module.has_address(name), f"{page} leads to {url}; {module.key} is off.")


def _require_calls_gone(shop: ShopInUse, module: Module, before: dict[str, int]) -> None:
    now = shop.answers()
    gone = {path for path in now if now[path] == GONE and before[path] != GONE}
    require(bool(gone) == bool(module.code), f"Calls that are gone with {module.key}: {gone}.")
    for path in now.keys() - gone:
        require(now[path] == before[path], f"{path} answers otherwise; {module.key} is off.")


def _require_sentences(shop: ShopInUse, module: Module, *, shown: bool) -> None:
    """Its sentences, and where people's data comes in through it, in the shop's own notice."""
    page = fixtures.page(shop.notice_page)
    for name in module.promises:
        if PROMISES[name].reader is not Audience.MERCHANT:
            require((f'id="{name}"' in page) is shown, f"The sentence {name}: {module.key}.")
    for name in module.collects:
        point = collection_points[name]
        if point.subject is Subject.CUSTOMER:
            said = escape(capfirst(word(point.meaning))) in page
            require(said is shown, f"The way in {name} is {'not ' * shown}in the notice.")
