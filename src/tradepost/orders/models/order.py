import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.datamap.columns.text_index import text_index
from tradepost.datamap.columns.typed import (
    TypedCharField,
    TypedJSONField,
    TypedTextField,
    UntouchedTextField,
)
from tradepost.datamap.vocabulary import Basis, Erase, Kind, Personal, Purpose, Subject
from tradepost.lib import clock
from tradepost.lib.money import Money
from tradepost.merchants.models import MerchantRow
from tradepost.orders.types import DeliveryKind, OrderSource, OrderState, TaxRow
from tradepost.payments.types import PaymentState


def _person() -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )


def new_token() -> str:
    """256 random bits: the page of an order has no other lock."""
    return secrets.token_urlsafe(32)


def in_state(state: str) -> Q:
    """The condition on the timestamps that makes a state, as :attr:`Order.state` works it out."""
    left = Q(cancelled_at=None, archived_at=None)
    conditions = {
        OrderState.WAITING: left & Q(accepted_at=None, dispatched_at=None),
        OrderState.ACCEPTED: left & Q(accepted_at__isnull=False, dispatched_at=None),
        OrderState.DISPATCHED: left & Q(dispatched_at__isnull=False),
        OrderState.CANCELLED: Q(cancelled_at__isnull=False, archived_at=None),
        OrderState.ARCHIVED: Q(archived_at__isnull=False),
    }
    return conditions[OrderState(state)]


class OrderPrivacy:
    """Shared by everything that hangs on an order."""

    subject = Subject.CUSTOMER
    purpose = Purpose.ORDERS
    basis = Basis.CONTRACT
    keep = "orders.order"


