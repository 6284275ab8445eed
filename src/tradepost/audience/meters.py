"""Contacts, counted for the shop's plan."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tradepost.audience.actions.labels import WHY
from tradepost.audience.models import Contact
from tradepost.audience.types import CONTACTS_METER, SEE_AUDIENCE
from tradepost.audit.actions import record
from tradepost.audit.sightings import note_sighting
from tradepost.audit.types import Actor
from tradepost.billing.meters import Meter, Unit
from tradepost.merchants.models import Merchant


def _contacts(merchant: Merchant, _since: datetime) -> QuerySet[Contact]:
    return Contact.objects.filter(merchant=merchant).select_related("merchant")


def _unit(contact: Model) -> Unit:
    assert isinstance(contact, Contact)
    page = reverse("audience_office:contact", args=[contact.merchant.handle, contact.public_id])
    return Unit(words=contact.email, at=contact.created_at, url=page)


def _look(merchant: Merchant, by: Actor, rows: Sequence[Model]) -> None:
    action = "audience.look_list"
    look = record(
        actor=by,
        action=action,
        merchant_id=merchant.pk,
        reason=WHY[action],
        detail={"shown": len(rows)},
    )
    note_sighting(look, Contact, (row.pk for row in rows))


METERS = {
    CONTACTS_METER: Meter(
        label=_("contacts"),
        order=10,
        units=_contacts,
        unit=_unit,
        permission=SEE_AUDIENCE,
        look=_look,
    )
}
