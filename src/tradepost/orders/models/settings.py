from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.datamap.columns.typed import TypedCharField, TypedTextField
from tradepost.merchants.models import MerchantRow
from tradepost.orders.types import CopyByMail, InvoiceWhen

INVOICE_PREFIX = "INV-"


class OrderSettings(MerchantRow):
    """How one merchant wants its orders handled; no row means the defaults."""

    copy_by_mail = models.CharField(
        _("notice of a new order"), max_length=12, choices=CopyByMail, default=CopyByMail.LINK
    )
    openpgp_key = models.TextField(_("your OpenPGP public key"), blank=True)
    notify_email = models.EmailField(
        _("send the notice to"), blank=True, help_text=_("Empty: your contact e-mail.")
    )

    invoice_when = models.CharField(
        _("write the invoice"), max_length=12, choices=InvoiceWhen, default=InvoiceWhen.PAID
    )
    invoice_prefix = models.CharField(
        _("before the number"),
        max_length=12,
        blank=True,
        default=INVOICE_PREFIX,
        help_text=_("So that nobody takes the number of an invoice for that of an order."),
    )
    seller_name = TypedCharField(
        _("name on invoices"), max_length=160, blank=True, help_text=_("Empty: the shop's name.")
    )
    seller_tax_id = TypedCharField(_("VAT or tax number"), max_length=40, blank=True)
    invoice_footer = TypedTextField(_("small print on invoices"), max_length=1000, blank=True)

    attach_invoice = models.BooleanField(
        _("attach the invoice to mails to the customer"),
        default=False,
        help_text=_("Otherwise the mail holds a link to it."),
    )

    remote_url = models.URLField(_("address to call"), max_length=500, blank=True)
    remote_method = models.CharField(
        _("way of calling"),
        max_length=4,
        choices=[("POST", "POST"), ("GET", "GET")],
        default="POST",
    )
    remote_secret = models.TextField(blank=True)  # sealed

    objects: ClassVar[models.Manager["OrderSettings"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant"], name="one_order_settings_per_merchant")
        ]

    class Privacy:
        not_personal = dict.fromkeys(
            (
                *("id", "merchant", "copy_by_mail", "openpgp_key", "notify_email", "invoice_when"),
                *("invoice_prefix", "seller_name", "seller_tax_id", "invoice_footer"),
                "attach_invoice",
                *("remote_url", "remote_method", "remote_secret"),
            ),
            "the shop's own settings; they go when the account is closed",
        )


class Counter(MerchantRow):
    """The last number given out. Its locked row is what makes numbers gapless."""

    name = models.CharField(max_length=20)
    value = models.PositiveBigIntegerField(default=0)

    objects: ClassVar[models.Manager["Counter"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "name"], name="one_counter_per_name")
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "name": "closed list",
            "value": "count",
        }
