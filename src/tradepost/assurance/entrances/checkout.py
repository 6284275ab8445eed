"""The checkout's doors for the proof of erasure: a buy link, the old cart's address, a payment by card."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product

from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from tradepost.assurance.entrances.registry import Mark, register_door, run_now, staff_of
from tradepost.audit.types import SYSTEM, Actor
from tradepost.catalog.models import Product
from tradepost.checkout.models import Cart, CartSettings, DeliveryMethod
from tradepost.checkout.types import LinkMode
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.orders.actions.export import Wanted, start_export
from tradepost.orders.actions.handle import dispatch
from tradepost.orders.exports import LAYOUTS
from tradepost.orders.models import Order
from tradepost.orders.queries import OrderFilter
from tradepost.payments.actions.accounts import save_account
from tradepost.payments.actions.connection import begin_test
from tradepost.payments.models import GatewayAccount
from tradepost.payments.registry import gateway_named
from tradepost.payments.standin.post import signature
from tradepost.payments.standin.server import Standin, serve

SKU = "CANARY"
_KEY, _SECRET = "sk_test_standin_canary", "whsec_canarycanarycanary"


def _open(merchant: Merchant) -> None:
    with scope(merchant=merchant):
        Product.objects.get_or_create(
            merchant=merchant,
            sku=SKU,
            defaults={"name": "Canary seed", "slug": "canary-seed", "price_minor": 900, "stock": 9},
        )
        DeliveryMethod.objects.get_or_create(merchant=merchant, name="Post", price_minor=490)
        GatewayAccount.objects.get_or_create(merchant=merchant, gateway="on_delivery")


def through_the_checkout(merchant: Merchant, mark: Mark) -> None:
    """Puts one thing into the cart, asks for the newsletter too, pays on delivery."""
    _open(merchant)
    guest = Client()
    guest.get(reverse("checkout:buy", args=[merchant.handle, SKU]))
    _order(guest, merchant, mark, "on_delivery")


def through_the_old_cart(merchant: Merchant, mark: Mark) -> None:
    """Comes from somebody's own page with texts of that page; the shop then exports its orders."""
    _open(merchant)
    with scope(merchant=merchant):
        CartSettings.objects.update_or_create(merchant=merchant, defaults={"mode": LinkMode.OPEN})
    guest = Client()
    texts = {"product": f"Collar for {mark.word('answer')}", "sd": mark.word("note"), "price": "9"}
    guest.post(reverse("checkout:add"), {"userid": merchant.cart_username} | texts)
    _order(guest, merchant, mark, "on_delivery")
    with scope(merchant=merchant):
        for name, layout in product(("csv", "xlsx"), LAYOUTS.values()):
            wanted = Wanted(layout=layout, file_format=name, chosen=OrderFilter())
            run_now(
                start_export(merchant=merchant, wanted=wanted, by=Actor.user(staff_of(merchant)))
            )


def through_a_card(merchant: Merchant, mark: Mark) -> None:
    """Pays on the provider's page, which a stand-in plays; its signed messages come in; sent off."""
    _open(merchant)
    with _provider() as standin:
        account = _account(merchant)
        guest = Client()
        _prove(standin, guest, account)
        guest.get(reverse("checkout:buy", args=[merchant.handle, SKU]))
        _pay(standin, guest, account, _order(guest, merchant, mark, "stripe"))
    with scope(merchant=merchant):
        dispatch(order=Order.objects.filter(email=mark.email).latest("pk"), by=SYSTEM)


def _account(merchant: Merchant) -> GatewayAccount:
    """With the keys typed into the form, as a shop does."""
    keys = {"enabled": "on", "secret_key": _KEY, "webhook_secret": _SECRET}
    with scope(merchant=merchant):
        known = GatewayAccount.objects.filter(merchant=merchant, gateway="stripe").first()
        account = known or GatewayAccount(merchant=merchant, gateway="stripe")
        form = gateway_named("stripe").form(account, keys)
        assert form.is_valid(), form.errors
        save_account(account=account, form=form, by=SYSTEM)
    return account


@contextmanager
def _provider() -> Iterator[Standin]:
    server, standin = serve(0)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        with override_settings(TRADEPOST=replace(settings.TRADEPOST, stripe_api_base=standin.base)):
            yield standin
    finally:
        server.shutdown()
        server.server_close()


def _prove(standin: Standin, guest: Client, account: GatewayAccount) -> None:
    """The connection is tested, without which nobody is offered it."""
    with scope(merchant=account.merchant):
        begin_test(account=account, by=SYSTEM)
    _deliver(standin, guest, account)


def _pay(standin: Standin, guest: Client, account: GatewayAccount, pay_path: str) -> None:
    page = guest.get(pay_path).headers["Location"]
    rows = standin.account(_KEY)
    rows.pay(rows.find("session", page.rpartition("/")[2]))
    _deliver(standin, guest, account)


def _deliver(standin: Standin, guest: Client, account: GatewayAccount) -> None:
    """Everything that happened so far, signed; what was told before changes nothing."""
    for event in list(standin.account(_KEY).of("event").values()):
        body = json.dumps(event).encode()
        guest.post(
            reverse("payments:webhook", args=["stripe", account.public_id]),
            body,
            content_type="application/json",
            headers={"Stripe-Signature": signature(body, _SECRET, int(clock.now().timestamp()))},
        )


def _order(guest: Client, merchant: Merchant, mark: Mark, payment: str) -> str:
    """Fill in the checkout of the newest cart; returns where the buyer is sent."""
    with scopes_disabled():
        cart = Cart.objects.filter(merchant=merchant, ordered_at=None).latest("pk")
    address = reverse("checkout:checkout", args=[cart.token])
    quote = guest.get(address).context["quote"]
    answer = guest.post(
        address,
        {
            "email": mark.email,
            "telephone": "+49 30 1234567",
            "note": mark.word("note"),
            "newsletter": "on",
            "shipping-country": "DE",
            "shipping-name": mark.word("name"),
            "shipping-line1": mark.word("street"),
            "shipping-postal_code": "10115",
            "shipping-city": mark.word("city"),
            "payment": payment,
            "delivery": quote.delivery.key if quote.delivery else "",
            "seen": quote.mark,
            "order": "1",
        },
    )
    return str(answer.headers.get("Location", ""))


register_door("guest checkout", through_the_checkout)
register_door("old cart, orders exported", through_the_old_cart)
register_door("card payment", through_a_card)
