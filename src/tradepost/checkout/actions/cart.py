"""Everything that changes a cart. A cart belongs to nobody, so nothing here goes into the record."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tradepost.catalog.queries import SearchResult, find_by_sku
from tradepost.checkout.actions.problems import note_price_difference, note_rounded_price
from tradepost.checkout.cart_cookie import Carried
from tradepost.checkout.models import Cart, CartLine, new_token
from tradepost.checkout.pricing.line_prices import PricedLine
from tradepost.checkout.queries import open_cart_among
from tradepost.checkout.types import (
    CartClosed,
    CartFull,
    LinkMode,
    NotTaken,
    PageLine,
    PostRefused,
    QuantityBox,
    SentAlong,
    Signature,
)
from tradepost.lib import clock
from tradepost.lib.typed_text import typed
from tradepost.merchants.models import Merchant
from tradepost.orders.types import OrderSource

MAX_LINES = 200
MAX_QUANTITY = 9999
NOTHING = SentAlong()
_COPIED = ("return_url", "session_data", "coupon_code", "country", "language", "source")
_CHANGEABLE = {QuantityBox.BOX, QuantityBox.BOTH}


def add_page_lines(
    *,
    merchant: Merchant,
    carried: Carried,
    lines: Sequence[PageLine],
    mode: str,
    page: str,
    sent: SentAlong,
) -> Cart | None:
    """Put what a page asks for into the visitor's cart, or into a new one; all of it or nothing.

    Without lines a cart is only opened for what the page sends along. Notes prices that differ from
    the catalogue's, and prices that were rounded.

    Raises:
        PostRefused: not signed, or not in the catalogue, where the shop's mode wants that.
        CartFull, CartClosed
    """
    rows = [_row_for(merchant, line, mode, page) for line in lines]
    with transaction.atomic():
        found = open_cart_among(merchant, carried)
        if found is None and not rows and not (sent.session_data or sent.coupon):
            return None
        cart = _locked(found or Cart.objects.create(merchant=merchant))
        _remember(cart, sent)
        _put(cart, rows)
    return cart


def add_product(
    *,
    merchant: Merchant,
    carried: Carried,
    found: SearchResult,
    source: OrderSource,
    quantity: int = 1,
) -> Cart:
    """Put it into the visitor's cart, or into a new one. Raises: CartFull, CartClosed."""
    row = _goods_row(merchant, found, quantity)
    with transaction.atomic():
        present = open_cart_among(merchant, carried)
        cart = _locked(present or Cart.objects.create(merchant=merchant, source=source))
        _remember(cart)
        _put(cart, [row])
    return cart


def return_to(*, cart: Cart, address: str) -> None:
    """Where *Continue shopping* leads from now on."""
    if address:
        Cart.objects.filter(pk=cart.pk, ordered_at=None).update(return_url=address)


def go_to_checkout(*, cart: Cart, is_carried: bool) -> Cart:
    """The cart under a token that no address has shown yet.

    A browser whose cookie knows the cart takes it along: whoever else has its address stays outside. In
    a browser without cookies the back button leads to the old address again, so a copy goes on and the
    cart stays; what is ordered is the copy, which nobody else can find.

    Raises: CartClosed.
    """
    with transaction.atomic():
        locked = _locked(cart)
        if is_carried and locked.at_checkout_at:
            return locked
        return _under_new_token(locked) if is_carried else _copy(locked)


def _under_new_token(cart: Cart) -> Cart:
    cart.former_token, cart.token = cart.token, new_token()
    cart.at_checkout_at = clock.now()
    cart.save(update_fields=["former_token", "token", "at_checkout_at"])
    return cart


def _copy(cart: Cart) -> Cart:
    lines = list(CartLine.objects.filter(cart=cart, removed_at=None))
    copy = Cart.objects.create(
        merchant=cart.merchant,
        continues=cart,
        at_checkout_at=clock.now(),
        **{name: getattr(cart, name) for name in _COPIED},
    )
    for line in lines:
        line.pk, line.cart = None, copy
        line.save(force_insert=True)
    return copy


def change_quantities(*, cart: Cart, quantities: Mapping[int, int]) -> None:
    """``quantities`` by row number; 0 takes the line out (it can be put back). Others stay, and so do
    lines whose page allows no other quantity (``noqty``).

    Raises: CartClosed.
    """
    with transaction.atomic():
        cart = _locked(cart)
        _remember(cart)
        lines = CartLine.objects.filter(cart=cart, pk__in=quantities, removed_at=None)
        for line in lines.order_by("pk"):
            quantity = min(max(quantities[line.pk], 0), MAX_QUANTITY)
            if quantity == 0:
                line.removed_at = clock.now()
            elif line.quantity_box in _CHANGEABLE:
                line.quantity = quantity
            line.save(update_fields=["quantity", "removed_at"])


def restore_line(*, cart: Cart, line: CartLine) -> None:
    """Put a line back that was taken out. Raises: CartClosed, CartFull."""
    with transaction.atomic():
        cart = _locked(cart)
        if CartLine.objects.filter(cart=cart, removed_at=None).count() >= MAX_LINES:
            raise CartFull
        _remember(cart)
        CartLine.objects.filter(cart=cart, pk=line.pk).update(removed_at=None)


def choose_coupon(*, cart: Cart, code: str) -> None:
    """Keep the code; whether it is accepted is worked out with the totals. Empty takes it away."""
    with transaction.atomic():
        cart = _locked(cart)
        cart.coupon_code = code.strip()[:60]
        cart.save(update_fields=["coupon_code"])


