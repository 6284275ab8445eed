"""Promises about words on pages, settings, and people's word."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from tests.promises.mutations import (
    assert_kept_then_broken,
    cases,
    rewritten,
    without,
)
from tests.promises.test_privacy_data import register_a_buyer
from tradepost.assurance.actions.attest import attest
from tradepost.notice import catalogue
from tradepost.notice.models import Attestation

pytestmark = pytest.mark.django_db


def run_unencrypted(breach):
    public = replace(settings.TRADEPOST, public_url="http://shop.example")
    breach.setattr(settings, "TRADEPOST", public)


def drop_the_privacy_link(breach):
    without(breach, "ui/footer.html", "Privacy")
    without(breach, "notice/notice.html", "Privacy")


def drop_the_agreement(breach):
    without(breach, "notice/agreement.html", "controller")


def hide_the_authority(breach):
    rewritten(breach, "notice/responsible.html", "environment.supervisory_authority", "nobody")


def hide_the_courts(breach):
    without(breach, "notice/responsible.html", "courts")


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
    without(breach, "notice/sentence.html", "{{ sentence.text }}")


def let_a_network_in(breach):
    policy = settings.SECURE_CSP | {"script-src": ["'self'", "https://cdn.example"]}
    breach.setattr(settings, "SECURE_CSP", policy)


def fetch_a_font_elsewhere(breach):
    """The policy would stop it in a browser; the page asks all the same."""
    page = "ui/footer.html"
    link = '<link rel="stylesheet" href="https://fonts.example/x.css"><footer'
    rewritten(breach, page, "<footer", link)


def declare_a_cookie_for_adverts(breach):
    from tradepost.datamap.rooms import Cookie
    from tradepost.modules.registry import cookies

    advert = Cookie(name="advert", purpose="adverts", life="a year", essential=False)
    breach.setitem(cookies, "advert", advert)


MUTATIONS = {
    "cookie.third-party": [
        let_a_network_in,
        fetch_a_font_elsewhere,
        declare_a_cookie_for_adverts,
    ],
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
