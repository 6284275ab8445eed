"""Each module off: no page of it answers, and nothing leads to one. Its declaration names what there is."""

import pytest
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import resolve, reverse
from django_scopes import scope

from tests.house.addresses import all_addresses
from tests.house.samples import SAMPLES
from tradepost.audit.types import SYSTEM, Actor
from tradepost.datamap.collection import collection_points
from tradepost.merchants.actions.switch import switch_module
from tradepost.merchants.middleware import SwitchedOff
from tradepost.modules.registry import navigation
from tradepost.modules.steps import first_steps
from tradepost.modules.switches import address_is_on, is_on, modules
from tradepost.modules.tiles import tiles
from tradepost.notice.catalogue import PROMISES

pytestmark = pytest.mark.django_db

NAMES = {address.name: address for address in all_addresses()}
PAGES = sorted(
    (module.key, name)
    for module in modules.values()
    for name, address in NAMES.items()
    if module.has_address(name) and address.permission
)

PUBLIC_PAGES = sorted(
    (module.key, name)
    for module in modules.values()
    for name, address in NAMES.items()
    if module.has_address(name) and not address.permission and "handle" in address.needs
)


def test_a_module_names_pages_sentences_and_modules_that_are_there():
    for module in modules.values():
        spaces = {name.rpartition(":")[0] + ":" for name in NAMES}
        assert {*module.addresses, *module.stays} <= {*NAMES, *spaces}, module.key
        assert set(module.requires) <= set(modules), module.key
        assert set(module.promises) <= set(PROMISES), module.key
        assert set(module.collects) <= set(collection_points), module.key
        assert str(module.label)
        assert str(module.describes).endswith("."), module.key
    assert {tile.module for tile in tiles} - {""} <= set(modules)


def test_what_others_stand_on_is_no_module():
    core = ("orders_office:", "payments", "rights", "merchants_office:", "audience_office:contacts")
    for module in modules.values():
        assert not [name for name in module.addresses if name.startswith(core)], module.key


def test_nothing_is_off_until_somebody_switches_it_off(merchant):
    assert [name for name in NAMES if not address_is_on(name, merchant)] == []


@pytest.mark.parametrize(("key", "name"), PAGES)
def test_a_page_of_a_module_that_is_off_is_not_there(key, name, merchant, office, owner):
    with scope(merchant=merchant):
        more = SAMPLES[name](merchant) if name in SAMPLES else {}
    path = reverse(name, kwargs={"handle": merchant.handle} | more)
    switch_module(merchant=merchant, key=key, on=False, by=Actor.user(owner))
    answers = {office.get(path).status_code, office.post(path).status_code}
    assert answers in ({404}, {404, 405}), "405: it would not take this method anyway"


@pytest.mark.parametrize(("key", "name"), PUBLIC_PAGES)
def test_a_public_page_of_a_shop_that_has_its_module_off_is_not_reached(key, name, merchant, rf):
    """Before its view is called, unless it is one that finds the shop's finished page without a row."""
    words = dict.fromkeys(NAMES[name].needs, "1") | {"handle": merchant.handle}
    request = rf.get(reverse(name, kwargs=words))
    request.resolver_match = match = resolve(request.path)
    assert is_on(key, merchant)
    layer = SwitchedOff(lambda _request: HttpResponse())
    layer.process_view(request, match.func, match.args, match.kwargs)
    switch_module(merchant=merchant, key=key, on=False, by=SYSTEM)
    again = rf.get(request.path)
    again.resolver_match = match
    if getattr(match.func, "knows_its_shop", False):
        assert match.func.__module__ == "tradepost.storefront.views.shop" or "sitemap" in name
        assert Client().get(request.path).status_code == 404
        return
    with pytest.raises(Http404):
        layer.process_view(again, match.func, match.args, match.kwargs)


@pytest.mark.parametrize("key", sorted(modules))
def test_nothing_leads_to_a_module_that_is_off(key, merchant, office, owner):
    switch_module(merchant=merchant, key=key, on=False, by=Actor.user(owner))
    page = office.get(reverse("backoffice_office:home", args=[merchant.handle])).text
    gone = [entry for entry in navigation if modules[key].has_address(entry.url_name)]
    for entry in gone:
        assert f'href="{reverse(entry.url_name, args=[merchant.handle])}"' not in page
    with scope(merchant=merchant):
        left = [step.url_name for step, _done in first_steps(merchant)]
    assert not [name for name in left if modules[key].has_address(name)]
