"""Joins the checkout room to the house."""

from django.utils.translation import gettext_lazy as _

from tradepost.checkout import (  # noqa: F401  they register themselves
    amounts,
    canary,
)
from tradepost.checkout.actions.keep import (
    CARTS_STAY,
    PROBLEMS_STAY,
    due_carts,
    due_problems,
    purge_carts,
    purge_problems,
)
from tradepost.checkout.carried import COOKIE
from tradepost.checkout.queries import cart_tokens, delivers_by_method, has_answered_old_pages
from tradepost.datamap.collection import register_collection_point, register_not_collecting
from tradepost.datamap.registry import register_keep_rule
from tradepost.datamap.vocabulary import KeepRule
from tradepost.merchants import closing
from tradepost.merchants.types import Permission
from tradepost.modules.registry import (
    Cookie,
    NavigationEntry,
    register_cookie,
    register_navigation,
)
from tradepost.modules.steps import Step, register_step

closing.register_links(cart_tokens)
register_cookie(
    Cookie(
        name=COOKIE,
        purpose=_("Finds your cart again when you come back from another page of the shop."),
        life=_("Until you close the browser."),
    )
)
register_keep_rule(
    KeepRule(
        id="checkout.cart",
        label="Carts",
        since="the cart was last touched",
        why="a cart that nobody comes back to is of no use",
        period=CARTS_STAY,
        due=due_carts,
        purge=purge_carts,
    )
)
register_keep_rule(
    KeepRule(
        id="checkout.link_problem",
        label="Problems with links",
        since="the link was last refused",
        why="the merchant needs some time to correct a page",
        period=PROBLEMS_STAY,
        due=due_problems,
        purge=purge_problems,
    )
)
register_collection_point(
    "checkout",
    "somebody who orders gives contact, addresses and a note",
    "tradepost.checkout.checkout_page.ContactForm",
    "tradepost.checkout.addresses.AddressForm",
)
register_not_collecting(
    "settings of the shop",
    "tradepost.checkout.office_forms.CartSettingsForm",
    "tradepost.checkout.office_forms.DeliveryForm",
    "tradepost.checkout.office_forms.CouponForm",
    "tradepost.checkout.office_forms.OldPagesForm",
    "tradepost.checkout.office_forms.SignPageForm",
)
register_navigation(
    NavigationEntry(
        group="settings",
        label=_("Cart settings"),
        url_name="checkout_office:cart_settings",
        permission=Permission.CHANGE_SETTINGS,
        order=62,
        icon="cart",
    ),
    NavigationEntry(
        group="products",
        label=_("Problems with links"),
        url_name="checkout_office:problems",
        permission=Permission.SEE_CATALOG,
        order=62,
        icon="warn",
    ),
    NavigationEntry(
        group="products",
        label=_("Discount codes"),
        url_name="checkout_office:coupons",
        permission=Permission.CHANGE_CATALOG,
        order=64,
        icon="tag",
    ),
    NavigationEntry(
        group="settings",
        label=_("Delivery"),
        url_name="checkout_office:deliveries",
        permission=Permission.SEE_SETTINGS,
        order=40,
        icon="truck",
    ),
)
register_step(
    Step(
        title=_("Say whether you bring pages of another cart"),
        why=_("They sell as they are, or are signed first."),
        url_name="checkout_office:old_pages",
        done=has_answered_old_pages,
        order=35,
    )
)
register_step(
    Step(
        title=_("Say how you deliver"),
        why=_("Ways, countries and what they cost."),
        url_name="checkout_office:deliveries",
        done=delivers_by_method,
        order=30,
        missing=_("Goods are delivered everywhere for nothing."),
    )
)
