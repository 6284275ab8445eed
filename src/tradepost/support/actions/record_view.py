"""Recording that somebody of the desk read what people wrote (promise access.recorded)."""

from collections.abc import Iterable

from django.utils.translation import gettext_noop

from tradepost.audit.actions import record
from tradepost.audit.models import Entry
from tradepost.audit.sightings import note_sighting
from tradepost.audit.types import Actor
from tradepost.merchants.models import Merchant
from tradepost.support.models import Conversation

WHY = {
    "list": gettext_noop("to see who waits for an answer"),
    "conversation": gettext_noop("to answer somebody who wrote"),
    "file": gettext_noop("to open a file that came with a message"),
}


def note_look(
    *,
    merchant: Merchant | None,
    by: Actor,
    what: str,
    conversation: Conversation | None = None,
    shown: Iterable[Conversation] = (),
) -> Entry | None:
    """``what``: a word of ``WHY``. ``shown``: those of a list. A look that shows nobody is none."""
    rows = list(shown)
    if what == "list" and not rows:
        return None
    return _noted(merchant, by, what, conversation, rows)


def note_list(*, merchant: Merchant | None, by: Actor) -> Entry:
    """Of a list whose page is written down beside it, once it is known (``SeenPages``)."""
    return _noted(merchant, by, "list", None, [])


def _noted(
    merchant: Merchant | None,
    by: Actor,
    what: str,
    target: Conversation | None,
    rows: list[Conversation],
) -> Entry:
    look = record(
        actor=by,
        action="support.look",
        target=target,
        merchant_id=merchant.pk if merchant else None,
        reason=WHY[what],
        detail={"what": what, "conversations": len(rows) or 1},
    )
    note_sighting(look, Conversation, (row.pk for row in rows))
    return look
