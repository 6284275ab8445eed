"""What search engines and other programs read: JSON-LD (schema.org), as a data block of the page."""

import json
from collections.abc import Sequence

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from tradepost.catalog.models import Product, Variant
from tradepost.catalog.texts import plain_text
from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant
from tradepost.storefront.offers import Combination, Offer
from tradepost.storefront.shop_layout import address

_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028"})


def absolute(path: str) -> str:
    return f"{settings.TRADEPOST.base_url}{path}"


def json_block(data: dict[str, object]) -> SafeString:
    """JSON that no text can break out of."""
    text = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(text)  # noqa: S308  every sign that means something in HTML is escaped


def product_data(product: Product, merchant: Merchant, *, includes_tax: bool) -> SafeString:
    """schema.org/Product with an offer for each variant."""
    url = absolute(address("product", merchant, product.slug))
    goods: Sequence[Product | Variant] = list(product.variants.all()) or [product]
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.name,
        "description": plain_text(product.description, 500),
        "url": url,
        "image": [absolute(photo.url) for photo in product.photos.all()],
        "offers": [_offer(item, url, merchant, includes_tax=includes_tax) for item in goods],
    }
    if product.sku:
        data["sku"] = product.sku
    if product.maker:
        data["brand"] = {"@type": "Brand", "name": product.maker}
    return json_block(data)


def _offer(
    item: Product | Variant, url: str, merchant: Merchant, *, includes_tax: bool
) -> dict[str, object]:
    state = "OutOfStock" if item.sold_out else "InStock"
    offer: dict[str, object] = {
        "@type": "Offer",
        "url": url,
        "price": item.price.plain(),
        "priceCurrency": merchant.currency,
        "availability": f"https://schema.org/{state}",
        "priceSpecification": {
            "@type": "UnitPriceSpecification",
            "price": item.price.plain(),
            "priceCurrency": merchant.currency,
            "valueAddedTaxIncluded": includes_tax,
        },
        "seller": {"@type": "Organization", "name": merchant.name},
    }
    if item.sku:
        offer["sku"] = item.sku
    if isinstance(item, Variant):
        offer["name"] = item.choice
        if item.photo:
            offer["image"] = absolute(item.photo.url)
    if item.former_minor is not None:
        former = Money(item.former_minor, merchant.currency)
        offer["priceSpecification"] = [offer["priceSpecification"], _crossed_out(former)]
    return offer


def _crossed_out(former: Money) -> dict[str, object]:
    return {
        "@type": "UnitPriceSpecification",
        "priceType": "https://schema.org/StrikethroughPrice",
        "price": former.plain(),
        "priceCurrency": former.currency,
    }


def choices_data(whole: Offer, rows: Sequence[Combination], language: str) -> SafeString | str:
    """What the page's script needs, in finished words; empty where nothing is to be chosen."""
    if not rows:
        return ""
    combinations = [
        _in_words(row.offer, language)
        | {
            "values": row.values,
            "sku": row.variant.sku,
            "photo": row.variant.photo.public_id if row.variant.photo else "",
        }
        for row in rows
    ]
    return json_block({"whole": _in_words(whole, language), "combinations": combinations})


def _in_words(offer: Offer, language: str) -> dict[str, object]:
    return {
        "price": offer.price.format(language),
        "former": offer.former.format(language) if offer.former else "",
        "from": offer.from_price,
        "left": offer.left,
        "soldOut": offer.sold_out,
        "low": offer.low,
        "stock": offer.stock_words,
    }


def trail_data(steps: Sequence[tuple[str, str]]) -> SafeString:
    """schema.org/BreadcrumbList of names and paths."""
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": absolute(path)}
        for place, (name, path) in enumerate(steps, 1)
    ]
    return json_block(
        {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}
    )
