from typing import ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.datamap.columns.typed import TypedCharField, TypedJSONField
from tradepost.datamap.vocabulary import Basis, Erase, Kind, Personal, Purpose, Subject
from tradepost.lib import clock
from tradepost.lib.money import Money
from tradepost.merchants.models import MerchantRow
from tradepost.payments.types import EventKind

_ACCOUNTING = "accounting records of what was paid (§ 147 AO, Art. 6(1)(c) GDPR)"


class AppendOnly(TypeError):
    """The ledger is never changed; write another event instead."""


class GatewayAccount(MerchantRow):
    """How one merchant uses one gateway. ``sealed`` is read by the gateway's own code and nothing else."""

    gateway = models.CharField(max_length=30)
    enabled = models.BooleanField(_("offered at the checkout"), default=True)
    settings: models.JSONField[dict[str, object]] = TypedJSONField(default=dict, blank=True)
    sealed = models.TextField(blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["GatewayAccount"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "gateway"], name="one_account_per_gateway")
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "gateway": "closed list",
            "enabled": "setting of the shop",
            "settings": "the shop's own bank account and wording, and when its connection was tested",
            "sealed": "the shop's access codes at its provider, encrypted",
            "sealed_at": "age of the access codes",
        }

    def __str__(self) -> str:
        return self.gateway


class PaymentIntent(MerchantRow):
    """One attempt to be paid. What came of it is in its events; nothing is added up in columns."""

    key = models.CharField(max_length=120)
    gateway = models.CharField(max_length=30)
    reference = models.CharField(max_length=80)  # "orders.order:93": whose money it is
    label = models.CharField(max_length=60)  # what the payer reads: "Order 1042"
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    payer_email = models.EmailField(blank=True, db_index=True)
    language = models.CharField(max_length=10, default="en")
    return_path = models.CharField(max_length=300)
    session_id = models.CharField(max_length=120, blank=True, db_index=True)
    payment_id = models.CharField(max_length=120, blank=True, db_index=True)
    page_url = models.URLField(max_length=2000, blank=True)
    page_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(null=True, blank=True)  # when the gateway was last asked
    over_at = models.DateTimeField(null=True, blank=True)  # paid or given up: no need to ask

    objects: ClassVar[models.Manager["PaymentIntent"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "key"], name="payment_intent_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant", "reference"], name="payment_reference"),
            models.Index(fields=["merchant", "currency"], name="payment_currency"),
            models.Index(fields=["gateway", "over_at", "asked_at"], name="payment_reconciling"),
        ]

    class Privacy:
        called = "payments begun"
        subject = Subject.CUSTOMER
        purpose = Purpose.ORDERS
        basis = Basis.CONTRACT
        keep = "payments.intent"
        erase = Erase.KEEP
        because = _ACCOUNTING
        locate = "payer_email"
        personal = {
            "payer_email": Personal(kind=Kind.EMAIL, erase=Erase.BLANK),
            "page_url": Personal(kind=Kind.PAYMENT, erase=Erase.BLANK),
            "session_id": Kind.PAYMENT,
            "payment_id": Kind.PAYMENT,
        }
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "key": "row number of what is paid and the attempt",
            "gateway": "closed list",
            "reference": "row number of what is paid",
            "label": "number of what is paid",
            "amount_minor": "sum",
            "currency": "currency",
            "language": "language of the payment page",
            "return_path": "address within this installation; useless once the order is erased",
            "page_until": "time",
            "created_at": "time",
            "asked_at": "time",
            "over_at": "time",
        }
        copied = dict.fromkeys(("gateway", "label", "amount_minor", "created_at"), Kind.PAYMENT)

    def __str__(self) -> str:
        return f"{self.label} · {self.amount}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def has_run_out(self) -> bool:
        """The provider's page for it is closed by now."""
        return self.page_until is not None and self.page_until <= clock.now()


