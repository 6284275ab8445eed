"""From a definition to one query, and to words."""

from django.db.models import BooleanField, Case, F, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.audience.models import Contact, Segment
from tradepost.audience.segments.definition import Node
from tradepost.audience.segments.registry import condition_kinds
from tradepost.datamap.vocabulary import Purpose
from tradepost.merchants.models import Merchant
from tradepost.rights.restrictions.stops import without_stopped


def segment_queryset(segment: Segment, *, numbered: bool = False) -> QuerySet[Contact]:
    """The contacts the segment describes now. Says nothing about consent: see ``queries.mailable``.

    ``numbered``: for who goes on to name some by their numbers.
    """
    found = by_number(segment.merchant) if numbered else _all(segment.merchant)
    return found.filter(_query(segment.merchant, segment.definition))


def by_number(merchant: Merchant) -> QuerySet[Contact]:
    """Contacts for who names them by their numbers, however many the merchant has.

    SQLite takes the index on the merchant for the better one, and reads all contacts for each slice;
    the sum keeps it from that (https://sqlite.org/optoverview.html, "unary +").
    """
    with scopes_disabled():
        return Contact.objects.alias(owner=F("merchant_id") + 0).filter(owner=merchant.pk)


def _all(merchant: Merchant) -> QuerySet[Contact]:
    return Contact.objects.filter(merchant=merchant)


def segment_count(segment: Segment) -> int:
    """As of a definition that is just being written."""
    return definition_queryset(segment.merchant, segment.definition).count()


def definition_queryset(merchant: Merchant, definition: Node) -> QuerySet[Contact]:
    """Whom it describes, to be counted; a group without conditions describes everybody.

    A count is a statistic: whoever stopped that use of their data is not counted.
    """
    found = _all(merchant).filter(_query(merchant, definition))
    return without_stopped(found, merchant=merchant, purpose=Purpose.STATISTICS)


def explain(merchant: Merchant, definition: Node) -> str:
    """The definition as one sentence."""
    if not definition.get("of"):
        return _("Everybody.")
    return _("People who %(conditions)s.") % {"conditions": _words(merchant, definition, 0)}


def _query(merchant: Merchant, node: Node) -> Q:
    if "of" not in node:
        kind = condition_kinds.get(node["kind"])
        # A room that was taken out of the house took its conditions along: they match nobody.
        return kind.query(merchant, node["values"]) if kind else Q(pk__in=[])
    parts = [_query(merchant, part) for part in node["of"]]
    if not parts:
        return Q()
    connector = Q.AND if node["op"] == "all" else Q.OR
    together = Q(*parts, _connector=connector)
    return _unless(together) if node["op"] == "none" else together


def _unless(condition: Q) -> Q:
    """Not, in the sense people mean it: an unknown value counts as not matching (SQL's NOT loses it)."""
    return Q(
        Case(When(condition, then=Value(False)), default=Value(True), output_field=BooleanField())
    )


def _words(merchant: Merchant, node: Node, depth: int) -> str:
    if "of" not in node:
        kind = condition_kinds.get(node["kind"])
        return kind.explain(merchant, node["values"]) if kind else _("(no longer offered)")
    words = [_words(merchant, part, depth + 1) for part in node["of"]]
    joined = _(" and ").join(words) if node["op"] == "all" else _(" or ").join(words)
    if node["op"] == "none":
        return _("do not match: %(conditions)s") % {"conditions": f"({joined})"}
    return f"({joined})" if depth and len(words) > 1 else joined


def everybody() -> dict[str, object]:
    """Where the builder starts."""
    return {"op": "all", "of": []}
