"""From the fields of a page's link or form to lines in a cart."""

from dataclasses import dataclass, replace

from babel.numbers import get_decimal_symbol
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tradepost.catalog.queries import find_by_sku
from tradepost.checkout.actions.cart import add_page_lines
from tradepost.checkout.actions.problems import note_refusals
from tradepost.checkout.actions.settings import note_old_hash
from tradepost.checkout.cart_cookie import Carried
from tradepost.checkout.dropin.form_fields import MAX_VALUE, Fields
from tradepost.checkout.dropin.old_secret import read_old_secret
from tradepost.checkout.dropin.reading import Shop, read_lines
from tradepost.checkout.dropin.signing import Signable, is_signed, is_signed_as_before, link_key
from tradepost.checkout.models import Cart, CartSettings
from tradepost.checkout.pricing.coupons import spend_guess
from tradepost.checkout.queries import open_cart_among, settings_of
from tradepost.checkout.types import (
    CartFull,
    LinkMode,
    NotTaken,
    PostRefused,
    SentAlong,
    Signature,
)
from tradepost.identity.actions.limits import TooMany
from tradepost.lib.weblinks import web_address
from tradepost.merchants.models import Merchant
from tradepost.merchants.queries import merchant_by_cart_username, merchant_by_handle


@dataclass(frozen=True)
class Taken:
    """The cart after a post, if there is one; ``added`` counts the lines that the post asked for.

    ``code_waits``: too many codes were tried from there, so this one was not taken along.
    """

    cart: Cart | None
    added: int
    code_waits: bool


def shop_of_post(fields: Fields) -> Merchant:
    """Whose cart it is, by ``userid``.

    Raises:
        PostRefused: no such field, or nobody of that name.
    """
    name = fields.get("userid")
    if not name and fields.get("useridsd"):
        raise PostRefused(
            NotTaken(
                _("This link says “useridsd” where “userid” is meant."), "useridsd", "useridsd"
            )
        )
    if not name:
        raise PostRefused(NotTaken(_("This link does not say which shop it belongs to."), "userid"))
    merchant = merchant_by_cart_username(name) or merchant_by_handle(name.lower())
    if merchant is None or merchant.is_closed:
        raise PostRefused(NotTaken(_("There is no shop of this name here."), "userid", name))
    return merchant


def merchant_to_tell(fields: Fields) -> Merchant | None:
    """Who should hear of a post whose shop could not be found: a misspelt field may still name it."""
    return merchant_by_cart_username(fields.get("useridsd")) if fields.get("useridsd") else None


def take_post(
    *, merchant: Merchant, fields: Fields, carried: Carried, page: str, network: str
) -> Taken:
    """Read the lines and put them into the visitor's cart. Refusals go into the merchant's log.

    Needs the merchant's scope.

    Raises:
        PostRefused: nothing was added.
    """
    chosen = settings_of(merchant)
    sent = sent_along(fields)
    code_waits = not _may_try(merchant, carried, sent.coupon, network)
    if code_waits:
        sent = replace(sent, coupon="")
    try:
        _check_session_data(fields)
        lines = read_lines(fields, _shop(merchant, chosen))
        cart = add_page_lines(
            merchant=merchant,
            carried=carried,
            lines=lines,
            mode=chosen.mode,
            page=page,
            sent=sent,
        )
    except CartFull:
        raise PostRefused(NotTaken(_("The cart is full: it holds 200 different lines."))) from None
    except PostRefused as refused:
        note_refusals(
            merchant=merchant,
            problems=refused.problems,
            product=fields.get("product") or fields.get("scode"),
            page=page,
        )
        raise
    if any(line.signature == Signature.WEAK for line in lines):
        note_old_hash(merchant=merchant)
    return Taken(cart, len(lines), code_waits)


def _may_try(merchant: Merchant, carried: Carried, code: str, network: str) -> bool:
    """Whether a page's discount code may be looked at; the one of the cart has been already."""
    cart = open_cart_among(merchant, carried) if code else None
    if not code or (cart and cart.coupon_code == code[:60]):
        return True
    try:
        spend_guess(merchant, code[:60], network)
    except TooMany:
        return False
    return True


def _check_session_data(fields: Fields) -> None:
    """It is handed back whole, or nothing is taken. Raises: PostRefused."""
    if len(fields.get("sd")) > MAX_VALUE:
        words = _("What this page sends along is longer than %(most)s characters.")
        raise PostRefused(NotTaken(words % {"most": MAX_VALUE}, "sd"))


def sent_along(fields: Fields) -> SentAlong:
    language = fields.get("lg").lower()[:10]
    return SentAlong(
        session_data=fields.get("sd"),
        return_url=web_address(fields.get("return")),
        coupon=fields.get("coupon"),
        language=language if language in dict(settings.LANGUAGES) else "",
    )


def _shop(merchant: Merchant, chosen: CartSettings) -> Shop:
    key, old_secret = link_key(merchant, chosen.link_key_number), read_old_secret(chosen)

    def signature(signable: Signable, given: str) -> Signature:
        if is_signed(key, signable, given):
            return Signature.GOOD
        is_old = is_signed_as_before(old_secret, signable, given)
        return Signature.WEAK if is_old else Signature.NONE

    def needs_price(sku: str) -> bool:
        if chosen.mode == LinkMode.SAFE:
            return find_by_sku(merchant, sku) is None
        return chosen.mode != LinkMode.CATALOGUE

    return Shop(
        currency=merchant.currency,
        currency_number=chosen.currency_number,
        decimal_mark=get_decimal_symbol(merchant.language.replace("-", "_")),
        needs_price=needs_price,
        signature=signature,
    )
