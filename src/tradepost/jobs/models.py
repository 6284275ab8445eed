from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.datamap.columns.opaque_id import PublicIdMixin
from tradepost.datamap.columns.typed import TypedCharField
from tradepost.lib import clock


class Job(PublicIdMixin, models.Model):
    """Long work that people can watch, leave and cancel: an import, an export, an erasure."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.CASCADE, related_name="+", null=True
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    kind = models.CharField(max_length=60)
    title = TypedCharField(max_length=200)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    cancel_asked = models.BooleanField(default=False)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    deaths = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=60, blank=True)
    queued_at = models.DateTimeField(null=True, default=clock.now)
    error = models.TextField(blank=True)
    details: models.JSONField[dict[str, object]] = models.JSONField(default=dict, blank=True)
    result_url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Job"]] = ScopedManager(merchant="merchant")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "beat_at"], name="job_sweeper"),
            models.Index(
                fields=["started_by", "finished_at"],
                name="job_to_be_told",
                condition=models.Q(told_at=None),
            ),
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "started_by": "row number of an account, emptied when the account goes",
            "kind": "closed list",
            "title": "written by the program; names a file or campaign, not a person",
            "state": "state of the work",
            "cancel_asked": "state of the work",
            "done": "count",
            "total": "count",
            "attempts": "count",
            "deaths": "count of workers that died over it",
            "worker": "name of a process of the installation",
            "queued_at": "time of the work",
            "error": "name of the exception, without its values",
            "details": "row numbers and settings of the work",
            "result_url": "address of the result within the back office",
            "created_at": "time of the work",
            "started_at": "time of the work",
            "beat_at": "time of the work",
            "finished_at": "time of the work",
            "told_at": "time at which the end was shown to whoever started it",
        }

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.DONE, self.State.CANCELLED, self.State.FAILED}

    @property
    def rate_per_second(self) -> float:
        if not self.started_at or not self.done:
            return 0.0
        until = self.finished_at or self.beat_at or clock.now()
        return self.done / max((until - self.started_at).total_seconds(), 0.001)

    @property
    def seconds_left(self) -> float | None:
        if self.is_over or not self.rate_per_second or not self.total:
            return None
        return max(self.total - self.done, 0) / self.rate_per_second


class Turn(models.Model):
    """When a periodic job last ran, and how it ended. One row per line of the schedule."""

    name = models.CharField(max_length=80, unique=True)
    last_at = models.DateTimeField(null=True)
    running = models.BooleanField(default=False)
    holder = models.CharField(max_length=60, blank=True)
    finished_at = models.DateTimeField(null=True)
    took = models.DurationField(null=True)
    error = models.CharField(max_length=80, blank=True)

    class Privacy:
        not_personal = dict.fromkeys(
            ("id", "name", "last_at", "running", "holder", "finished_at", "took", "error"),
            "clockwork of the installation",
        )

    def __str__(self) -> str:
        return self.name


class Unpublished(models.Model):
    """A task whose broker was away when it was enqueued; the sweeper publishes it later."""

    path = models.CharField(max_length=200)
    arguments: models.JSONField[dict[str, object]] = models.JSONField(default=dict)
    run_after = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Privacy:
        not_personal = {
            "id": "row number",
            "path": "name of a function",
            "arguments": "row numbers; the work reads the rest from its row",
            "run_after": "time of the work",
            "created_at": "time of the work",
        }

    def __str__(self) -> str:
        return self.path


class OutboxEvent(models.Model):
    """What a room published, written in the transaction of what it tells of (``modules.events``)."""

    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.CASCADE, related_name="+", null=True
    )
    name = models.CharField(max_length=80)
    payload: models.JSONField[dict[str, object]] = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now, db_index=True)

    objects: ClassVar[models.Manager["OutboxEvent"]] = ScopedManager(merchant="merchant")

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "name": "closed list",
            "payload": "row numbers and closed words; an event's schema takes nothing else",
            "at": "time of an act",
        }

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class OutboxDelivery(models.Model):
    """One listener's share of an event: to be told, told, or set aside after many failures."""

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    listener = models.CharField(max_length=80)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=clock.now)
    queued_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    set_aside_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "listener"], name="told_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="outbox_open",
                condition=models.Q(finished_at=None, set_aside_at=None),
            ),
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "event": "row number",
            "listener": "closed list",
            "attempts": "count",
            "due_at": "time of the work",
            "queued_at": "time of the work",
            "finished_at": "time of the work",
            "set_aside_at": "time of the work",
            "error": "name of the exception, without its values",
        }

    def __str__(self) -> str:
        return f"{self.event_id} → {self.listener}"


class Alarm(models.Model):
    """Something that an operator must look at, once for as long as it lasts."""

    name = models.CharField(max_length=120, unique=True)
    text = models.CharField(max_length=400)
    since = models.DateTimeField(default=clock.now)
    told_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)

    class Privacy:
        not_personal = dict.fromkeys(
            ("id", "name", "text", "since", "told_at", "over_at"), "condition of the installation"
        )

    def __str__(self) -> str:
        return self.name
