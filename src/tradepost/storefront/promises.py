"""What the shop window promises to whoever stands before it."""

import re

from django.apps import apps
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from tradepost.assurance.promises import fixtures
from tradepost.audit.types import SYSTEM
from tradepost.catalog.actions.products import create_product
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.merchants.models import Merchant
from tradepost.storefront.actions.fronts import change_front

_PRIVACY = re.compile(r"<a [^<>]*href=\"/privacy/[^\"<>]*\"[^<>]*>[^<]{0,300}Privacy[^<]*</a>")
_OUTSIDE = "https://tannery.example/hides"
_HONOURED = "Opt-out request honoured"
_BROWSER = {"user-agent": "Canary/7.7 (storefront)", "referer": "https://canary.example/"}


def _window() -> tuple[Merchant, list[str]]:
    """A shop with a product and texts, and the addresses of its public pages."""
    merchant = fixtures.shop()
    text = f"Hides from [our tannery]({_OUTSIDE})."
    with scope(merchant=merchant):
        create_product(
            merchant=merchant, by=SYSTEM, name="Belt", price_minor=6900, description=text
        )
        change_front(merchant=merchant, by=SYSTEM, introduction=text, imprint=text, returns=text)
    pages = [
        reverse(f"storefront:{name}", args=[merchant.handle, *more])
        for name, *more in (
            ("home",),
            ("product", "belt"),
            ("text", "imprint"),
            ("text", "returns"),
            ("everything",),
            ("search",),
        )
    ]
    return merchant, [*pages[:-1], pages[-1] + "?q=belt"]


def _rows() -> dict[str, int]:
    """How many rows each table has."""
    with scopes_disabled():
        found: list[type[models.Model]] = [m for m in apps.get_models() if m._meta.managed]
        return {model._meta.label: model._base_manager.count() for model in found}


@keeps("collect.anonymous-visit", Evidence.TESTED)
def looking_into_the_window_leaves_nothing() -> str:
    """A crawl with a telling browser: no cookie, no row in any table, no script that could tell."""
    _merchant, pages = _window()
    browser = Client(headers=_BROWSER)
    before = _rows()
    for url in pages:
        answer = browser.get(url)
        require(answer.status_code == 200, f"{url} answers {answer.status_code}.")
        require(not answer.cookies, f"{url} sets the cookies {sorted(answer.cookies)}.")
        scripts = re.findall(r"<script(?! type=\"application/ld\+json\")", answer.content.decode())
        require(not scripts, f"{url} runs a script.")
    require(not browser.cookies, "The browser holds a cookie after looking.")
    changed = [label for label, count in _rows().items() if count != before[label]]
    require(not changed, f"Looking wrote rows into {', '.join(changed)}.")
    require(connection.in_atomic_block, "The check must be rolled back.")
    return f"{len(pages)} shop pages were read: no cookie, no script, and no new row in {len(before)} tables."


@keeps("choice.dnt", Evidence.TESTED)
def pages_say_that_the_signal_is_honoured() -> str:
    """11 CCR § 7025(c)(6). Read with each signal, and again without: who sent none reads nothing of it."""
    _merchant, pages = _window()
    for url in pages:
        for signal in ({"dnt": "1"}, {"sec-gpc": "1"}):
            said = Client(headers=signal).get(url).content.decode()
            require(_HONOURED in said, f"{url} does not say that {[*signal]} is honoured.")
        said = Client(headers={"dnt": "0"}).get(url).content.decode()
        require(_HONOURED not in said, f"{url} speaks of a signal that nobody sent.")
    return f"{len(pages)} kinds of shop pages say that Do Not Track and Global Privacy Control are honoured."


@keeps("choice.privacy-link", Evidence.TESTED)
def every_shop_page_links_to_privacy() -> str:
    _merchant, pages = _window()
    for url in pages:
        require(_PRIVACY.search(fixtures.page(url)), f"{url} has no link that says Privacy.")
    return f"All {len(pages)} kinds of shop pages link to the shop's notice with the word Privacy."


@keeps("share.external-links", Evidence.TESTED)
def links_in_shop_texts_say_that_they_leave() -> str:
    _merchant, pages = _window()
    marked = 0
    for url in pages:
        html = fixtures.page(url)
        for link in re.findall(rf'<a [^<>]*href="{_OUTSIDE}"(?:(?!<a ).)*?</a>', html, re.DOTALL):
            require("its own privacy policy" in link, f"{url} leads away without saying so.")
            require("noreferrer" in link, f"{url} tells the other site where people come from.")
            marked += 1
    require(marked >= 4, f"Only {marked} of four outside links were found.")
    return f"{marked} links in shop texts say that another site's own privacy policy applies."
