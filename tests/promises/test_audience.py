"""The audience's promises: kept as they stand, broken under one deliberate breach each."""

from types import SimpleNamespace

import pytest
from django import forms

from tests.promises.mutations import assert_kept_then_broken, cases
from tradepost.audience import queries, retention
from tradepost.audience.contacts import question_fields
from tradepost.audience.models import ConsentRecord, Contact, ListMembership
from tradepost.datamap import collection


def write_to_every_contact(monkeypatch):
    monkeypatch.setattr(
        queries,
        "mailable_contacts",
        lambda *, merchant, **_: Contact.objects.filter(merchant=merchant),
    )


def forget_that_consent_was_withdrawn(monkeypatch):
    from tradepost.audience.actions import unsubscribe

    nobody = SimpleNamespace(filter=lambda **_: ListMembership.objects.none())
    monkeypatch.setattr(unsubscribe, "ListMembership", SimpleNamespace(objects=nobody))
    monkeypatch.setattr(unsubscribe.records, "withdraw_consent", lambda **_: 0)


def take_any_consent_for_promotions(monkeypatch):
    monkeypatch.setattr(
        queries,
        "_own_consent",
        lambda merchant, kind: ConsentRecord.objects.filter(merchant=merchant),
    )


def demand_an_answer(monkeypatch):
    monkeypatch.setattr(
        question_fields, "field_for", lambda question: forms.CharField(required=True)
    )


def keep_the_silent(monkeypatch):
    monkeypatch.setattr(retention, "_inactive", lambda now: [])


def ignore_the_shops_own_period(monkeypatch):
    monkeypatch.setattr(retention, "RELATIONSHIP", "no.such.rule")


def open_an_unnamed_door(monkeypatch):
    class Enrichment(forms.Form):
        email = forms.EmailField()

    Enrichment.__module__ = "tradepost.audience.forms.enrichment"
    monkeypatch.setattr(collection, "_unnamed_door", Enrichment, raising=False)


MUTATIONS = {
    "purpose.opt-in-news": [write_to_every_contact, forget_that_consent_was_withdrawn],
    "purpose.promotions-as-agreed": take_any_consent_for_promotions,
    "collect.demographics-optional": demand_an_answer,
    "keep.relationship": [keep_the_silent, ignore_the_shops_own_period],
    "collect.only-when-given": open_an_unnamed_door,
}


@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch, db):
    assert_kept_then_broken(promise, mutate, monkeypatch)