class Order(MerchantRow):
    """Something bought. Sums and state stay for the books; what names the customer can be erased.

    ``goods``, ``discount``, ``delivery``, ``tax``, ``total`` as :class:`~tradepost.orders.types.Totals`
    explains. State is a set of timestamps, each with who did it.
    """

    number = models.PositiveBigIntegerField()
    key = models.CharField(max_length=120)
    token = models.CharField(  # noqa: DJ001  erased orders have none, and one text is unique
        max_length=60, null=True, unique=True, default=new_token
    )
    source = models.CharField(max_length=20, choices=OrderSource)
    placed_at = models.DateTimeField(default=clock.now)

    email = models.EmailField(_("e-mail"), blank=True, db_index=True)
    name = TypedCharField(_("name"), max_length=160, blank=True)
    telephone = TypedCharField(_("telephone"), max_length=40, blank=True)
    language = models.CharField(max_length=10, default="en")
    note = TypedTextField(_("note"), blank=True)
    ip = models.CharField(max_length=45, blank=True)
    session_data = UntouchedTextField(blank=True)
    extra: models.JSONField[dict[str, str]] = TypedJSONField(default=dict, blank=True)

    currency = models.CharField(max_length=3)
    goods_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    delivery_minor = models.BigIntegerField(default=0)
    delivery_tax_rate = models.DecimalField(max_digits=6, decimal_places=3, default=0)
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField()
    prices_include_tax = models.BooleanField(default=True)
    # for each rate: {"rate": "19", "net_minor": …, "tax_minor": …}
    taxes: models.JSONField[list[TaxRow]] = models.JSONField(default=list)
    coupon = TypedCharField(max_length=60, blank=True)
    delivery_label = TypedCharField(max_length=120, blank=True)
    delivery_kind = models.CharField(
        max_length=10, choices=DeliveryKind, default=DeliveryKind.BROUGHT
    )
    collect_at = TypedTextField(blank=True)  # the shop's words of the day of ordering

    payment_method = models.CharField(max_length=30)
    payment_state = models.CharField(max_length=20, choices=PaymentState, default=PaymentState.OPEN)
    paid_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    paid_at = models.DateTimeField(null=True, blank=True)
    noticed_at = models.DateTimeField(null=True, blank=True)  # when the merchant was told of it

    # The goods wait for the money until then; see checkout's give_up.
    pay_until = models.DateTimeField(null=True, blank=True, db_index=True)
    # A known article for less than it costs in the catalogue, at the word of a page.
    approval_asked_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = _person()

    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = _person()
    dispatched_at = models.DateTimeField(null=True, blank=True)
    dispatched_by = _person()
    carrier = TypedCharField(_("carrier"), max_length=60, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = _person()
    archived_at = models.DateTimeField(null=True, blank=True)
    archived_by = _person()
    restocked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Order"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("-number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "number"], name="order_number_once"),
            models.UniqueConstraint(fields=["merchant", "key"], name="order_key_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant", "-placed_at"], name="order_newest"),
            models.Index(fields=["merchant", "name", "id"], name="order_by_name"),
            models.Index(fields=["merchant", "total_minor", "id"], name="order_by_total"),
            models.Index(fields=["merchant", "payment_state", "number"], name="order_by_payment"),
            models.Index(
                fields=["merchant", "number"],
                condition=Q(cancelled_at=None, archived_at=None),
                name="order_current",
            ),
            # The oldest of all are archived: whoever looks at current ones by day would read past them.
            models.Index(
                fields=["merchant", "placed_at", "id"],
                condition=Q(cancelled_at=None, archived_at=None),
                name="order_current_by_day",
            ),
            models.Index(
                fields=["merchant", "total_minor", "id"],
                condition=Q(cancelled_at=None, archived_at=None),
                name="order_current_by_total",
            ),
            *(
                models.Index(
                    fields=["merchant", "number"], condition=in_state(state), name=f"order_{state}"
                )
                for state in OrderState
            ),
            models.Index(fields=["merchant", "email", "-placed_at"], name="order_by_customer"),
            models.Index(fields=["archived_at", "accepted_at"], name="order_retention"),
        ]

    class Privacy(OrderPrivacy):
        erase = Erase.BLANK
        locate = "email"
        personal = {
            "email": Personal(kind=Kind.EMAIL, correctable=True),
            "name": Personal(kind=Kind.NAME, correctable=True),
            "telephone": Personal(kind=Kind.PHONE, correctable=True),
            "language": Kind.LANGUAGE,
            "note": Personal(kind=Kind.MESSAGE, correctable=True),
            "ip": Personal(kind=Kind.NETWORK, purpose=Purpose.SECURITY, basis=Basis.INTEREST),
            "session_data": Kind.CUSTOM,
            "extra": Kind.CUSTOM,
            "token": Kind.CREDENTIAL,
            "tracking_number": Kind.ORDER,
            "coupon": Kind.ORDER,
        }
        not_personal = dict.fromkeys(
            (
                *("goods_minor", "discount_minor", "delivery_minor", "delivery_tax_rate"),
                *("tax_minor", "total_minor", "paid_minor", "refunded_minor", "currency"),
                *("prices_include_tax", "taxes"),
            ),
            "sum for the books; names nobody without the fields that erasure empties",
        ) | {
            "id": "row number",
            "merchant": "tenant",
            "number": "gapless number for the books",
            "key": "random, made by the checkout",
            "source": "closed list",
            "placed_at": "time for the books",
            "delivery_label": "one of the shop's ways of delivery",
            "delivery_kind": "closed list",
            "collect_at": "the shop's own address and opening hours",
            "payment_method": "closed list",
            "payment_state": "closed list",
            "paid_at": "time for the books",
            "noticed_at": "state",
            "carrier": "name of a carrier",
            "pay_until": "time for the books",
            "approval_asked_at": "state",
            "approved_at": "state",
            "approved_by": "row number of an account, emptied when the account goes",
            "accepted_at": "state",
            "accepted_by": "row number of an account, emptied when the account goes",
            "dispatched_at": "state",
            "dispatched_by": "row number of an account, emptied when the account goes",
            "cancelled_at": "state",
            "cancelled_by": "row number of an account, emptied when the account goes",
            "archived_at": "state",
            "archived_by": "row number of an account, emptied when the account goes",
            "restocked_at": "state",
        }
        copied = dict.fromkeys(
            (
                *("number", "placed_at", "source", "currency", "goods_minor", "discount_minor"),
                *("delivery_minor", "tax_minor", "total_minor", "delivery_label", "collect_at"),
                *("accepted_at", "carrier", "dispatched_at", "cancelled_at", "archived_at"),
            ),
            Kind.ORDER,
        ) | dict.fromkeys(
            ("payment_method", "payment_state", "paid_minor", "refunded_minor", "paid_at"),
            Kind.PAYMENT,
        )

    def __str__(self) -> str:
        return str(self.number)

    @property
    def state(self) -> OrderState:
        if self.archived_at:
            return OrderState.ARCHIVED
        if self.cancelled_at:
            return OrderState.CANCELLED
        if self.dispatched_at:
            return OrderState.DISPATCHED
        return OrderState.ACCEPTED if self.accepted_at else OrderState.WAITING

    @property
    def waits_for_approval(self) -> bool:
        """Until the merchant says yes nothing is paid and nothing is sent."""
        return bool(self.approval_asked_at and not self.approved_at and not self.cancelled_at)

    @property
    def is_brought(self) -> bool:
        """There is a parcel; else the customer collects the goods, or nothing has to be delivered."""
        return self.delivery_kind == DeliveryKind.BROUGHT

    @property
    def is_collected(self) -> bool:
        return self.delivery_kind == DeliveryKind.COLLECTED

    @property
    def reference(self) -> str:
        """What the payments room calls this order."""
        return f"orders.order:{self.pk}"

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)

    @property
    def total(self) -> Money:
        return self.money(self.total_minor)

    @property
    def due(self) -> Money:
        return self.money(max(self.total_minor - self.paid_minor, 0))

    @property
    def is_paid(self) -> bool:
        return self.paid_minor >= self.total_minor


