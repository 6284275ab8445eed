"""What the record calls the actions of orders, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "orders.accept": _("accepted an order"),
    "orders.approve": _("approved the price of an order"),
    "orders.archive": _("archived an order"),
    "orders.cancel": _("cancelled an order"),
    "orders.change_settings": _("changed the order settings"),
    "orders.create": _("created an order"),
    "orders.delete": _("deleted an order"),
    "orders.dispatch": _("dispatched an order"),
    "orders.export": _("exported orders"),
    "orders.hold": _("put an order on hold against deletion"),
    "orders.invoice": _("issued an invoice"),
    "orders.lift_hold": _("lifted the hold on an order"),
    "orders.look": _("looked at orders"),
    "orders.mark_paid": _("marked an order as paid"),
    "orders.note_late": _("noted a payment that came late"),
    "orders.purge": _("deleted an order whose time was over"),
    "orders.put_back": _("put an accepted order back"),
    "orders.refund": _("refunded an order"),
    "orders.refund_called_off": _("called a refund off"),
    "orders.refund_sent": _("noted a refund as sent"),
    "orders.remote_again": _("told the merchant's server again"),
    "orders.renew_remote_secret": _("renewed the secret of the merchant's server"),
    "orders.take_up": _("took a cancelled order up again"),
    "orders.tell_account": _("told an account for a refund"),
    "orders.unarchive": _("took an order out of the archive"),
    "orders.undo_dispatch": _("took a dispatch back"),
}
