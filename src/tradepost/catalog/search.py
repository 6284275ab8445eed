"""Finding products by words. One folded column serves SQLite and PostgreSQL alike.

``search_text`` holds name, article numbers, maker, tags and the start of the description, without
upper case and accents, so that "ÄRMEL", "ärmel" and "armel" find the same (SQLite itself folds
ASCII only). It is clipped, so that a search reads little.
"""

import unicodedata
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from tradepost.catalog.models import Product
from tradepost.catalog.texts import plain_text

_DESCRIPTION = 400
_LONGEST = 1500
MOST_WORDS = 6
_EQUAL = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l"})


def folded(text: str) -> str:
    """Lower case, without accents, single spaces."""
    lowered = unicodedata.normalize("NFKD", text.casefold()).translate(_EQUAL)
    kept = "".join(sign for sign in lowered if not unicodedata.combining(sign))
    return " ".join(kept.split())


def search_text_of(product: Product, more_skus: Iterable[str] = ()) -> str:
    words = (product.name, product.sku, *more_skus, product.maker, product.tags)
    return folded(" ".join([*words, plain_text(product.description, _DESCRIPTION)]))[:_LONGEST]


def matching(products: QuerySet[Product], text: str) -> QuerySet[Product]:
    """Products with all of the words somewhere; those are cut at ``MOST_WORDS``."""
    for word in folded(text[:200]).split()[:MOST_WORDS]:
        products = products.filter(Q(search_text__contains=word))
    return products
