"""Messages of campaigns, counted for the shop's plan: one for each recipient."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from tradepost.audience.models import Contact
from tradepost.audit.actions import record
from tradepost.audit.sightings import note_sighting
from tradepost.audit.types import Actor
from tradepost.billing.meters import Meter, Unit
from tradepost.campaigns.types import MESSAGES_METER, SEE_CAMPAIGNS, SOURCE_KIND
from tradepost.delivery.models import Handover, Mailing
from tradepost.merchants.models import Merchant


def _messages(merchant: Merchant, since: datetime) -> QuerySet[Handover]:
    mailings = Mailing.objects.filter(merchant=merchant, kind=SOURCE_KIND, created_at__gte=since)
    return Handover.objects.filter(mailing__in=mailings).select_related("mailing")


def _unit(message: Model) -> Unit:
    assert isinstance(message, Handover)
    words = f"{message.address} · {message.get_state_display()}"
    return Unit(words=words, at=message.settled_at or message.mailing.created_at)


def _look(merchant: Merchant, by: Actor, rows: Sequence[Model]) -> None:
    look = record(
        actor=by,
        action="campaigns.look",
        merchant_id=merchant.pk,
        reason=gettext_noop("to see which messages were counted"),
        detail={"shown": len(rows), "kinds": ["e-mail address"]},
    )
    people = [row.contact_id for row in rows if isinstance(row, Handover)]
    note_sighting(look, Contact, filter(None, people))


METERS = {
    MESSAGES_METER: Meter(
        label=_("messages a month"),
        order=30,
        units=_messages,
        unit=_unit,
        permission=SEE_CAMPAIGNS,
        monthly=True,
        look=_look,
    )
}
