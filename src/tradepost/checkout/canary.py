"""The checkout's door for the proof of erasure: somebody buys as a guest, from a link to the bill."""

from django.test import Client
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from tradepost.catalog.models import Product
from tradepost.checkout.models import Cart, DeliveryMethod
from tradepost.merchants.models import Merchant
from tradepost.payments.models import GatewayAccount
from tradepost.privacy.doors import Mark, register_door

SKU = "CANARY"


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
    with scopes_disabled():
        cart = Cart.objects.filter(merchant=merchant, ordered_at=None).latest("pk")
    address = reverse("checkout:checkout", args=[cart.token])
    page = guest.get(address).context["page"]
    guest.post(
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
            "payment": "on_delivery",
            "delivery": page.delivery.key if page.delivery else "",
            "seen": f"{page.seen}:{page.totals.total_minor}",
            "order": "1",
        },
    )


register_door("guest checkout", through_the_checkout)
