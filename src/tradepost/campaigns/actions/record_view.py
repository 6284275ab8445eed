"""Looking at a person through a letter (promise access.recorded)."""

from datetime import timedelta

from django.utils.translation import gettext_noop

from tradepost.audience.models import Contact
from tradepost.audit.actions import record, reference
from tradepost.audit.models import Entry
from tradepost.audit.types import Actor
from tradepost.campaigns.models import Campaign
from tradepost.lib import clock

ONE_LOOK = timedelta(minutes=1)


def record_look(*, campaign: Campaign, contact: Contact, by: Actor) -> None:
    """One entry for one preview, although its page and its two frames each ask."""
    same = Entry.objects.filter(
        target=reference(contact),
        action="campaigns.look",
        actor=by.spelling,
        at__gt=clock.now() - ONE_LOOK,
    )
    if same.exists():
        return
    record(
        actor=by,
        action="campaigns.look",
        target=contact,
        merchant_id=campaign.merchant_id,
        reason=gettext_noop("preview of a letter"),
        detail={"campaign": campaign.pk, "kinds": ["name", "e-mail address"]},
    )
