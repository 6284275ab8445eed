"""Joins the checkout room to the house."""

from django.utils.translation import gettext_lazy as _

from tradepost.checkout.carried import COOKIE
from tradepost.modules.registry import Cookie, register_cookie

register_cookie(
    Cookie(
        name=COOKIE,
        purpose=_("Finds your cart again when you come back from another page of the shop."),
        life=_("Until you close the browser."),
    )
)
