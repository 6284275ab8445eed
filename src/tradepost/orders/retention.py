"""What goes when, and what a dispute holds back."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_scopes import scope, scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.datamap.held import without_held
from tradepost.datamap.vocabulary import Basis, KeepRule, Kind, Purpose, Store, Subject
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.orders.actions.export import (
    KEEP_FILES,
    count_due_exports,
    erase_exports,
    purge_exports,
    scan_exports,
)
from tradepost.orders.actions.notices import erase_copies, erase_many_copies, scan_copies
from tradepost.orders.models import Invoice, Order, OrderHold
from tradepost.payments.actions.forget import forget_payments
from tradepost.rights.queries import period_of
from tradepost.rights.restrictions.holds import Hold

BATCH = 500
AFTER_ACCEPTING = timedelta(days=90)
ACCOUNTING_TERM = timedelta(days=3652)  # ten years (§ 147 AO); a merchant elsewhere may choose
ON_ITS_WAY = timedelta(days=60)


def _held(now: datetime) -> Exists:
    holds = OrderHold._base_manager.filter(order=OuterRef("pk"), lifted_at=None, until__gt=now)
    return Exists(holds)


def orders_due(merchant: Merchant, now: datetime) -> QuerySet[Order]:
    """Accepted or cancelled longer ago than the shop keeps orders, not archived, not held."""
    cut = now - (period_of("orders.order", merchant.pk) or AFTER_ACCEPTING)
    over = Q(accepted_at__lt=cut) | Q(cancelled_at__lt=cut)
    rows = Order.objects.filter(over, merchant=merchant, archived_at=None)
    return without_held(rows.exclude(_held(now)))


def count_due_orders(now: datetime) -> int:
    with scopes_disabled():
        return sum(orders_due(merchant, now).count() for merchant in Merchant.objects.all())


def purge_orders(now: datetime) -> int:
    """Delete due orders with their payments, a batch to a transaction; invoices stay for their term."""
    with scopes_disabled():
        merchants = list(Merchant.objects.all())
    gone = 0
    for merchant in merchants:
        with scope(merchant=merchant):
            gone += _purge_for(merchant, now)
    return gone


def _purge_for(merchant: Merchant, now: datetime) -> int:
    gone = 0
    while True:
        with transaction.atomic():
            rows = list(orders_due(merchant, now).order_by("pk")[:BATCH])
            if not rows:
                return gone
            forget_payments(merchant=merchant, references=[row.reference for row in rows])
            Order.objects.filter(pk__in=[row.pk for row in rows]).delete()
            record(
                actor=Actor.job("orders.retention"),
                action="orders.purge",
                merchant_id=merchant.pk,
                detail={"orders": len(rows)},
            )
        gone += len(rows)


def invoices_due(merchant: Merchant, now: datetime) -> QuerySet[Invoice]:
    """The accounting term runs from the end of the calendar year (§ 147 Abs. 4 AO)."""
    term = period_of("orders.invoice", merchant.pk) or ACCOUNTING_TERM
    year = (now - term).year
    rows = Invoice.objects.filter(
        merchant=merchant, issued_at__lt=datetime(year, 1, 1, tzinfo=now.tzinfo)
    )
    return without_held(rows)


def count_due_invoices(now: datetime) -> int:
    with scopes_disabled():
        return sum(invoices_due(merchant, now).count() for merchant in Merchant.objects.all())


def purge_invoices(now: datetime) -> int:
    gone = 0
    with scopes_disabled():
        for merchant in Merchant.objects.all():
            while numbers := list(invoices_due(merchant, now).values_list("pk", flat=True)[:BATCH]):
                Invoice.objects.filter(pk__in=numbers).delete()
                gone += len(numbers)
    return gone


def _not_yet(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Paid and not delivered yet, or held by a dispute; their lines, addresses and holds stay with them."""
    now = clock.now()
    on_its_way = Q(
        paid_at__isnull=False,
        dispatched_at=None,
        cancelled_at=None,
        archived_at=None,
        placed_at__gt=now - ON_ITS_WAY,
    )
    return orders.filter(on_its_way | Q(_held(now)))


def accounting_ends(invoice: Invoice) -> date:
    """The day from which the invoice may go."""
    term = period_of("orders.invoice", invoice.merchant_id) or ACCOUNTING_TERM
    years = round(term.days / 365.25)
    return date(invoice.issued_at.year + years + 1, 1, 1)


RULES = (
    KeepRule(
        id="orders.order",
        label="Orders",
        since="the merchant has accepted the order; what it archives stays until it is deleted",
        why="an order is needed until it is delivered and the time for returns is over",
        period=AFTER_ACCEPTING,
        due=count_due_orders,
        purge=purge_orders,
        choice=(timedelta(days=14), timedelta(days=3 * 365)),
    ),
    KeepRule(
        id="orders.invoice",
        label="Invoices",
        since="the end of the year in which the invoice was written",
        why="tax law wants invoices kept for the accounting term",
        period=ACCOUNTING_TERM,
        due=count_due_invoices,
        purge=purge_invoices,
        choice=(timedelta(days=5 * 365), timedelta(days=11 * 366)),
    ),
    KeepRule(
        id="orders.export",
        label="Exported order files",
        since="the export was made",
        why="the file is a copy that can be made again",
        period=KEEP_FILES,
        due=count_due_exports,
        purge=purge_exports,
    ),
)
EXPORTS = Store(
    id="orders.exports",
    meaning="files of exported orders, fetched within a day",
    kinds=(Kind.NAME, Kind.EMAIL, Kind.PHONE, Kind.ADDRESS, Kind.ORDER, Kind.MESSAGE),
    subject=Subject.CUSTOMER,
    purpose=Purpose.ORDERS,
    basis=Basis.CONTRACT,
    keep="orders.export",
    scan=scan_exports,
    erase=erase_exports,
    by_merchant=True,
)


COPIES = Store(
    id="orders.copies-to-the-shop",
    meaning="mails that brought the shop a copy of an order, where it asked for them",
    kinds=(Kind.NAME, Kind.EMAIL, Kind.PHONE, Kind.ADDRESS, Kind.ORDER, Kind.MESSAGE),
    subject=Subject.CUSTOMER,
    purpose=Purpose.ORDERS,
    basis=Basis.CONTRACT,
    keep="delivery.mail",
    scan=scan_copies,
    erase=erase_copies,
    erase_many=erase_many_copies,
)


HOLDS = (
    Hold(
        model=Order,
        held=_not_yet,
        because=_("the goods are paid for and on their way, or a dispute is open until a set date"),
    ),
)
