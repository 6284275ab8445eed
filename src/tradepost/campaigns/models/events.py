from typing import ClassVar

from django.db import models
from django_scopes import ScopedManager

from tradepost.campaigns.models.campaigns import Campaign
from tradepost.campaigns.types import TrackingKind
from tradepost.datamap.vocabulary import Basis, Erase, Kind, Purpose, Subject
from tradepost.lib import clock
from tradepost.merchants.models import Merchant


class Event(models.Model):
    """The first time a consenting person opened a letter, or followed one of its links.

    Link 0 of a click: followed any link at all. Nobody else has a row here; everybody else is a count in :class:`Tally`. No address, no browser.
    """

    merchant = models.ForeignKey(
        Merchant, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    contact = models.ForeignKey("audience.Contact", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=5, choices=TrackingKind)
    link = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()

    objects: ClassVar[models.Manager["Event"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "kind", "contact", "link"], name="one_first_time"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="events_by_age")]

    class Privacy:
        called = "opens and clicks in newsletters"
        subject = Subject.CUSTOMER
        purpose = Purpose.NEWSLETTERS
        basis = Basis.CONSENT
        keep = "campaigns.events"
        erase = Erase.WITH_PARENT
        locate = "contact__email"
        personal = {
            "contact": Kind.BEHAVIOUR,
            "campaign": Kind.BEHAVIOUR,
            "kind": Kind.BEHAVIOUR,
            "link": Kind.BEHAVIOUR,
            "at": Kind.BEHAVIOUR,
        }
        not_personal = {"id": "row number", "merchant": "tenant"}


class Tally(models.Model):
    """A count of a campaign's opens, clicks and so on, kept up by the loader; names nobody.

    ``dimension`` and ``key``: ``total``/who; ``hour``/an hour; ``link``/its number; ``client`` and
    ``device``/a family (people only, suppressed below k when shown); ``drop``/a reason;
    ``left``/a reason for unsubscribing.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="tallies", db_index=False
    )
    dimension = models.CharField(max_length=8)
    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    count = models.PositiveBigIntegerField(default=0)

    objects: ClassVar[models.Manager["Tally"]] = ScopedManager(merchant="campaign__merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "dimension", "key", "kind"], name="one_tally"
            )
        ]

    class Privacy:
        not_personal = dict.fromkeys(
            ("id", "campaign", "dimension", "key", "kind", "count"), "a count of many"
        )


class SpoolFile(models.Model):
    """How far a spool file has been loaded; moves in the same transaction as what was loaded."""

    name = models.CharField(max_length=120, unique=True)
    offset = models.PositiveBigIntegerField(default=0)
    loaded_at = models.DateTimeField(default=clock.now)

    class Privacy:
        not_personal = {
            "id": "row number",
            "name": "host, time and a random number",
            "offset": "count of bytes",
            "loaded_at": "time of the loading",
        }

    def __str__(self) -> str:
        return self.name
