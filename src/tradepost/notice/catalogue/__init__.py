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

# What stands on the first page: for whoever reads no more than that.
SUMMARY = frozenset(
    {
        *("collect.only-when-given", "collect.no-enrichment", "collect.location"),
        *("purpose.opt-in-news", "purpose.operational-contact", "choice.unsubscribe-everywhere"),
        *("cookie.registry", "share.no-sale", "share.processors", "keep.rule-for-everything"),
        *("keep.relationship", "right.self-service", "right.in-time", "right.contact"),
        "right.redress",
    }
)

__all__ = ["PROMISES", "SUMMARY", "TITLES", "Audience", "Promise", "Section"]
