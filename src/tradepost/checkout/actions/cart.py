"""Everything that changes a cart. A cart belongs to nobody, so nothing here goes into the record."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tradepost.catalog.queries import Found, find_by_sku
from tradepost.checkout.actions.problems import note_price_difference
from tradepost.checkout.models import Cart, CartLine
from tradepost.checkout.queries import open_cart_among
from tradepost.checkout.types import (
    CartClosed,
    CartFull,
    LinkMode,
    PageLine,
    Problem,
    QuantityBox,
    Refused,
    SentAlong,
)
from tradepost.lib.card_numbers import mask_card_numbers
from tradepost.merchants.models import Merchant
from tradepost.orders.types import Source

MAX_LINES = 200
MAX_QUANTITY = 9999
NOTHING = SentAlong()
_CHANGEABLE = {QuantityBox.BOX, QuantityBox.BOTH}


def open_cart(*, merchant: Merchant, tokens: Iterable[str], source: Source = Source.CART) -> Cart:
    """The visitor's cart at this shop, or a new one."""
    found = open_cart_among(merchant, tokens)
    return found or Cart.objects.create(merchant=merchant, source=source)


def add_page_lines(
    *, cart: Cart, lines: Iterable[PageLine], mode: str, page: str, sent: SentAlong
) -> list[CartLine]:
    """Put what a page asks for into the cart; all of it or nothing.

    Notes prices that differ from the catalogue's, in catalogue mode.

    Raises:
        Refused: not signed, or not in the catalogue, where the shop's mode wants that.
        CartFull, CartClosed
    """
    merchant = cart.merchant
    rows = [_row_for(merchant, line, mode, page) for line in lines]
    with transaction.atomic():
        cart = _locked(cart)
        _remember(cart, sent)
        return _put(cart, rows)


def add_product(*, cart: Cart, found: Found, quantity: int = 1) -> list[CartLine]:
    """Raises: CartFull, CartClosed."""
    row = CartLine(
        merchant=cart.merchant,
        product=found.product,
        variant=found.variant,
        sku=found.sku,
        quantity=quantity,
        no_shipping=not found.product.needs_delivery,
    )
    with transaction.atomic():
        cart = _locked(cart)
        _remember(cart)
        return _put(cart, [row])


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
                line.removed_at = timezone.now()
            elif line.quantity_box in _CHANGEABLE:
                line.quantity = quantity
            line.save(update_fields=["quantity", "removed_at"])


def remove_line(*, cart: Cart, line: CartLine) -> None:
    """Raises: CartClosed."""
    change_quantities(cart=cart, quantities={line.pk: 0})


def restore_line(*, cart: Cart, line: CartLine) -> None:
    """Put a line back that was taken out. Raises: CartClosed."""
    with transaction.atomic():
        cart = _locked(cart)
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


def _locked(cart: Cart) -> Cart:
    found = Cart.objects.select_for_update(of=("self",)).select_related("merchant").get(pk=cart.pk)
    if found.ordered_at is not None:
        raise CartClosed
    return found


def _remember(cart: Cart, sent: SentAlong = NOTHING) -> None:
    cart.touched_at = timezone.now()
    cart.session_data = _words(sent.session_data, 4000) or cart.session_data
    cart.return_url = sent.return_url or cart.return_url
    cart.coupon_code = sent.coupon[:60] or cart.coupon_code
    cart.language = sent.language or cart.language
    cart.save(update_fields=["touched_at", "session_data", "return_url", "coupon_code", "language"])


def _words(text: str, length: int) -> str:
    """What a visitor may have typed, without card numbers (promise collect.no-cards)."""
    return mask_card_numbers(text)[:length]


def _row_for(merchant: Merchant, line: PageLine, mode: str, page: str) -> CartLine:
    if mode == LinkMode.SIGNED and not line.signed:
        raise Refused(
            Problem(
                _("The price in this link is not confirmed by the shop."), "hash", line.description
            )
        )
    found = find_by_sku(merchant, line.sku)
    if mode != LinkMode.CATALOGUE:
        return _page_row(merchant, line, found)
    if found is None:
        raise Refused(Problem(_("This product is not in the shop any more."), "scode", line.sku))
    if found.needs_choice:
        raise Refused(
            Problem(
                _("This link does not say which of its kinds is meant; choose on its page."),
                "scode",
                line.sku,
            )
        )
    if line.sent_price and line.unit_minor != found.price_minor:
        note_price_difference(merchant=merchant, line=line, found=found, page=page)
    return CartLine(
        merchant=merchant,
        product=found.product,
        variant=found.variant,
        sku=found.sku,
        options=_words(", ".join(line.options), 500),
        page_price_minor=line.unit_minor if line.sent_price else None,
        quantity=line.quantity,
        quantity_box=line.quantity_box,
    )


def _page_row(merchant: Merchant, line: PageLine, found: Found | None) -> CartLine:
    """The page's words and price; a known article number still counts down the stock."""
    return CartLine(
        merchant=merchant,
        product=found.product if found else None,
        variant=found.variant if found else None,
        description=_words(line.description, 1000),
        options=_words(", ".join(line.options), 500),
        sku=line.sku,
        quantity=line.quantity,
        unit_minor=line.unit_minor,
        bands=[list(band) for band in line.bands],
        tax_rate=line.tax_rate,
        units=line.units,
        no_shipping=line.no_shipping,
        quantity_box=line.quantity_box,
        thumb_url=line.thumb_url,
        product_url=line.product_url,
        signed=line.signed,
    )


_SAME = (
    *(
        "product_id",
        "variant_id",
        "description",
        "options",
        "sku",
        "unit_minor",
        "bands",
        "no_shipping",
    ),
    *("page_price_minor", "thumb_url", "product_url", "signed"),
)


def _put(cart: Cart, rows: list[CartLine]) -> list[CartLine]:
    """More of the same raises the quantity of the line that is there."""
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
    return present


def _alike(old: CartLine, new: CartLine) -> bool:
    numbers = all(
        (getattr(old, name) is None) == (getattr(new, name) is None)
        and (getattr(old, name) is None or float(getattr(old, name)) == float(getattr(new, name)))
        for name in ("tax_rate", "units")
    )
    return numbers and all(getattr(old, name) == getattr(new, name) for name in _SAME)
