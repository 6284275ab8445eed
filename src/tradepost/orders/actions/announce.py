"""Who is told of what happens to an order: customer and merchant by mail, or nobody."""

from tradepost.orders.actions.mails import (
    mail_cancelled,
    mail_dispatch,
    mail_paid,
    mail_receipt,
)
from tradepost.orders.actions.notices import notify_merchant
from tradepost.orders.models import Invoice, Order
from tradepost.orders.queries import waits_for_merchant


class Announcer:
    """Tells nobody: of what is old news."""

    def placed(self, order: Order) -> None:
        """There is an order; what is still to be done to pay it."""

    def paid(self, order: Order, invoice: Invoice | None) -> None:
        """The money is there."""

    def dispatched(self, order: Order, invoice: Invoice | None) -> None:
        """The goods are on their way."""

    def cancelled(self, order: Order, *, given_up: bool, declined: bool) -> None:
        """As :func:`~tradepost.orders.actions.mails.mail_cancelled`."""


class ByMail(Announcer):
    """Queues the mails in the caller's transaction. The merchant is told of an order once, and not before a
    page to pay on, where the customer has one before them, is left or paid."""

    def placed(self, order: Order) -> None:
        if waits_for_merchant(order):
            notify_merchant(order=order)
        mail_receipt(order=order)

    def paid(self, order: Order, invoice: Invoice | None) -> None:
        mail_paid(order=order, amount=order.money(order.paid_minor), invoice=invoice)
        notify_merchant(order=order)

    def dispatched(self, order: Order, invoice: Invoice | None) -> None:
        mail_dispatch(order=order, invoice=invoice)

    def cancelled(self, order: Order, *, given_up: bool, declined: bool) -> None:
        mail_cancelled(order=order, given_up=given_up, declined=declined)


BY_MAIL: Announcer = ByMail()
