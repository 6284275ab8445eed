"""Each limit of the table is really asked at the door that it is for: once is let through, twice is not.

The numbers are made small here, one limit at a time, and all others wide; so a door that forgets to say
which network, address or shop it is about stands open, and turns red.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from conftest import PASSWORD
from django.test import Client
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from tests.house.samples import SAMPLES
from tradepost.catalog.models import Product
from tradepost.checkout.models import DeliveryMethod
from tradepost.checkout.tests.test_checkout import fill_in
from tradepost.delivery.actions.receive import take
from tradepost.delivery.models import Mail
from tradepost.delivery.queries import mail_domain
from tradepost.identity.actions.limits import LIMITS, AttemptRate
from tradepost.identity.models import User
from tradepost.identity.probe import has_just_confirmed
from tradepost.merchants.models import Membership, Merchant
from tradepost.merchants.types import Role
from tradepost.payments.models import GatewayAccount

pytestmark = pytest.mark.django_db
_DAY = timedelta(days=1)
PASSKEY = '{"type": "public-key", "id": "QUJD", "rawId": "QUJD", "response": {}}'
# Asked for elsewhere: identity/tests/test_second_factor.py sees the one letter in some hours.
NO_DOOR = {"warning"}


@dataclass
class Asker:
    """Who asks: from this network, with this address, at this shop."""

    shop: Merchant
    address: str = "ann@one.example"
    network: str = "192.0.2.66"

    @property
    def client(self) -> Client:
        return Client(REMOTE_ADDR=self.network)


def order(asker: Asker) -> bool:
    buyer = asker.client
    cart = buyer.get(f"/buy/{asker.shop.handle}/BELT").headers["Location"]
    checkout = buyer.post(cart, {"checkout": "1"}).headers["Location"]
    return buyer.post(checkout, fill_in(buyer, checkout, email=asker.address)).status_code == 303


def opt_in(asker: Asker) -> bool:
    with scope(merchant=asker.shop):
        form = SAMPLES["audience_office:form"](asker.shop)
    given = {"email": asker.address, "consent": "on"}
    return asker.client.post(reverse("audience:subscribe", kwargs=form), given).status_code == 302


def owner_of(asker: Asker) -> Client:
    client = asker.client
    client.force_login(asker.shop.memberships.get().user)
    return has_just_confirmed(client)


def invite(asker: Asker) -> bool:
    said = {"email": asker.address, "role": "orders"}
    page = reverse("merchants_office:invite", args=[asker.shop.handle])
    return "Please try again" not in owner_of(asker).post(page, said, follow=True).text


def ask_for_data(asker: Asker) -> bool:
    page = reverse("rights:ask-merchant", args=[asker.shop.handle])
    return asker.client.post(page, {"email": asker.address}).status_code == 200


def sign_up(asker: Asker) -> bool:
    said = {"email": asker.address, "password1": PASSWORD, "shop_name": "Ember", "country": "DE"}
    said |= {"language": "en", "website": "www.ember.example"}
    return asker.client.post(reverse("account_signup"), said).status_code == 302


def account_letter(asker: Asker) -> bool:
    """An address typed at the sign-up is written to, whoever typed it."""
    with scopes_disabled():
        before = Mail.objects.count()
    sign_up(asker)
    with scopes_disabled():
        return Mail.objects.count() > before


def new_password(asker: Asker) -> bool:
    page = reverse("account_reset_password")
    return asker.client.post(page, {"email": asker.address}).status_code == 302


def try_letter(asker: Asker) -> bool:
    """To a member of the team, whose address stands for the asker's."""
    member, _new = User.objects.get_or_create(email=asker.address)
    Membership.objects.get_or_create(merchant=asker.shop, user=member, role=Role.OWNER)
    with scope(merchant=asker.shop):
        campaign = SAMPLES["campaigns_office:trial"](asker.shop)
    page = reverse("campaigns_office:trial", args=[asker.shop.handle, *campaign.values()])
    with scopes_disabled():
        before = Mail.objects.count()
    client = asker.client
    client.force_login(member)
    client.post(page, {"to": [asker.address]})
    with scopes_disabled():
        return Mail.objects.count() > before


