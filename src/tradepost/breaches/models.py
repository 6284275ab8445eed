from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.breaches.types import BreachScope, Component, Told
from tradepost.datamap.columns.opaque_id import PublicIdMixin
from tradepost.datamap.columns.typed import TypedCharField, TypedTextField
from tradepost.datamap.vocabulary import Basis, Erase, Kind, LocatedBy, Personal, Purpose, Subject
from tradepost.lib import clock

_STAFF = "written by staff; the form tells them to name nobody"
_CLOCK = "clock of the incident"


class Incident(PublicIdMixin, models.Model):
    """One breach of personal data, a shop's own or (without merchant) the operator's, and its clock."""

    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.CASCADE, null=True, related_name="+"
    )
    # A shop's part of an incident that the operator found: its own clock runs from when it was told.
    part_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="parts")
    is_drill = models.BooleanField(_("drill"), default=False)
    title = TypedCharField(_("what it is called"), max_length=120)
    known_at = models.DateTimeField(_("known since"))
    due_at = models.DateTimeField(_("report due"))
    recorded_at = models.DateTimeField(default=clock.now)
    happened = TypedTextField(_("what happened"), blank=True)
    words = TypedTextField(_("what happened, for those affected"), blank=True)
    consequences = TypedTextField(_("likely consequences"), blank=True)
    measures = TypedTextField(_("measures taken and planned"), blank=True)
    advice = TypedTextField(_("what those affected can do"), blank=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reached: models.JSONField[dict[str, list[str]]] = models.JSONField(default=dict)
    shops: models.JSONField[list[int]] = models.JSONField(default=list)
    frozen_at = models.DateTimeField(null=True)
    reminded = models.SmallIntegerField(null=True)
    authority_told_at = models.DateTimeField(_("authority told"), null=True)
    authority_reference = TypedCharField(_("file number"), max_length=120, blank=True)
    late_because = TypedTextField(_("reasons for the delay"), blank=True)
    not_reported_because = TypedTextField(_("why no report is needed"), blank=True)
    not_reported_at = models.DateTimeField(null=True)
    letters_at = models.DateTimeField(null=True)
    not_written_because = TypedTextField(_("why no letters are needed"), blank=True)
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Incident"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering: ClassVar = ["-known_at", "-pk"]
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["part_of", "merchant"], name="one_part_a_shop"),
            models.CheckConstraint(
                condition=models.Q(authority_told_at=None)
                | models.Q(authority_told_at__lte=models.F("due_at"))
                | ~models.Q(late_because=""),
                name="late_report_says_why",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["closed_at", "due_at"], name="incident_clock")]

    class Privacy:
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "merchant": "tenant",
            "part_of": "row number",
            "is_drill": "kind of incident",
            **dict.fromkeys(("title", "happened", "words", "consequences", "measures"), _STAFF),
            **dict.fromkeys(("advice", "authority_reference", "late_because"), _STAFF),
            **dict.fromkeys(("not_reported_because", "not_written_because"), _STAFF),
            **dict.fromkeys(("known_at", "due_at", "recorded_at", "began_at", "ended_at"), _CLOCK),
            **dict.fromkeys(("frozen_at", "authority_told_at", "letters_at", "closed_at"), _CLOCK),
            "reminded": _CLOCK,
            "not_reported_at": _CLOCK,
            "reached": "names of tables, kinds and hosts, row numbers of accounts and tokens",
            "shops": "row numbers of merchants",
        }

    def __str__(self) -> str:
        return self.title

    @property
    def scope(self) -> BreachScope:
        """As last saved."""
        said = {name: tuple(values) for name, values in self.reached.items()}
        return BreachScope(
            began=self.began_at or self.known_at,
            ended=self.ended_at or self.known_at,
            tables=said.get("tables", ()),
            kinds=said.get("kinds", ()),
            actors=said.get("actors", ()),
            hosts=said.get("hosts", ()),
            shops=tuple(self.shops),
        )

    @property
    def clock_stopped_at(self) -> datetime | None:
        """When the authority was told, or it was written down why it need not be."""
        return self.authority_told_at or self.not_reported_at

    @property
    def is_late(self) -> bool:
        return self.clock_stopped_at is None and self.due_at < clock.now()

    @property
    def seconds_left(self) -> float:
        return (self.due_at - clock.now()).total_seconds()


class Assessment(models.Model):
    """Somebody set one component of the severity otherwise than the map does; the newest stands."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="assessments")
    component = models.CharField(max_length=3, choices=Component)
    value = models.DecimalField(max_digits=3, decimal_places=2)
    reason = TypedCharField(_("reason"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["pk"]

    class Privacy:
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "incident": "row number",
            "component": "closed list",
            "value": "closed list",
            "reason": _STAFF,
            "by": "row number of an account, emptied when the account goes",
            "at": _CLOCK,
        }

    def __str__(self) -> str:
        return f"{self.component} {self.value}"


class Affected(models.Model):
    """One person on the frozen list of an incident. Rows are added and never taken away."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="affected")
    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.CASCADE, null=True, related_name="+"
    )
    subject_key = models.CharField(max_length=32, db_index=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    kinds: models.JSONField[list[str]] = models.JSONField(_("kinds of data"), default=list)
    added_at = models.DateTimeField(_("found"), default=clock.now)
    told = models.CharField(_("told"), max_length=8, choices=Told, default=Told.NOT_YET)
    told_at = models.DateTimeField(_("told at"), null=True)

    objects: ClassVar[models.Manager["Affected"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering: ClassVar = ["pk"]
        verbose_name = _("breach that touched you")
        verbose_name_plural = _("breaches that touched you")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "subject_key"], name="affected_once")
        ]
        indexes: ClassVar = [models.Index(fields=["incident", "told"], name="affected_to_tell")]

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.LEGAL
        basis = Basis.LEGAL
        keep = "breaches.incident"
        erase = Erase.KEEP
        because = (
            "shows who was touched by a breach and that they were told (Art. 33(5) GDPR); "
            "names nobody, holds a keyed hash"
        )
        locate = "subject_key"
        located_by = LocatedBy.KEY
        personal: ClassVar[dict[str, object]] = {
            "email": Personal(kind=Kind.EMAIL, erase=Erase.BLANK),
            "kinds": Kind.ACTIVITY,
            "added_at": Kind.ACTIVITY,
            "told": Kind.ACTIVITY,
            "told_at": Kind.ACTIVITY,
        }
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "incident": "row number",
            "merchant": "tenant",
            "subject_key": "keyed hash of an address; cannot be turned back",
        }

    def __str__(self) -> str:
        return f"{self.incident_id} {self.get_told_display()}"
