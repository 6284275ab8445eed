from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.datamap.columns.typed import TypedCharField, TypedJSONField
from tradepost.datamap.vocabulary import Erase, Kind, Purpose
from tradepost.lib import clock
from tradepost.merchants.models import MerchantRow
from tradepost.orders.models.order import Order, OrderLine, OrderPrivacy


class OrderEvent(MerchantRow):
    """What happened to an order, for its timeline and for programs that ask ``/api/v1/events``."""

    class What(models.TextChoices):
        PLACED = "placed", _("Ordered")
        PAID = "paid", _("Paid")
        PAYMENT_FAILED = "payment_failed", _("Payment failed")
        METHOD_CHANGED = "method_changed", _("Way of paying changed")
        DISPUTED = "disputed", _("Payment disputed")
        ACCEPTED = "accepted", _("Accepted")
        PUT_BACK = "put_back", _("Put back to waiting")
        DISPATCHED = "dispatched", _("Dispatched")
        DISPATCH_UNDONE = "dispatch_undone", _("Dispatch taken back")
        REFUND_ASKED = "refund_asked", _("Refund begun")
        REFUNDED = "refunded", _("Refunded")
        REFUND_FAILED = "refund_failed", _("Refund failed")
        CANCELLED = "cancelled", _("Cancelled")
        ARCHIVED = "archived", _("Archived")
        UNARCHIVED = "unarchived", _("Taken out of the archive")
        INVOICED = "invoiced", _("Invoice written")
        HELD = "held", _("Held for a dispute")
        HOLD_LIFTED = "hold_lifted", _("Hold lifted")
        APPROVED = "approved", _("Price accepted")
        TAKEN_UP_AGAIN = "taken_up_again", _("Paid late and taken up again")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events")
    what = models.CharField(max_length=20, choices=What)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    detail: models.JSONField[dict[str, object]] = TypedJSONField(default=dict, blank=True)

    objects: ClassVar[models.Manager["OrderEvent"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("pk",)
        indexes: ClassVar = [models.Index(fields=["merchant", "id"], name="order_event_feed")]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "order": "row number; names nobody once the order's own fields are erased",
            "what": "closed list",
            "at": "time",
            "by": "row number of an account, emptied when the account goes",
            "detail": "sums, numbers of documents and codes",
        }


class OrderRefund(MerchantRow):
    """What a refund is for: lines, delivery, and any other sum, all with tax. They add up to the refund.

    ``restock``: all goods go back to the shelf; otherwise those that the lines say.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="refunds")
    refund = models.OneToOneField(
        "payments.Refund", on_delete=models.CASCADE, related_name="order_refund"
    )
    delivery_minor = models.PositiveBigIntegerField(default=0)
    other_minor = models.PositiveBigIntegerField(default=0)
    other_rate = models.CharField(
        max_length=10, blank=True
    )  # empty: spread over the invoice's rates
    restock = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["OrderRefund"]] = ScopedManager(merchant="merchant")

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "order": "row number",
            "refund": "row number",
            "delivery_minor": "sum",
            "other_minor": "sum",
            "other_rate": "rate of tax",
            "restock": "choice of the shop",
            "done_at": "time",
        }


class OrderRefundLine(MerchantRow):
    """So many of one order line are paid back, and so many of them go back to the shelf."""

    order_refund = models.ForeignKey(OrderRefund, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="refunds")
    quantity = models.PositiveIntegerField()
    restock = models.PositiveIntegerField(default=0)
    amount_minor = models.PositiveBigIntegerField()

    objects: ClassVar[models.Manager["OrderRefundLine"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order_refund", "line"], name="refund_line_once")
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "order_refund": "row number",
            "line": "row number",
            "quantity": "count",
            "restock": "count",
            "amount_minor": "sum",
        }


class OrderHold(MerchantRow):
    """A dispute keeps an order from being purged, until a date (promise keep.purpose-gone)."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="holds")
    reason = TypedCharField(_("reason"), max_length=200)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(_("until"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["OrderHold"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("since")), name="hold_has_an_end"
            )
        ]

    class Privacy(OrderPrivacy):
        purpose = Purpose.LEGAL
        erase = Erase.BLANK
        locate = "order__email"
        personal = {"reason": Kind.MESSAGE}
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "order": "row number",
            "since": "time",
            "until": "time",
            "by": "row number of an account, emptied when the account goes",
            "lifted_at": "time",
        }