def try_code(asker: Asker) -> bool:
    buyer = asker.client
    cart = buyer.get(f"/buy/{asker.shop.handle}/BELT").headers["Location"]
    return buyer.post(cart, {"coupon": "GUESS"}).status_code == 303


def try_code_of_a_link(asker: Asker) -> bool:
    said = {"userid": asker.shop.cart_username, "scode": "BELT", "coupon": "GUESS"}
    return "code_waits" not in asker.client.post("/cf/add.cfm", said).headers["Location"]


def passkey(asker: Asker) -> bool:
    page = asker.client.post(reverse("mfa_login_webauthn"), {"credential": PASSKEY}, follow=True)
    return "Too many" not in page.text


def message(asker: Asker) -> bool:
    page = reverse("support:contact", args=[asker.shop.handle])
    said = {"email": asker.address, "subject": "Belt", "text": "Where is it?"}
    return asker.client.post(page, said).status_code == 302


def letter_in(asker: Asker) -> bool:
    """Beyond the limit it is kept, and is no message of a conversation."""
    letter = (
        f"From: {asker.address}\nSubject: Belt\nMessage-ID: <{uuid4()}@one.example>\n\nWhere is it?"
    )
    to = f"{asker.shop.handle}@{mail_domain()}"
    return take(recipient=to, content=letter.encode(), sender=asker.address) == "taken"


DOORS: list[tuple[str, Callable[[Asker], bool]]] = [
    ("order", order),
    ("opt-in", opt_in),
    ("invitation", invite),
    ("portal link", ask_for_data),
    ("sign-up", sign_up),
    ("account letter", account_letter),
    ("password reset", new_password),
    ("test letter", try_letter),
    ("code word", try_code),
    ("code word", try_code_of_a_link),
    ("passkey", passkey),
    ("message", message),
    ("letter in", letter_in),
]
CASES = [(what, door, name) for what, door in DOORS for name in LIMITS[what]]
SAME = {"address": "address", "address in shop": "address", "network": "network", "shop": "shop"}


def test_every_limit_has_its_door():
    assert {what for what, _door in DOORS} == set(LIMITS) - NO_DOOR


@pytest.fixture
def shops(make_merchant) -> list[Merchant]:
    made = [make_merchant(handle) for handle in ("ember-leather", "warm-paper", "cold-stone")]
    for shop in made:
        with scope(merchant=shop):
            Product.objects.create(
                merchant=shop, name="Belt", slug="belt", sku="BELT", price_minor=4900
            )
            GatewayAccount.objects.create(merchant=shop, gateway="on_delivery", settings={})
            DeliveryMethod.objects.create(merchant=shop, name="Post", price_minor=490)
    return made


@pytest.mark.parametrize(
    ("what", "door", "name"), CASES, ids=[f"{door.__name__}-{name}" for _, door, name in CASES]
)
def test_the_second_of_the_same_is_refused_and_of_another_is_not(
    shops, monkeypatch, what, door, name
):
    for other in LIMITS:
        wide = {one: AttemptRate(10**6, _DAY) for one in LIMITS[other]}
        monkeypatch.setitem(LIMITS, other, wide)  # type: ignore[arg-type]  # a plain dictionary
    monkeypatch.setitem(LIMITS, what, LIMITS[what] | {name: AttemptRate(1, _DAY)})
    first = Asker(shops[0])
    assert door(first)
    others = {"shop": shops[1], "address": "ben@two.example", "network": "198.51.100.20"}
    if name == "address in shop":
        others["shop"] = first.shop
    kept = SAME.get(name, "")
    assert not door(Asker(**others | ({kept: getattr(first, kept)} if kept else {})))
    if kept:
        anybody = Asker(shop=shops[2], address="cleo@three.example", network="203.0.113.5")
        assert door(anybody)
