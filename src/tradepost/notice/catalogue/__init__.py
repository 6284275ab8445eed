"""Every promise of the product, as its sentence in the notice."""

from tradepost.notice.catalogue.choice import ACCESS, CHOICE, COOKIES
from tradepost.notice.catalogue.collection import COLLECTION, PURPOSES
from tradepost.notice.catalogue.keeping import KEEPING, NOTICE, RIGHTS
from tradepost.notice.catalogue.sharing import SECURITY, SHARING
from tradepost.notice.catalogue.types import TITLES, Audience, Promise, Section

PROMISES: dict[str, Promise] = {
    promise.id: promise
    for part in (
        *(COLLECTION, PURPOSES, CHOICE, COOKIES, ACCESS),
        *(SHARING, SECURITY, KEEPING, RIGHTS, NOTICE),
    )
    for promise in part
}

__all__ = ["PROMISES", "TITLES", "Audience", "Promise", "Section"]
