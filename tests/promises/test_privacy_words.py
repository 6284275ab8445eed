"""Promises of the privacy room about words on pages, settings, and people's word."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from tests.promises.mutations import assert_kept_then_broken, cases, without
from tests.promises.test_privacy_data import register_a_buyer
from tradepost.privacy import catalogue
from tradepost.privacy.actions.attest import attest
from tradepost.privacy.models import Attestation

pytestmark = pytest.mark.django_db


def run_unencrypted(breach):
    public = replace(settings.TRADEPOST, public_url="http://shop.example")
    breach.setattr(settings, "TRADEPOST", public)


def drop_the_privacy_link(breach):
    without(breach, "ui/footer.html", "Privacy")
    without(breach, "privacy/notice.html", "Privacy")


def drop_the_agreement(breach):
    without(breach, "privacy/agreement.html", "controller")


def hide_the_authority(breach):
    without(breach, "privacy/notice.html", "{{ environment.supervisory_authority }}")


def hide_the_courts(breach):
    without(breach, "privacy/notice.html", "courts")


def give_a_dead_contact(breach):
    dead = replace(settings.TRADEPOST, operator_email="nobody at all")
    breach.setattr(settings, "TRADEPOST", dead)


def boast(breach):
    said = replace(catalogue.PROMISES["secure.no-guarantee"], sentence="100 % safe.")
    breach.setitem(catalogue.PROMISES, "secure.no-guarantee", said)


def let_attestations_expire(breach):
    past = timezone.now() - timedelta(days=400)
    Attestation.objects.update(given_at=past, expires_at=past + timedelta(days=365))


def leave_it_off_the_page(breach):
    without(breach, "privacy/sentence.html", "{{ sentence.text }}")


MUTATIONS = {
    "secure.tls": run_unencrypted,
    "secure.no-guarantee": [boast, leave_it_off_the_page],
    "choice.privacy-link": drop_the_privacy_link,
    "access.two-tier": drop_the_agreement,
    "right.redress": hide_the_authority,
    "right.contact": give_a_dead_contact,
    "redress.individual": hide_the_courts,
    "access.confidentiality": let_attestations_expire,
    "secure.measures": let_attestations_expire,
    "share.no-sale": [let_attestations_expire, register_a_buyer],
}


@pytest.fixture(autouse=True)
def somebody_vouches():
    for promise in ("access.confidentiality", "secure.measures", "share.no-sale"):
        attest(promise=promise, by_name="Ada", by_email="ada@example.org", statement="I saw it.")


@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch):
    assert_kept_then_broken(promise, mutate, monkeypatch)
