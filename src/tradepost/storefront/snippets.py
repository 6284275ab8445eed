"""Ready-made HTML of buy buttons and links, to paste into any page. Signed with the shop's link key."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from tradepost.catalog.models import Product, Variant
from tradepost.catalog.queries import variants_of
from tradepost.checkout.dropin.signing import current_link_key, sign_fields
from tradepost.checkout.queries import settings_of
from tradepost.checkout.types import LinkMode
from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant


@dataclass(frozen=True)
class SnippetProduct:
    """One thing that can be bought, as the fields of the drop-in cart name it."""

    description: str
    price: str
    sku: str
    hash: str
    money: Money
    buy_url: str

    @property
    def packed(self) -> str:
        """For ``productpr``: description, price, units, article number, hash."""
        return f"{self.description}:{self.price}::{self.sku}:{self.hash}"


@dataclass(frozen=True)
class Snippet:
    """``html`` is what to paste; ``preview`` is the same without its styles, which our pages forbid."""

    key: str
    title: str
    explanation: str
    html: str
    preview: str


def goods_of(product: Product, merchant: Merchant) -> list[SnippetProduct]:
    """Needs the merchant's scope. Without an article number nothing can be named by a link."""
    key = current_link_key(merchant)
    rows: Sequence[Product | Variant] = variants_of(product) or [product]
    return [_goods(row, merchant, key) for row in rows if row.sku]


def snippets(
    product: Product, merchant: Merchant, *, words: str, ask_quantity: bool, back: str
) -> list[Snippet]:
    goods = goods_of(product, merchant)
    if not goods:
        return []
    context = {
        "goods": goods,
        "several": len(goods) > 1,
        "product": product,
        "words": words or _("Buy"),
        "ask_quantity": ask_quantity,
        "back": back,
        "userid": merchant.cart_username,
        "action": _absolute(reverse("checkout:add")),
        "links": [(item, _link(item, merchant, back)) for item in goods],
    }
    return [
        _snippet(
            "links",
            _("A link"),
            _(
                "Shortest. Price and stock are always the shop's; nothing to update when they change."
            ),
            context,
        ),
        _snippet(
            "form",
            _("A form with a button"),
            _("Buyers choose and say how many on your own page.") + " " + _whose_price(merchant),
            context,
        ),
        _snippet(
            "signed",
            _("A signed link"),
            _(
                "For mails and pages that take no forms. Also works in your old pages with cart links."
            )
            + " "
            + _whose_price(merchant),
            context,
        ),
    ]


def _whose_price(merchant: Merchant) -> str:
    """What becomes of the signed price when the product's own changes."""
    if settings_of(merchant).mode in {LinkMode.SAFE, LinkMode.CATALOGUE}:
        return _("What counts is the price of your product when the buyer adds it.")
    return _("The price is signed as it is now; paste it again after changing it.")


def _snippet(key: str, title: str, explanation: str, context: dict[str, object]) -> Snippet:
    styled = _rendered(key, context | {"styled": True})
    return Snippet(key, title, explanation, styled, _rendered(key, context))


def _goods(row: Product | Variant, merchant: Merchant, key: str) -> SnippetProduct:
    description = str(row).replace(":", " –")
    price = row.price.plain()
    return SnippetProduct(
        description=description,
        price=price,
        sku=row.sku,
        hash=sign_fields(key, description=description, price=price, scode=row.sku),
        money=row.price,
        buy_url=_absolute(reverse("checkout:buy", args=[merchant.handle, row.sku])),
    )


def _link(goods: SnippetProduct, merchant: Merchant, back: str) -> str:
    fields = {
        "userid": merchant.cart_username,
        "product": goods.description,
        "price": goods.price,
        "scode": goods.sku,
        "hash": goods.hash,
    }
    if back:
        fields["return"] = back
    return f"{_absolute(reverse('checkout:add'))}?{urlencode(fields)}"


def _rendered(name: str, context: dict[str, object]) -> str:
    html = render_to_string(f"storefront/snippets/{name}.html", context)
    return "\n".join(line for line in html.splitlines() if line.strip())


def _absolute(path: str) -> str:
    return f"{settings.TRADEPOST.base_url}{path}"
