"""Each promise of the cart, kept as it stands and broken under one deliberate breach."""

import pytest
from django.conf import settings

from tests.promises.mutations import assert_kept_then_broken, cases
from tradepost.checkout import cart_cookie, queries
from tradepost.checkout.actions import cart
from tradepost.checkout.models import Cart
from tradepost.checkout.views import dropin
from tradepost.modules import registry


def the_cart_is_found_by_cookie_only(monkeypatch):
    monkeypatch.setattr(
        dropin,
        "carried_tokens",
        lambda request: cart_cookie.Carried(
            cookie=tuple(request.COOKIES.get(cart_cookie.COOKIE, "").split("."))
        ),
    )


def the_cookie_lives_a_year(monkeypatch):
    def hand(request, response, token):
        response.set_cookie(cart_cookie.COOKIE, token, max_age=31_536_000, httponly=True)

    monkeypatch.setattr(dropin, "hand_cookie", hand)


def the_cookie_goes_to_every_shop_of_the_domain(monkeypatch):
    def hand(request, response, token):
        response.set_cookie(cart_cookie.COOKIE, token, domain="example.org", httponly=True)

    monkeypatch.setattr(dropin, "hand_cookie", hand)


def the_cookie_is_not_declared(monkeypatch):
    monkeypatch.delitem(registry.cookies, cart_cookie.COOKIE)
    monkeypatch.setattr(settings, "UNDECLARED_COOKIE_RAISES", False)


def the_cart_notes_who_looks(monkeypatch):
    real = cart._remember

    def remember(row, sent=cart.NOTHING):
        row.session_data = "203.0.113.77"
        row.save(update_fields=["session_data"])
        return real(row, sent)

    monkeypatch.setattr(cart, "_remember", remember)


def looking_opens_a_cart(monkeypatch):
    monkeypatch.setattr(
        dropin,
        "open_cart_among",
        lambda merchant, carried: Cart.objects.create(merchant=merchant),
    )


def links_lead_away_silently(monkeypatch):
    from django.template import engines

    source = engines["django"].from_string('<a href="{{ url }}">{{ words }}</a>').template
    real = engines["django"].engine.find_template

    def find(name, dirs=None, skip=None):
        found, origin = real(name, dirs, skip)
        return (source, origin) if name == "checkout/outside.html" else (found, origin)

    monkeypatch.setattr(engines["django"].engine, "find_template", find)


MUTATIONS = {
    "choice.cookies-refusable": the_cart_is_found_by_cookie_only,
    "cookie.cart-preferences": [
        the_cookie_lives_a_year,
        the_cookie_goes_to_every_shop_of_the_domain,
        the_cookie_is_not_declared,
    ],
    "collect.anonymous-visit": [the_cart_notes_who_looks, looking_opens_a_cart],
    "share.external-links": links_lead_away_silently,
}


@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch, db):
    assert queries.cart_of_token("x") is None
    assert_kept_then_broken(promise, mutate, monkeypatch)
