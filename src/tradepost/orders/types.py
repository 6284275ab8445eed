"""Words of the orders room that are not rows: what the checkout hands in, and what may go wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tradepost.datamap.rooms import Permission
from tradepost.lib.money import Money
from tradepost.lib.postal import PostalAddress

SEE_ORDERS = Permission(name="see_orders", seeing=True)
CHANGE_ORDERS = Permission(name="change_orders")


class OrderSource(models.TextChoices):
    """Where an order came from."""

    STOREFRONT = "storefront", _("shop front")
    CART = "cart", _("drop-in cart")
    BUY_LINK = "buy_link", _("buy button")
    API = "api", _("API")
    OFFICE = "office", _("entered by hand")


class OrderState(models.TextChoices):
    """Worked out from the timestamps; the last that applies, in this order."""

    WAITING = "waiting", _("waiting")
    ACCEPTED = "accepted", pgettext_lazy("order", "accepted")
    DISPATCHED = "dispatched", _("dispatched")
    CANCELLED = "cancelled", pgettext_lazy("order", "cancelled")
    ARCHIVED = "archived", _("archived")


class CopyByMail(models.TextChoices):
    """How much of an order the merchant's own notice holds (promise purpose.order-mail-warned)."""

    LINK = "link", _("Number and link only")
    ENCRYPTED = "encrypted", _("Everything, encrypted to your OpenPGP key")
    FULL = "full", _("Everything, as ordinary mail")


class InvoiceWhen(models.TextChoices):
    PAID = "paid", _("when it is paid")
    DISPATCHED = "dispatched", _("when it is dispatched")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """One line as the checkout worked it out. ``total_minor`` is what the line costs in the order's
    own way of stating prices (with or without tax); ``tax_minor`` is the tax in it or on it."""

    title: str
    quantity: int
    unit_price_minor: int
    total_minor: int
    tax_rate: Decimal = Decimal(0)  # per cent
    tax_minor: int = 0
    sku: str = ""
    options: str = ""
    units: Decimal = Decimal(0)
    product_id: int | None = None
    variant_id: int | None = None
    takes_stock: bool = True  # give it back to the shelf on cancelling
    price_from_page: bool = False
    page_price_minor: int | None = None  # what the page said, where the catalogue's price was taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """``delivery`` None: to the billing address."""

    billing: PostalAddress
    delivery: PostalAddress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDraft:
    """``email`` is normalised. ``ip`` is truncated again before it is stored."""

    email: str
    name: str = ""
    telephone: str = ""
    language: str = "en"
    note: str = ""
    ip: str = ""


class TaxPart(NamedTuple):
    """Everything of one rate: ``base_minor`` is without tax."""

    rate: Decimal
    base_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a cart or an order comes to, all in minor units of ``currency``; ``tax_minor`` is inside
    ``total_minor`` in any case.

    total = goods − discount + delivery, plus tax where prices are stated without it. ``taxes``: one part
    for each rate; left out, they are worked out from the lines. ``line_taxes``: of each line, in their
    order, where the sum was worked out from lines (``checkout.pricing.totals``).
    """

    currency: str
    goods_minor: int
    total_minor: int
    discount_minor: int = 0
    delivery_minor: int = 0
    delivery_tax_rate: Decimal = Decimal(0)
    tax_minor: int = 0
    prices_include_tax: bool = True
    taxes: Sequence[TaxPart] = ()
    line_taxes: Sequence[int] = ()

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    @property
    def adds_up(self) -> bool:
        added_tax = 0 if self.prices_include_tax else self.tax_minor
        expected = self.goods_minor - self.discount_minor + self.delivery_minor + added_tax
        if self.taxes and sum(part.tax_minor for part in self.taxes) != self.tax_minor:
            return False
        return self.total_minor == expected and self.total_minor >= 0


class DeliveryKind(models.TextChoices):
    """How the goods get to the customer."""

    BROUGHT = "brought", _("Sent to the customer")
    COLLECTED = "collected", _("Collected in the shop")
    NOTHING = "nothing", _("Nothing to deliver")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDetails:
    """What not every checkout knows. ``extra``: answers to the merchant's own questions."""

    delivery_label: str = ""
    delivery_kind: str = DeliveryKind.BROUGHT
    collect_at: str = ""  # where and when the customer can collect
    session_data: str = ""  # the drop-in cart's ``sd``, handed back untouched in the remote call
    extra: Mapping[str, str] = field(default_factory=dict)
    coupon: str = ""
    needs_approval: bool = False  # a page named a lower price than the catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """Everything that makes an order, in one piece."""

    lines: Sequence[LineDraft]
    customer: CustomerDraft
    addresses: Addresses
    totals: Totals
    payment_method: str
    source: str
    details: OrderDetails = OrderDetails()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundLine:
    """So many of an order line are paid back; ``restock`` of it goes back to the shelf."""

    line_id: int
    quantity: int
    restock: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundParts:
    """What is paid back. ``other_minor``: any other sum with tax, of one rate or spread over all.

    ``everything``: all that is left, whatever else is said. ``restock_all``: all goods go back to the shelf.
    """

    lines: Sequence[RefundLine] = ()
    delivery_minor: int = 0
    other_minor: int = 0
    other_rate: str = ""
    everything: bool = False
    restock_all: bool = False


class RefundOutcome(models.TextChoices):
    """What has become of a refund that was asked for; the words are for the merchant."""

    SENT = "sent", _("The payment provider has sent the money back; the customer is told by mail.")
    BY_HAND = (
        "by_hand",
        _("Noted. Nothing is sent by itself: pay it back now, then press “Refund sent”."),
    )
    UNDER_WAY = (
        "under_way",
        _(
            "The payment provider has taken the refund; it is not done yet. The customer is told then."
        ),
    )
    UNANSWERED = "unanswered", _("The payment provider does not answer yet; we keep asking.")
    FAILED = (
        "failed",
        _("The payment provider could not send the money back. Nothing was refunded."),
    )


class BadOrder(ValueError):
    """The draft contradicts itself: no lines, or sums that do not add up. A bug of the caller."""


class OrderStateError(Exception):
    """The order's state does not allow this; the text is fit for people to read."""


class Held(OrderStateError):
    """A dispute holds the order until the date in the text."""


class TaxRow(TypedDict):
    """What stands under a rate: ``{"rate": "19", "net_minor": 5285, "tax_minor": 1005}``."""

    rate: str
    net_minor: int
    tax_minor: int


class PaperLine(TypedDict):
    """One line of an invoice or credit note; no price each where the amount cannot be divided."""

    title: str
    options: str
    sku: str
    quantity: int
    unit_price_minor: int | None
    total_minor: int
    rate: str
