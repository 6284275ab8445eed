"""Recording that somebody of the staff looked at customers' data (promise access.recorded)."""

from collections.abc import Iterable

from django.db.models import Model
from django.utils.translation import gettext_noop

from tradepost.audit.actions import record
from tradepost.audit.models import Entry
from tradepost.audit.sightings import note_sighting
from tradepost.audit.types import Actor
from tradepost.merchants.models import Merchant
from tradepost.orders.models import Order

WHY = {
    "order": gettext_noop("to handle the order"),
    "list": gettext_noop("to see which orders there are"),
    "export": gettext_noop("to take orders along in a file"),
    "invoice": gettext_noop("to read an invoice"),
    "invoices": gettext_noop("to see which invoices there are"),
    "packing slip": gettext_noop("to pack the order"),
}


def note_look(
    *,
    merchant: Merchant,
    by: Actor,
    what: str,
    order: Order | None = None,
    count: int = 1,
    shown: Iterable[Model] | None = None,
) -> Entry | None:
    """``what``: a word of ``WHY``. ``shown``: the orders or invoices of a list. A look that shows nobody is none."""
    rows = list(shown or ())
    if not (count if shown is None else rows):
        return None
    look = record(
        actor=by,
        action="orders.look",
        target=order,
        merchant_id=merchant.pk,
        reason=WHY[what],
        detail={"what": what, "orders": len(rows) or count},
    )
    if rows:
        note_sighting(look, type(rows[0]), (row.pk for row in rows))
    return look