class Refund(MerchantRow):
    """Money to be given back. The ledger says whether it was; this row remembers what was asked."""

    intent = models.ForeignKey(PaymentIntent, on_delete=models.CASCADE, related_name="refunds")
    key = models.CharField(max_length=120)
    amount_minor = models.PositiveBigIntegerField()
    reason = TypedCharField(max_length=200, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    refund_id = models.CharField(max_length=120, blank=True, db_index=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    # Where the merchant sends it by hand; emptied as soon as it is sent or called off.
    payee_iban = models.CharField(max_length=34, blank=True)

    objects: ClassVar[models.Manager["Refund"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "key"], name="refund_once")
        ]

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.ORDERS
        basis = Basis.CONTRACT
        keep = "payments.intent"
        erase = Erase.KEEP
        because = _ACCOUNTING
        locate = "intent__payer_email"
        personal = {
            "refund_id": Kind.PAYMENT,
            "reason": Personal(kind=Kind.MESSAGE, erase=Erase.BLANK),
            "payee_iban": Personal(kind=Kind.PAYMENT, erase=Erase.BLANK),
        }
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "intent": "row number",
            "key": "random, or given by the program that asked",
            "amount_minor": "sum",
            "asked_at": "time",
            "asked_by": "row number of an account, emptied when the account goes",
            "settled_at": "time",
        }
        copied = dict.fromkeys(("amount_minor", "asked_at", "settled_at"), Kind.PAYMENT)

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.intent.currency)


class PaymentEvent(MerchantRow):
    """The ledger: one line for each fact, written once and never changed."""

    intent = models.ForeignKey(PaymentIntent, on_delete=models.CASCADE, related_name="events")
    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, null=True, related_name="events")
    gateway = models.CharField(max_length=30)
    fact_id = models.CharField(max_length=160)
    gateway_event_id = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=20, choices=EventKind)
    amount_minor = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField()  # when it happened at the gateway
    recorded_at = models.DateTimeField(default=clock.now)
    detail: models.JSONField[dict[str, object]] = models.JSONField(default=dict, blank=True)

    objects: ClassVar[models.Manager["PaymentEvent"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant", "gateway", "fact_id"], name="payment_fact_once"
            )
        ]
        indexes: ClassVar = [  # covers the sums by day
            models.Index(fields=["merchant", "kind", "at", "amount_minor"], name="payment_by_day")
        ]

    class Privacy:
        called = "what became of payments"
        subject = Subject.CUSTOMER
        purpose = Purpose.ORDERS
        basis = Basis.CONTRACT
        keep = "payments.intent"
        erase = Erase.KEEP
        because = _ACCOUNTING
        locate = "intent__payer_email"
        personal = {"fact_id": Kind.PAYMENT, "gateway_event_id": Kind.PAYMENT}
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "intent": "row number",
            "refund": "row number",
            "gateway": "closed list",
            "kind": "closed list",
            "amount_minor": "sum",
            "at": "time",
            "recorded_at": "time",
            "detail": "codes of the gateway, such as card_declined; record_fact() lets nothing else in",
        }
        copied = dict.fromkeys(("kind", "gateway", "amount_minor", "at"), Kind.PAYMENT)

    def save(self, *args: object, **kwargs: object) -> None:
        """Raises: AppendOnly, when the line is already in the ledger."""
        if self.pk is not None:
            raise AppendOnly(f"event {self.pk}")
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
        """Raises: AppendOnly. A line goes only with its whole payment, when retention says so."""
        raise AppendOnly(f"event {self.pk}")

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.intent.currency)


class WebhookNotice(MerchantRow):
    """Every signed message of a gateway, counted, so that a repeat is seen and answered alike."""

    account = models.ForeignKey(GatewayAccount, on_delete=models.CASCADE, related_name="notices")
    event_id = models.CharField(max_length=120)
    event_type = models.CharField(max_length=80)
    received_at = models.DateTimeField(default=clock.now)
    repeats = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=40, blank=True)

    objects: ClassVar[models.Manager["WebhookNotice"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "event_id"], name="webhook_once")
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "account": "row number",
            "event_id": "the gateway's number of a message; leads to nobody without its records",
            "event_type": "closed list of the gateway",
            "received_at": "time",
            "repeats": "count",
            "outcome": "closed list",
        }
