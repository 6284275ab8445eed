"""What happened with a contact. Rooms above add their own events (orders, mails)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tradepost.audience import queries
from tradepost.audience.models import Contact
from tradepost.audience.types import how_in_words
from tradepost.datamap.extensions import ExtensionPoint

LONGEST = 100


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    at: datetime
    text: str | Promise
    url: str = ""


Source = Callable[[Contact], Iterable[TimelineEntry]]
# Each yields the events of a contact; a few queries at most, in the merchant's scope.
sources: ExtensionPoint[Source] = ExtensionPoint("a contact's timeline")


def timeline(contact: Contact) -> list[TimelineEntry]:
    """Newest first."""
    events = [event for source in sources for event in source(contact)]
    return sorted(events, key=lambda event: event.at, reverse=True)[:LONGEST]


def consents(contact: Contact) -> Iterable[TimelineEntry]:
    yield TimelineEntry(at=contact.created_at, text=_("Became a contact"))
    for given in queries.consents_of(contact):
        kind = given.get_kind_display()
        name = f" · {given.contact_list.name}" if given.contact_list else ""
        yield TimelineEntry(
            at=given.given_at, text=_("Agreed to: %(kind)s") % {"kind": kind + name}
        )
        if given.withdrawn_at:
            text = _("Withdrew: %(kind)s") % {"kind": kind + name}
            yield TimelineEntry(
                at=given.withdrawn_at, text=f"{text} ({how_in_words(given.withdrawn_how)})"
            )
