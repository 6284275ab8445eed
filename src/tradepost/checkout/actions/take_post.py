"""From the fields of a page's link or form to lines in a cart."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tradepost.checkout.actions.cart import add_page_lines, open_cart
from tradepost.checkout.actions.problems import note_refusals
from tradepost.checkout.dropin.posted import Fields
from tradepost.checkout.dropin.reading import Shop, read_lines
from tradepost.checkout.dropin.signing import Signable, is_signed, link_key
from tradepost.checkout.models import Cart, CartSettings
from tradepost.checkout.queries import settings_of
from tradepost.checkout.types import CartFull, LinkMode, Problem, Refused, SentAlong
from tradepost.lib.weblinks import web_address
from tradepost.merchants.models import Merchant
from tradepost.merchants.queries import merchant_by_cart_username, merchant_by_handle


@dataclass(frozen=True)
class Taken:
    """The cart after a post; ``added`` counts the lines that the post asked for."""

    cart: Cart
    added: int


def shop_of_post(fields: Fields) -> Merchant:
    """Whose cart it is, by ``userid``.

    Raises:
        Refused: no such field, or nobody of that name.
    """
    name = fields.get("userid")
    if not name and fields.get("useridsd"):
        raise Refused(
            Problem(_("This link says “useridsd” where “userid” is meant."), "useridsd", "useridsd")
        )
    if not name:
        raise Refused(Problem(_("This link does not say which shop it belongs to."), "userid"))
    merchant = merchant_by_cart_username(name) or merchant_by_handle(name.lower())
    if merchant is None or merchant.is_closed:
        raise Refused(Problem(_("There is no shop of this name here."), "userid", name))
    return merchant


def merchant_to_tell(fields: Fields) -> Merchant | None:
    """Who should hear of a post whose shop could not be found: a misspelt field may still name it."""
    return merchant_by_cart_username(fields.get("useridsd")) if fields.get("useridsd") else None


def take_post(*, merchant: Merchant, fields: Fields, tokens: Iterable[str], page: str) -> Taken:
    """Read the lines and put them into the visitor's cart. Refusals go into the merchant's log.

    Needs the merchant's scope.

    Raises:
        Refused: nothing was added.
    """
    chosen = settings_of(merchant)
    try:
        lines = read_lines(fields, _shop(merchant, chosen))
        cart = open_cart(merchant=merchant, tokens=tokens)
        add_page_lines(cart=cart, lines=lines, mode=chosen.mode, page=page, sent=sent_along(fields))
    except CartFull:
        raise Refused(Problem(_("The cart is full: it holds 200 different lines."))) from None
    except Refused as refused:
        note_refusals(
            merchant=merchant,
            problems=refused.problems,
            product=fields.get("product") or fields.get("scode"),
            page=page,
        )
        raise
    return Taken(cart, len(lines))


def sent_along(fields: Fields) -> SentAlong:
    language = fields.get("lg").lower()[:10]
    return SentAlong(
        session_data=fields.get("sd"),
        return_url=web_address(fields.get("return")),
        coupon=fields.get("coupon"),
        language=language if language in dict(settings.LANGUAGES) else "",
    )


def _shop(merchant: Merchant, chosen: CartSettings) -> Shop:
    key = link_key(merchant, chosen.link_key_number)

    def check(signable: Signable, given: str) -> bool:
        return is_signed(key, signable, given)

    return Shop(
        currency=merchant.currency,
        currency_number=chosen.currency_number,
        prices_from_page=chosen.mode != LinkMode.CATALOGUE,
        is_signed=check,
    )
