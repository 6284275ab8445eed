"""Conditions of segments: opened or clicked a campaign. Only people who agreed to be measured count."""

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.audience.models import ConsentRecord
from tradepost.audience.segments import Candidates, ConditionKind, name_of
from tradepost.audience.segments.registry import Values
from tradepost.audience.types import ConsentKind
from tradepost.campaigns.models import Campaign, Event
from tradepost.campaigns.types import TrackingKind
from tradepost.merchants.models import Merchant


def _fields(merchant: Merchant) -> dict[str, forms.Field]:
    rows = Campaign.objects.filter(merchant=merchant, started_at__isnull=False)
    return {
        "campaign": forms.ChoiceField(
            label=_("Campaign"), choices=[(row.public_id, row.name) for row in rows[:200]]
        )
    }


def _query(kind: TrackingKind, merchant: Merchant, values: Values) -> Q:
    """The consent is asked again: who withdrew it is in no such segment any more."""
    done = _events(kind, values).filter(contact=OuterRef("pk"))
    agreed = ConsentRecord.objects.filter(
        merchant=merchant,
        email_key=OuterRef("email_key"),
        kind=ConsentKind.TRACKING,
        withdrawn_at__isnull=True,
    )
    return Q(Exists(done)) & Q(Exists(agreed))


def _events(kind: TrackingKind, values: Values) -> QuerySet[Event]:
    return Event.objects.filter(campaign_id=Campaign.pk_of(values["campaign"]), kind=kind, link=0)


def _measured(kind: TrackingKind, values: Values) -> Candidates:
    rows = _events(kind, values).values_list("contact_id", flat=True)
    return Candidates(found=rows, walked=rows)


def _name(merchant: Merchant, values: Values) -> str:
    rows = Campaign.objects.filter(merchant=merchant)
    return name_of(rows, Campaign.pk_of(values["campaign"])) or _("(deleted campaign)")


CONDITIONS = (
    ConditionKind(
        id="campaigns.opened",
        label=gettext_lazy("Opened a campaign"),
        fields=_fields,
        query=lambda merchant, values: _query(TrackingKind.OPEN, merchant, values),
        explain=lambda merchant, values: _("opened “%(name)s”") % {"name": _name(merchant, values)},
        candidates=lambda _merchant, values: _measured(TrackingKind.OPEN, values),
    ),
    ConditionKind(
        id="campaigns.clicked",
        label=gettext_lazy("Clicked in a campaign"),
        fields=_fields,
        query=lambda merchant, values: _query(TrackingKind.CLICK, merchant, values),
        explain=lambda merchant, values: (
            _("clicked in “%(name)s”") % {"name": _name(merchant, values)}
        ),
        candidates=lambda _merchant, values: _measured(TrackingKind.CLICK, values),
    ),
)
