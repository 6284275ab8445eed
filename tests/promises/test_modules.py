"""The promise about modules: kept as it stands, broken under one deliberate breach each."""

import pytest

from tests.promises.mutations import assert_kept_then_broken, cases
from tradepost.campaigns import receivers
from tradepost.campaigns.actions import start
from tradepost.campaigns.tracking import loader
from tradepost.delivery.engine import claiming
from tradepost.merchants import access as office_access
from tradepost.merchants import middleware
from tradepost.merchants.models import Merchant
from tradepost.merchants.rest import auth
from tradepost.merchants.views import modules as switches_page
from tradepost.modules import context, steps
from tradepost.notice import document
from tradepost.storefront import access as shop_access


def let_in(request, merchant):
    """A page that forgot to ask whether its module is on."""


def leave_the_offices_pages_open(monkeypatch):
    monkeypatch.setattr(office_access, "refuse_if_off", let_in)


def leave_the_shops_pages_open(monkeypatch):
    monkeypatch.setattr(shop_access, "refuse_if_off", let_in)


def leave_a_form_of_the_shop_open(monkeypatch):
    monkeypatch.setattr(middleware, "refuse_if_off", let_in)


def answer_programs_all_the_same(monkeypatch):
    monkeypatch.setattr(auth, "code_is_on", lambda package, merchant: True)


def go_on_showing_the_way(monkeypatch):
    monkeypatch.setattr(context, "address_is_on", lambda name, merchant: True)


def go_on_showing_the_first_steps(monkeypatch):
    monkeypatch.setattr(steps, "address_is_on", lambda name, merchant: True)


def go_on_saying_its_sentences(monkeypatch):
    monkeypatch.setattr(document, "left_out_of_notice", lambda merchant: (frozenset(), frozenset()))


def go_on_naming_where_data_comes_in(monkeypatch):
    real = document.left_out_of_notice
    monkeypatch.setattr(
        document, "left_out_of_notice", lambda merchant: (real(merchant)[0], frozenset())
    )


def forget_what_was_switched(monkeypatch):
    monkeypatch.setattr(switches_page, "switch_module", lambda **_: True)


def never_switch_on_again(monkeypatch):
    real = switches_page.switch_module
    monkeypatch.setattr(switches_page, "switch_module", lambda **how: real(**how | {"on": False}))


def everybody(_module):
    return Merchant.objects.all()


def start_what_is_due_all_the_same(monkeypatch):
    monkeypatch.setattr(start, "is_on", lambda key, merchant: True)
    monkeypatch.setattr(start, "merchants_with", everybody)


def let_the_post_go_on(monkeypatch):
    """Neither the mailings that run are paused, nor does a sender ask."""
    monkeypatch.setattr(receivers, "pause_all", lambda **_: 0)
    monkeypatch.setattr(claiming, "may_work", lambda package, merchant: True)


def go_on_measuring(monkeypatch):
    monkeypatch.setattr(loader, "merchants_with", everybody)


MUTATIONS = {
    "choice.modules": [
        leave_the_offices_pages_open,
        leave_the_shops_pages_open,
        leave_a_form_of_the_shop_open,
        answer_programs_all_the_same,
        go_on_showing_the_way,
        go_on_showing_the_first_steps,
        go_on_saying_its_sentences,
        go_on_naming_where_data_comes_in,
        forget_what_was_switched,
        never_switch_on_again,
        start_what_is_due_all_the_same,
        let_the_post_go_on,
        go_on_measuring,
    ],
}


@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch, db):
    assert_kept_then_broken(promise, mutate, monkeypatch)
