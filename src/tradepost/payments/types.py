"""Words of the payments room that are not rows."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tradepost.lib.money import Money


class EventKind(models.TextChoices):
    """What may happen to a payment. Amounts are worked out from these, whatever order they come in."""

    PENDING = "pending", _("under way")
    AUTHORISED = "authorised", _("authorised")
    CAPTURED = "captured", _("paid")
    FAILED = "failed", _("declined")
    EXPIRED = "expired", _("expired")
    CANCELLED = "cancelled", _("given up")
    REFUND_ASKED = "refund_asked", _("refund asked for")
    REFUNDED = "refunded", _("sent back by the provider")
    REFUND_FAILED = "refund_failed", _("refund failed")
    DISPUTED = "disputed", _("disputed by the card holder")


class PaymentState(models.TextChoices):
    OPEN = "open", _("not paid")
    PENDING = "pending", _("under way")
    PAID = "paid", _("paid")
    PARTLY_REFUNDED = "partly_refunded", _("partly refunded")
    REFUNDED = "refunded", _("refunded")
    FAILED = "failed", _("failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something a gateway is sure of. ``fact_id`` is the same whichever way the news comes.

    A payment is told by two webhooks, by the return of the shopper and by the nightly comparison;
    all four name it ``captured:pi_123``, and the ledger takes it once.
    """

    kind: EventKind
    fact_id: str
    amount_minor: int = 0
    at: datetime | None = None
    gateway_event_id: str = ""
    refund_mark: str = ""  # public id of our refund, as the provider gave it back
    detail: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Amounts:
    """What the ledger adds up to. ``refund_pending_minor`` is asked for and not yet answered."""

    currency: str
    authorised_minor: int = 0
    captured_minor: int = 0
    refunded_minor: int = 0
    refund_pending_minor: int = 0
    pending: bool = False
    failed: bool = False

    @property
    def refundable(self) -> Money:
        left = self.captured_minor - self.refunded_minor - self.refund_pending_minor
        return Money(max(left, 0), self.currency)

    @property
    def state(self) -> PaymentState:
        """Money that came counts more than any late *declined* or *expired*."""
        if self.captured_minor:
            if self.refunded_minor >= self.captured_minor:
                return PaymentState.REFUNDED
            return PaymentState.PARTLY_REFUNDED if self.refunded_minor else PaymentState.PAID
        if self.pending:
            return PaymentState.PENDING
        return PaymentState.FAILED if self.failed else PaymentState.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructions:
    """How to pay without leaving the page: pairs of label and value, and a code to scan."""

    text: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    qr_image: str = ""  # data: address of a picture


class PaymentRefused(Exception):
    """The gateway cannot take or give back this payment; the text is fit for people to read."""


class GatewayNotReady(PaymentRefused):
    """The merchant has not set this way of paying up, or has switched it off."""


class MoreThanPaid(PaymentRefused):
    """A refund would exceed what was paid and is not yet given back."""


class GatewayUnreachable(PaymentRefused):
    """The provider did not answer; nothing is known, and asking again later is safe."""


class AmountRefused(PaymentRefused):
    """This way of paying does not take this amount or currency; the text says why."""


class BadSignature(Exception):
    """A webhook was not signed with the merchant's secret, or too long ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A fact and the payment it is about; ``fact`` None: only the provider's name of the payment."""

    intent: Any  # PaymentIntent
    fact: Fact | None
    payment_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderMessage:
    """One signed message of a provider."""

    event_id: str
    event_type: str
    news: tuple[News, ...] = ()
    proves: str = ""  # the mark of the test that this message answers


class ConnectionState(models.TextChoices):
    """How far the set-up of a provider is."""

    NO_KEY = "no_key", _("no key yet")
    NO_WEBHOOK = "no_webhook", _("no signing secret yet")
    UNTESTED = "untested", _("not tested yet")
    WAITING = "waiting", _("waiting for the provider's message")
    SILENT = "silent", _("no message came")
    MIS_SIGNED = "mis_signed", _("a message came with another signature")
    PROVEN = "proven", _("works")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderConnection:
    """What the page of a provider's set-up shows. ``for_trying``: the key moves no real money."""

    state: ConnectionState
    for_trying: bool = False
    proven_at: datetime | None = None
