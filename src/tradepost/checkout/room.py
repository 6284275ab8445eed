"""Joins the checkout room to the house."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tradepost.catalog.types import CHANGE_CATALOG, SEE_CATALOG
from tradepost.checkout import law_checks
from tradepost.checkout.actions.keep_cart import (
    CARTS_STAY,
    PROBLEMS_STAY,
    due_carts,
    due_problems,
    purge_carts,
    purge_problems,
)
from tradepost.checkout.actions.labels import LABELS
from tradepost.checkout.amounts import AMOUNTS
from tradepost.checkout.cart_cookie import COOKIE
from tradepost.checkout.queries import cart_tokens, delivers_by_method, has_answered_old_pages
from tradepost.checkout.types import DROP_IN_CART
from tradepost.datamap.collection import CollectionPoint
from tradepost.datamap.modules import Module
from tradepost.datamap.rooms import Cookie, FirstStep, NavigationEntry, Periodic, Room
from tradepost.datamap.vocabulary import KeepRule, Purpose
from tradepost.law import facts as law
from tradepost.merchants import closing
from tradepost.merchants.money import amount_columns
from tradepost.merchants.types import CHANGE_SETTINGS, SEE_SETTINGS

room = Room(
    name="checkout",
    modules=(
        Module(
            key=DROP_IN_CART,
            label=_("Drop-in cart"),
            describes=_("Buy buttons and links on your other websites."),
            addresses=(
                *(f"checkout:{page}" for page in ("add", "add_several", "voucher", "buy")),
                *(f"checkout_office:{page}" for page in ("cart_settings", "old_pages", "rotate")),
                *(f"checkout_office:{page}" for page in ("problems", "clear")),
            ),
        ),
    ),
    actions=LABELS,
    extensions=(
        closing.links.adding(cart_tokens),
        amount_columns.adding(*AMOUNTS),
        law.checks.adding(law_checks.CHECKS),
        law.destinations.adding(law_checks.destinations_of),
    ),
    schedule=(
        Periodic(
            name="give up orders that were never paid",
            every=timedelta(minutes=10),
            call="tradepost.checkout.actions.give_up.give_up_unpaid",
        ),
    ),
    keep_rules=(
        KeepRule(
            id="checkout.cart",
            label="Carts",
            since="the cart was last touched",
            why="a cart that nobody comes back to is of no use",
            period=CARTS_STAY,
            due=due_carts,
            purge=purge_carts,
        ),
        KeepRule(
            id="checkout.link_problem",
            label="Problems with links",
            since="the link was last refused",
            why="the merchant needs some time to correct a page",
            period=PROBLEMS_STAY,
            due=due_problems,
            purge=purge_problems,
        ),
    ),
    cookies=(
        Cookie(
            name=COOKIE,
            purpose=_("Finds your cart again when you come back from another page of the shop."),
            life=_("Until you close the browser."),
        ),
    ),
    navigation=(
        NavigationEntry(
            group="settings",
            label=_("Cart settings"),
            url_name="checkout_office:cart_settings",
            permission=CHANGE_SETTINGS,
            order=62,
            icon="cart",
        ),
        NavigationEntry(
            group="products",
            label=_("Problems with links"),
            url_name="checkout_office:problems",
            permission=SEE_CATALOG,
            order=62,
            icon="warn",
        ),
        NavigationEntry(
            group="products",
            label=_("Discount codes"),
            url_name="checkout_office:coupons",
            permission=CHANGE_CATALOG,
            order=64,
            icon="tag",
        ),
        NavigationEntry(
            group="settings",
            label=_("Delivery"),
            url_name="checkout_office:deliveries",
            permission=SEE_SETTINGS,
            order=40,
            icon="truck",
        ),
    ),
    first_steps=(
        FirstStep(
            title=_("Say whether you bring pages of another cart"),
            why=_("They sell as they are, or are signed first."),
            url_name="checkout_office:old_pages",
            done=has_answered_old_pages,
            order=35,
        ),
        FirstStep(
            title=_("Say how you deliver"),
            why=_("Ways, countries and what they cost."),
            url_name="checkout_office:deliveries",
            done=delivers_by_method,
            order=30,
            missing=_("Goods are delivered everywhere for nothing."),
        ),
    ),
    collection_points=(
        CollectionPoint(
            id="checkout",
            meaning="somebody who orders gives contact, addresses and a note",
            takes=(
                "tradepost.checkout.checkout_page.BuyerForm",
                "tradepost.checkout.addresses.AddressForm",
            ),
            purpose=Purpose.ORDERS,
        ),
    ),
    not_collecting={
        "settings of the shop": (
            "tradepost.checkout.office.forms.CartSettingsForm",
            "tradepost.checkout.office.delivery_form.DeliveryForm",
            "tradepost.checkout.office.forms.CouponForm",
            "tradepost.checkout.office.forms.OldPagesForm",
            "tradepost.checkout.office.forms.SignPageForm",
        ),
    },
)
