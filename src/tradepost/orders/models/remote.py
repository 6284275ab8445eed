from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.lib import clock
from tradepost.merchants.models import MerchantRow
from tradepost.orders.models.order import Order


class RemoteCall(MerchantRow):
    """An order to be told to the merchant's own server. The row is the queue; the order is the message."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("delivered")
        GIVEN_UP = "given_up", _("given up")

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="remote_call")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=clock.now)
    created_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["RemoteCall"]] = ScopedManager(merchant="merchant")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "due_at"], name="remote_call_due")]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "order": "row number",
            "state": "closed list",
            "attempts": "count",
            "due_at": "time",
            "created_at": "time",
        }


class RemoteTry(MerchantRow):
    """One try: what the merchant's server answered, or why it could not be reached."""

    call = models.ForeignKey(RemoteCall, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField(default=clock.now)
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=200, blank=True)
    took_ms = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager["RemoteTry"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("pk",)

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "call": "row number",
            "at": "time",
            "status": "code of the answer",
            "problem": "name of the failure, without values",
            "took_ms": "duration",
        }
