"""Promises of the shop window, kept as it stands and broken under one deliberate breach."""

import pytest
from django.http import HttpResponse

from tests.promises.mutations import assert_kept_then_broken, cases
from tradepost.catalog import texts
from tradepost.checkout.models import Cart
from tradepost.storefront import access
from tradepost.storefront.views import shop


def every_visitor_gets_a_number(breach):
    answer = shop.HttpResponse

    def numbered(*args, **options) -> HttpResponse:
        response = answer(*args, **options)
        response.set_cookie("tp_cart", "4711")
        return response

    breach.setattr(shop, "HttpResponse", numbered)
    breach.setattr(access, "may_keep", lambda: False)


def looking_opens_a_cart(breach):
    frame = shop.shop_frame

    def opened(request, merchant, cart):
        Cart.objects.create(merchant=merchant)
        return frame(request, merchant, cart)

    breach.setattr(shop, "shop_frame", opened)


def the_foot_forgets_privacy(breach):
    draw = shop.render_to_string
    breach.setattr(shop, "render_to_string", lambda *a: draw(*a).replace("Privacy", "Legal"))


def links_leave_silently(breach):
    breach.setattr(texts, "_marked", lambda link: link[0])


MUTATIONS = {
    "collect.anonymous-visit": [every_visitor_gets_a_number, looking_opens_a_cart],
    "choice.privacy-link": the_foot_forgets_privacy,
    "share.external-links": links_leave_silently,
}


@pytest.mark.django_db
@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch):
    assert_kept_then_broken(promise, mutate, monkeypatch)
