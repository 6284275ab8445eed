"""What the record calls the actions of payments, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "payments.change_account": _("changed the settings of a way to pay"),
    "payments.connection_proven": _("proved the connection to a payment provider"),
    "payments.keep_draft": _("kept unfinished settings of a way to pay"),
    "payments.test_connection": _("tested the connection to a payment provider"),
    "payments.pending": _("noted a payment under way"),
    "payments.authorised": _("noted an authorised payment"),
    "payments.captured": _("noted a payment"),
    "payments.failed": _("noted a declined payment"),
    "payments.expired": _("noted an expired payment"),
    "payments.cancelled": _("noted a payment that was given up"),
    "payments.refund_asked": _("asked for a refund"),
    "payments.refunded": _("noted a refund"),
    "payments.refund_failed": _("noted a refund that failed"),
    "payments.disputed": _("noted a disputed payment"),
}
