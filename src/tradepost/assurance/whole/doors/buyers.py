"""How buyers come in: the shop window, a buy link, somebody's own page; and what happens to an order."""

from datetime import timedelta

import httpx

from tradepost.assurance.whole.browser import Browser
from tradepost.assurance.whole.doors.shop import SKU
from tradepost.assurance.whole.house import NotComeUp, wait_for
from tradepost.assurance.whole.page_forms import forms_of
from tradepost.assurance.whole.story import FOUR, OWNER, SHOP, SIX, Story, door
from tradepost.jobs.models import Job
from tradepost.lib import clock
from tradepost.modules.shop_address import shop_address
from tradepost.orders.models import Order
from tradepost.payments.models import GatewayAccount
from tradepost.payments.standin.server import KEY

_IBAN = "DE89370400440532013000"


@door("a look around")
def look_around(story: Story) -> None:
    """What she looks for, where she comes from, what is not there."""
    visitor = _visitor(story)
    shop = shop_address(story.shop)
    for path in (
        "",
        "all/",
        f"search/?q={story.say('search')}",
        f"nowhere/?x={story.say('query')}",
    ):
        visitor.get(shop + path, Referer=f"https://{story.say('referer')}.example/")
    visitor.submit("/accounts/login/", "login", {"login": story.email, "password": "wrong"})


def _visitor(story: Story, network: str = SIX) -> Browser:
    words = f"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0 {story.say('browser')}"
    return story.house.browser(**{"X-Forwarded-For": network, "User-Agent": words})


@door("guest checkout")
def guest_checkout(story: Story) -> None:
    """By a buy link; the newsletter is asked for, too; paid on delivery."""
    visitor = _visitor(story)
    cart = visitor.follow(visitor.get(f"/buy/{story.handle}/{SKU}"))
    visitor.submit(cart.url.path, "coupon", {"coupon": story.coupon})
    story.order_page = _order(story, visitor, cart.url.path, "on_delivery")
    story.browsers["p"] = visitor


@door("drop-in cart")
def drop_in_cart(story: Story) -> None:
    """From somebody's own page, with texts of that page."""
    visitor = _visitor(story, FOUR)
    typed = {
        "userid": story.shop.cart_username,
        "product": [f"Collar {story.say('text on the collar')}", story.say("colour")],
        "price": "9",
        "qty": "1",
        "sd": story.say("own page's note"),
        "return": f"https://shop.example/?back={story.say('own page')}",
    }
    visitor.client.post(
        "/cf/add.cfm", data=typed | {"price": "a lot"}
    )  # a page with a mistake in it
    cart = visitor.follow(visitor.client.post("/cf/add.cfm", data=typed))
    _order(story, visitor, cart.url.path, "bank_transfer")


@door("card payment")
def card_payment(story: Story) -> None:
    """On the page of the provider, which a stand-in plays; its signed messages come back."""
    owner, page = story.browsers[OWNER], story.office("payments/stripe/")
    owner.get(page)  # tells the address to which messages go
    account = GatewayAccount.objects.get(merchant=story.shop, gateway="stripe")
    key = f"{KEY}_whole"
    provider = story.house.browser(Authorization=f"Bearer {key}")
    wanted = {"url": f"{story.house.url}/payments/stripe/{account.public_id}/webhook/"}
    made = provider.client.post(f"{story.house.provider_url}/v1/webhook_endpoints", data=wanted)
    keys = {"enabled": "on", "secret_key": key, "webhook_secret": made.json()["secret"]}
    owner.submit(page, "secret_key", keys)
    owner.post(f"{page}test/", {})
    proven = GatewayAccount.objects.filter(pk=account.pk, settings__has_key="proven_at")
    wait_for(proven.exists, "the connection to the provider")
    visitor = _visitor(story)
    cart = visitor.follow(visitor.get(f"/buy/{story.handle}/{SKU}"))
    _order(story, visitor, cart.url.path, "stripe")


def _order(story: Story, visitor: Browser, cart: str, payment: str) -> str:
    """Fill in the checkout of the cart; returns the order's own page. Raises: NotComeUp."""
    story.pages[f"cart, {payment}"] = cart
    checkout = cart.replace("/cart/", "/checkout/")
    story.pages[f"checkout, {payment}"] = checkout
    typed = {
        "email": story.email,
        "telephone": story.say("telephone"),
        "note": story.say("note"),
        "newsletter": "on",
        "shipping-country": "DE",
        "shipping-name": story.say("name"),
        "shipping-company_name": story.say("company"),
        "shipping-line1": story.say("street"),
        "shipping-line2": story.say("second line"),
        "shipping-postal_code": "10115",
        "shipping-city": story.say("city"),
        "billing_differs": "on",
        "billing-country": "US",
        "billing-country_area": "CA",
        "billing-name": story.say("billing name"),
        "billing-line1": story.say("billing street"),
        "billing-postal_code": "90210",
        "billing-city": story.say("billing city"),
        "payment": payment,
        "order": "1",
    }
    page = visitor.submit(checkout, "email", {**typed, "order": ""})
    if not page.is_redirect:  # sums changed with the address: looked at, and ordered
        page = _again(visitor, page.text, checkout, typed)
    if not page.is_redirect:
        raise NotComeUp(f"the checkout of {payment} answers {page.status_code}")
    arrived = visitor.follow(page)
    if "/c/pay/" in arrived.url.path:  # the provider's own page
        paid = visitor.client.post(str(arrived.url), data={"do": "pay"})
        arrived = visitor.follow(paid)
    story.pages[f"after ordering, {payment}"] = arrived.url.path
    return arrived.url.path


def _again(visitor: Browser, page: str, checkout: str, typed: dict[str, str]) -> httpx.Response:
    form = next(one for one in forms_of(page) if "email" in one.values)
    return visitor.post(form.action or checkout, {**form.filled(), **typed})


@door("what the shop does with an order")
def handle_orders(story: Story) -> None:
    """Paid, held and let go, sent off, given back, put away; looked at on the way."""
    owner = story.browsers[OWNER]
    for order in Order.objects.filter(merchant__handle=story.handle).order_by("pk"):
        page = story.office(f"orders/{order.public_id}/")
        owner.get(page)
        owner.get(f"{page}packing-slip.pdf")
        owner.post(f"{page}do/", {"do": "mark_paid"})
        until = (clock.now() + timedelta(days=9)).date().isoformat()
        owner.submit(f"{page}hold/", "until", {"reason": story.say("dispute"), "until": until})
        owner.post(f"{page}do/", {"do": "lift_holds"})
        sent = {"carrier": story.say("carrier", SHOP), "tracking_number": story.say("tracking")}
        owner.post(f"{page}dispatch/", sent)
        owner.submit(
            f"{page}refund/",
            "reason",
            {"amount": "1.00", "reason": story.say("reason"), "payee_iban": _IBAN},
        )
    story.house.browser().get(story.order_page)


@door("orders exported")
def export_orders(story: Story) -> None:
    """At once as a table, by a worker with the invoices, and all that the shop has."""
    owner = story.browsers[OWNER]
    for wanted in ("csv", "xlsx", "zip"):
        owner.follow(owner.get(story.office(f"orders/export/?rows=order&format={wanted}")))
    owner.get(story.office("orders/export/?rows=invoice&format=zip"))
    owner.post(story.office("settings/everything/"), {})
    jobs = Job.objects.filter(merchant__handle=story.handle)
    wait_for(lambda: not jobs.filter(finished_at=None).exists(), "the exports")
