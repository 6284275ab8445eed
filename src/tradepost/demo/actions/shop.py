"""The demo's shelves: categories, forty products, pictures, ways of delivery."""

import secrets
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from tradepost.audit.types import Actor
from tradepost.catalog.actions.categories import create_category
from tradepost.catalog.actions.options import change_variants, set_options
from tradepost.catalog.actions.photos import FOLDER, hang_photo
from tradepost.catalog.actions.products import create_product
from tradepost.catalog.models import Category, Product
from tradepost.catalog.pictures import EncodedPicture, encode_picture, store_encoded
from tradepost.checkout.models import DeliveryMethod
from tradepost.demo import plan
from tradepost.demo.goods import GOODS, DemoProduct
from tradepost.demo.pictures import draw
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.payments.actions.accounts import save_account
from tradepost.payments.gateways.stripe.client import STAND_IN_KEY
from tradepost.payments.models import GatewayAccount
from tradepost.payments.queries import account_of
from tradepost.payments.registry import gateway_named
from tradepost.payments.standin.server import plant

NEIGHBOURS = ["AT", "BE", "CH", "DK", "ES", "FR", "IT", "NL"]


def create_shelves(merchant: Merchant, owner: User) -> list[Product]:
    shelves = {
        name: create_category(
            merchant=merchant, by=Actor.user(owner), name=name, description=text, position=place
        )
        for place, (name, text) in enumerate(plan.CATEGORIES.items())
    }
    _offer_delivery(merchant)
    # The last one made is the newest in the window: the bags belong there.
    return [
        _create(merchant, owner, shelves[goods.category], number, goods)
        for number, goods in reversed(list(enumerate(GOODS)))
    ]


def _create(
    merchant: Merchant, owner: User, shelf: Category, number: int, goods: DemoProduct
) -> Product:
    product = create_product(
        merchant=merchant,
        by=Actor.user(owner),
        name=goods.name,
        price_minor=goods.price,
        description=goods.text,
        sku=f"EO-{number + 101}",
        stock=goods.stock,
        weight_grams=goods.weight,
        units=Decimal(1),
        category=shelf,
    )
    _offer_choices(product, owner, goods)
    return product


def paint() -> list[EncodedPicture]:
    """Every product's picture: half of a core's work that needs no database."""
    return [
        encode_picture(draw(goods.shape, goods.leathers[0], seed=number))
        for number, goods in enumerate(GOODS)
    ]


def hang_pictures(products: list[Product], pictures: list[EncodedPicture], owner: User) -> None:
    for product, goods, picture in zip(reversed(products), GOODS, pictures, strict=True):
        hang_photo(
            product=product,
            stored=store_encoded(picture, owner=product.merchant.public_id, folder=FOLDER),
            alt=f"{goods.name}, {goods.leathers[0]}",
            by=Actor.user(owner),
        )


def _offer_choices(product: Product, owner: User, goods: DemoProduct) -> None:
    options = []
    if len(goods.leathers) > 1:
        options.append(("Leather", goods.leathers))
    if goods.sizes:
        options.append(("Size", goods.sizes))
    if not options:
        return
    variants = set_options(product=product, options=options, by=Actor.user(owner))
    share = max((goods.stock or len(variants) * 9) // len(variants), 3)
    changes = {
        variant.pk: {"sku": f"{product.sku}-{place}", "stock": share}
        for place, variant in enumerate(variants, 1)
    }
    change_variants(product=product, changes=changes, by=Actor.user(owner))


def offer_payment(merchant: Merchant, owner: User) -> None:
    """Bank transfer and on delivery; cards where the stand-in for Stripe runs beside the demo."""
    bank = {"holder": "Ember & Oak", "iban": "DE02120300000000202051", "days": 14}
    _set_up(merchant, owner, "bank_transfer", bank)
    _set_up(merchant, owner, "on_delivery", {})
    if not settings.TRADEPOST.stripe_api_base:
        return
    secret = f"whsec_{secrets.token_urlsafe(24)}"
    keys = {"secret_key": STAND_IN_KEY, "webhook_secret": secret}
    account = _set_up(merchant, owner, "stripe", keys)
    account.settings = {
        "proven_at": clock.now().isoformat()
    }  # nobody listens yet to be tested with
    account.save(update_fields=["settings"])
    hook = reverse("payments:webhook", args=["stripe", account.public_id])
    plant(
        Path(settings.TRADEPOST.data) / "stripe-standin.json",
        STAND_IN_KEY,
        webhook_url=settings.TRADEPOST.base_url + hook,
        webhook_secret=secret,
        paid=[],
    )


def _set_up(
    merchant: Merchant, owner: User, name: str, details: Mapping[str, object]
) -> GatewayAccount:
    account = account_of(merchant, name)
    form = gateway_named(name).form(account, {"enabled": True, **details})
    if not form.is_valid():
        raise ValueError(form.errors.as_json())
    return save_account(account=account, form=form, by=Actor.user(owner))


def _offer_delivery(merchant: Merchant) -> None:
    ways = (
        ("Parcel within Germany", "2–3 working days", ["DE"], 590, 15000),
        ("Parcel to neighbouring countries", "4–6 working days", NEIGHBOURS, 1290, 30000),
        ("Collect from the workshop", "tomorrow from ten", ["DE"], 0, None),
    )
    DeliveryMethod.objects.bulk_create(
        DeliveryMethod(
            merchant=merchant,
            name=name,
            estimate=estimate,
            countries=countries,
            price_minor=price,
            free_from_minor=free_from,
            position=place,
        )
        for place, (name, estimate, countries, price, free_from) in enumerate(ways)
    )
