"""Promises about what the operator does and sees: kept as they stand, broken under one deliberate breach each."""

from types import SimpleNamespace

import pytest
from django_scopes import scopes_disabled

from tests.promises.mutations import assert_kept_then_broken, cases
from tradepost.bulletins.actions import announce
from tradepost.bulletins.forms import BulletinForm
from tradepost.bulletins.models import Bulletin
from tradepost.campaigns.actions import start
from tradepost.checkout.actions import place_order
from tradepost.console.announcing import pages as announcing
from tradepost.console.statistics import pages
from tradepost.delivery.engine import claiming
from tradepost.delivery.models import Mail
from tradepost.lib import clock, small_cells
from tradepost.lib.small_cells import ShownTable
from tradepost.merchants.actions import suspend
from tradepost.modules import office_notices
from tradepost.rights.models import Stop


def never(*_asked: object) -> bool:
    return False


def take_orders_all_the_same(monkeypatch):
    monkeypatch.setattr(place_order, "is_stopped", never)


def start_campaigns_all_the_same(monkeypatch):
    monkeypatch.setattr(start, "is_stopped", never)
    monkeypatch.setattr(claiming, "rests", never)


def send_what_ran_already(monkeypatch):
    monkeypatch.setattr(claiming, "rests", never)


def say_nothing_by_mail(monkeypatch):
    monkeypatch.setattr(suspend, "tell_shop", lambda *_told, **_more: None)


def say_nothing_in_the_office(monkeypatch):
    monkeypatch.setattr(office_notices, "notices", [])


def show_exact_counts(monkeypatch):
    def exact(table, k):
        return ShownTable(entries=small_cells._with_sums(table), hidden_people=None)

    monkeypatch.setattr(pages, "may_be_shown", exact)


def count_whoever_objects(monkeypatch):
    def nobody(merchant, purpose):
        return Stop.objects.none().values("email")

    monkeypatch.setattr(pages, "stopped_addresses", nobody)


def announce_anything(monkeypatch):
    monkeypatch.setattr(
        BulletinForm.base_fields["kind"], "choices", [("news", "News"), ("upkeep", "")]
    )
    monkeypatch.setattr(announce, "BulletinKind", lambda kind: SimpleNamespace(value=kind))


def mail_at_each_press(monkeypatch):
    def send(*, bulletin, by):
        Bulletin.objects.filter(pk=bulletin.pk).update(
            sent_at=clock.now(), told_at=None, told_up_to=0
        )
        with scopes_disabled():
            Mail.objects.filter(template="bulletins/bulletin").update(about="")
        return True

    monkeypatch.setattr(announcing, "send_bulletin", send)


MUTATIONS = {
    "purpose.operational-contact": [announce_anything, mail_at_each_press],
    "share.aggregate-only": [show_exact_counts],
    "purpose.statistics-fields": [count_whoever_objects],
    "access.suspension": [
        take_orders_all_the_same,
        start_campaigns_all_the_same,
        send_what_ran_already,
        say_nothing_by_mail,
        say_nothing_in_the_office,
    ],
}


@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch, db):
    assert_kept_then_broken(promise, mutate, monkeypatch)