ORDER_WORDS = text_index(Order, "name", "email", "telephone")


class OrderLine(MerchantRow):
    """A line as it was sold; later changes of the product do not reach it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    # Numbers, not foreign keys: an order outlives the goods it was for.
    product_id = models.BigIntegerField(null=True, db_index=True)
    variant_id = models.BigIntegerField(null=True)
    takes_stock = models.BooleanField(default=True)
    sku = TypedCharField(max_length=80, blank=True)
    title = TypedCharField(max_length=1000)
    options = TypedCharField(max_length=1000, blank=True)
    quantity = models.PositiveIntegerField()
    restocked = models.PositiveIntegerField(default=0)  # so many of them are back on the shelf
    units = models.DecimalField(max_digits=12, decimal_places=3, default=0)
    unit_price_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    tax_rate = models.DecimalField(max_digits=6, decimal_places=3, default=0)
    tax_minor = models.BigIntegerField(default=0)
    price_from_page = models.BooleanField(default=False)
    page_price_minor = models.BigIntegerField(null=True)

    objects: ClassVar[models.Manager["OrderLine"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("order", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_once"),
            models.CheckConstraint(
                condition=Q(restocked__lte=models.F("quantity")), name="restocked_what_was_sold"
            ),
        ]
        indexes: ClassVar = [
            # Few, and each list of orders asks for them: PostgreSQL would read all lines to know which.
            models.Index(
                fields=["merchant", "order"],
                condition=Q(price_from_page=True),
                name="line_priced_by_page",
            )
        ]

    class Privacy(OrderPrivacy):
        erase = Erase.BLANK
        locate = "order__email"
        # The title may be words of the page that the old cart was called from, wishes among them.
        personal = {"options": Kind.ORDER, "title": Kind.ORDER}
        not_personal = dict.fromkeys(
            (
                *("product_id", "variant_id", "takes_stock", "sku", "quantity", "units"),
                *("unit_price_minor", "total_minor", "tax_rate", "tax_minor", "price_from_page"),
                *("page_price_minor", "restocked"),
            ),
            "what was sold and for how much, for the books; the customer's own wishes are in options and title",
        ) | {"id": "row number", "merchant": "tenant", "order": "row number", "position": "order"}
        copied = dict.fromkeys(
            ("sku", "quantity", "unit_price_minor", "total_minor", "tax_rate", "tax_minor"),
            Kind.ORDER,
        )

    @property
    def unit_price(self) -> Money:
        return Money(self.unit_price_minor, self.order.currency)

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.order.currency)


class OrderAddress(MerchantRow):
    """Where the bill and where the goods go."""

    class Use(models.TextChoices):
        BILLING = "billing", _("billing address")
        DELIVERY = "delivery", _("delivery address")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="addresses")
    use = models.CharField(max_length=10, choices=Use)
    name = TypedCharField(_("name"), max_length=160, blank=True)
    company = TypedCharField(_("company"), max_length=160, blank=True)
    line1 = TypedCharField(_("street and number"), max_length=200, blank=True)
    # Holds the checkout's second line and district, with what joins them.
    line2 = TypedCharField(_("more of the address"), max_length=250, blank=True)
    postcode = TypedCharField(_("postcode"), max_length=20, blank=True)
    city = TypedCharField(_("town"), max_length=120, blank=True)
    region = TypedCharField(_("region"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)

    objects: ClassVar[models.Manager["OrderAddress"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "use"], name="one_address_per_use")
        ]

    class Privacy(OrderPrivacy):
        erase = Erase.ROW
        locate = "order__email"
        personal = {
            "name": Personal(kind=Kind.NAME, correctable=True),
            "company": Personal(kind=Kind.NAME, correctable=True),
            "line1": Personal(kind=Kind.ADDRESS, correctable=True),
            "line2": Personal(kind=Kind.ADDRESS, correctable=True),
            "postcode": Personal(kind=Kind.ADDRESS, correctable=True),
            "city": Personal(kind=Kind.ADDRESS, correctable=True),
            "region": Personal(kind=Kind.ADDRESS, correctable=True),
            "country": Personal(kind=Kind.COUNTRY, correctable=True),
        }
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "order": "row number",
            "use": "closed list",
        }
