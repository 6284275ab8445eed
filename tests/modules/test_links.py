"""No page leads into a module that is off: every link that an owner or a shopper finds is answered."""

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from tests.house.samples import SAMPLES
from tradepost.assurance.promises import fixtures
from tradepost.assurance.promises.crawl import NOWHERE, crawl, is_paper
from tradepost.audit.types import SYSTEM
from tradepost.merchants.actions.switch import switch_module
from tradepost.modules.actions.switch import switch_for_all
from tradepost.modules.shop_address import shop_address
from tradepost.modules.switches import address_is_on, modules

pytestmark = pytest.mark.django_db
ROWS = (
    *("audience_office:form", "campaigns_office:edit", "catalog_office:product", "jobs_office:job"),
    *("catalog_office:category", "checkout_office:remove_coupon", "checkout_office:delivery"),
    *("orders_office:invoice", "orders_office:by_hand", "rights_office:request"),
)


@pytest.fixture
def shop(merchant):
    """In use: somebody bought, somebody joined, and there is one of most things."""
    fixtures.known_person(merchant)
    with scope(merchant=merchant):
        for name in ROWS:
            SAMPLES[name](merchant)
    return merchant


def dead_ends(shop, office):
    """Link that answers 404 → the pages that lead there."""
    inside = crawl(office, [f"/office/{shop.handle}/"])
    public = {
        link
        for visit in inside.values()
        for link in visit.links
        if not link.startswith(("/office/", "/account"))
    }
    outside = crawl(Client(), ["/", shop_address(shop) or "/", f"/privacy/{shop.handle}/", *public])
    found = {}
    for visits in (inside, outside):
        for page, visit in visits.items():
            for link, name in visit.links.items():
                browser = office if visits is inside else Client()
                closed = is_paper(name) and not address_is_on(name, shop)
                if closed or (not is_paper(name) and _is_dead(link, visits, browser)):
                    found.setdefault(link, set()).add(page)
            for form, name in visit.forms.items():  # not sent: what it would take is another test's
                if name == NOWHERE or not address_is_on(name, shop):
                    found.setdefault(form, set()).add(page)
    return found


def _is_dead(link, visits, browser):
    return (visits[link].status if link in visits else browser.get(link).status_code) == 404


@pytest.mark.parametrize("key", ["", *sorted(modules)])
def test_every_link_is_answered_whatever_a_merchant_switched_off(key, shop, office):
    if key:
        switch_module(merchant=shop, key=key, on=False, by=SYSTEM)
    assert dead_ends(shop, office) == {}


@pytest.mark.parametrize("key", sorted(modules))
def test_so_it_is_in_a_shop_where_nothing_has_happened_yet(key, merchant, office):
    switch_for_all(key=key, on=False, by=SYSTEM)
    assert dead_ends(merchant, office) == {}


@pytest.mark.django_db(transaction=True)
def test_a_kept_page_leads_to_no_form_that_the_operator_switched_off(merchant):
    with scope(merchant=merchant):
        SAMPLES["audience_office:form"](merchant)
    home = reverse("storefront:home", args=[merchant.handle])
    assert "/forms/" in Client().get(home).text
    switch_for_all(key="opt-in-forms", on=False, by=SYSTEM)
    assert "/forms/" not in Client().get(home).text