def choose_country(*, cart: Cart, country: str) -> None:
    """Where it would go; prices with tax and delivery depend on it."""
    Cart.objects.filter(pk=cart.pk, ordered_at=None).exclude(country=country).update(
        country=country[:2]
    )


def choose_language(*, cart: Cart, language: str) -> None:
    """In which language cart, checkout, order and mails speak from now on; empty: as before."""
    if language and language != cart.language:
        cart.language = language
        Cart.objects.filter(pk=cart.pk, ordered_at=None).update(language=language)


def take_what_is_left(*, cart: Cart, lines: Iterable[PricedLine]) -> None:
    """Less of what is short, none of what is sold out (it can be put back). Raises: CartClosed."""
    with transaction.atomic():
        cart = _locked(cart)
        _remember(cart)
        for line in lines:
            row = CartLine.objects.filter(cart=cart, pk=line.row.pk, removed_at=None)
            if line.left:
                row.update(quantity=line.left)
            else:
                row.update(removed_at=clock.now())


def _locked(cart: Cart) -> Cart:
    found = Cart.objects.select_for_update(of=("self",)).select_related("merchant").get(pk=cart.pk)
    if found.ordered_at is not None:
        raise CartClosed
    return found


def _remember(cart: Cart, sent: SentAlong = NOTHING) -> None:
    cart.touched_at = clock.now()
    cart.session_data = sent.session_data or cart.session_data
    cart.return_url = sent.return_url or cart.return_url
    cart.coupon_code = typed(sent.coupon, 60) or cart.coupon_code
    cart.language = sent.language or cart.language
    cart.save(update_fields=["touched_at", "session_data", "return_url", "coupon_code", "language"])


def _row_for(merchant: Merchant, line: PageLine, mode: str, page: str) -> CartLine:
    found = find_by_sku(merchant, line.sku)
    if mode == LinkMode.CATALOGUE and found is None:
        raise PostRefused(
            NotTaken(_("This product is not in the shop any more."), "scode", line.sku)
        )
    if found is None or mode in {LinkMode.SIGNED, LinkMode.OPEN}:
        if mode != LinkMode.OPEN and not line.signature:
            raise PostRefused(
                NotTaken(
                    _("The price in this link is not confirmed by the shop."),
                    "hash",
                    line.description,
                )
            )
        if line.rounded:
            note_rounded_price(merchant=merchant, line=line, page=page)
        return _page_row(merchant, line, found)
    return _catalogue_row(merchant, line, found, page)


def _catalogue_row(merchant: Merchant, line: PageLine, found: SearchResult, page: str) -> CartLine:
    if found.needs_choice:
        raise PostRefused(
            NotTaken(
                _("This link does not say which of its kinds is meant; choose on its page."),
                "scode",
                line.sku,
            )
        )
    if line.sent_price and line.unit_minor != found.price_minor:
        note_price_difference(merchant=merchant, line=line, found=found, page=page)
    row = _goods_row(merchant, found, line.quantity)
    row.options = typed(", ".join(line.options), 1000)
    row.page_price_minor = line.unit_minor if line.sent_price else None
    row.quantity_box = line.quantity_box
    return row


def _goods_row(merchant: Merchant, found: SearchResult, quantity: int) -> CartLine:
    """At the product's own price. Its name stays with the line, to name it after it is deleted."""
    return CartLine(
        merchant=merchant,
        product=found.product,
        variant=found.variant,
        is_variant=found.variant is not None,
        description=found.name[:1000],
        sku=found.sku,
        quantity=quantity,
        no_shipping=not found.product.needs_delivery,
    )


def _page_row(merchant: Merchant, line: PageLine, found: SearchResult | None) -> CartLine:
    """The page's words and price; a known article number still counts down the stock."""
    return CartLine(
        merchant=merchant,
        product=found.product if found else None,
        variant=found.variant if found else None,
        is_variant=bool(found and found.variant),
        description=typed(line.description, 1000),
        options=typed(", ".join(line.options), 1000),
        sku=line.sku,
        quantity=line.quantity,
        unit_minor=line.unit_minor,
        bands=[list(band) for band in line.bands],
        tax_rate=Decimal(line.tax_rate) if line.tax_rate is not None else None,
        units=Decimal(line.units) if line.units is not None else None,
        no_shipping=line.no_shipping,
        quantity_box=line.quantity_box,
        thumb_url=line.thumb_url,
        product_url=line.product_url,
        signed=bool(line.signature),
        has_old_hash=line.signature == Signature.WEAK,
    )


_SAME = (
    "product_id", "variant_id", "is_variant", "options", "sku", "unit_minor", "bands", "no_shipping",
    "page_price_minor", "thumb_url", "product_url", "signed", "has_old_hash", "tax_rate", "units",
)  # fmt: skip


def _put(cart: Cart, rows: Iterable[CartLine]) -> None:
    """More of the same raises the quantity of the line that is there. Raises: CartFull."""
    present = list(CartLine.objects.filter(cart=cart, removed_at=None))
    for row in rows:
        same = next((old for old in present if _alike(old, row)), None)
        if same:
            same.quantity = min(same.quantity + row.quantity, MAX_QUANTITY)
            same.save(update_fields=["quantity"])
            continue
        if len(present) >= MAX_LINES:
            raise CartFull
        row.cart = cart
        row.save(force_insert=True)
        present.append(row)


def _alike(old: CartLine, new: CartLine) -> bool:
    """A product may have been renamed meanwhile; a page's words are all that tells its lines apart."""
    same_words = old.description == new.description or not new.price_from_page
    return same_words and all(getattr(old, name) == getattr(new, name) for name in _SAME)
