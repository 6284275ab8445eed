"""Bank transfer. The merchant looks at the bank account and marks the order paid."""

import base64
import hashlib
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum import iban

from tradepost.lib.lazy_modules import LazyModule
from tradepost.payments.gateways.bank_transfer.forms import BankTransferForm
from tradepost.payments.gateways.manual import ManualGateway, amount_row
from tradepost.payments.models import GatewayAccount, PaymentIntent
from tradepost.payments.types import Instructions

if TYPE_CHECKING:
    from segno import helpers
else:
    helpers = LazyModule("segno.helpers")


class BankTransfer(ManualGateway):
    name = "bank_transfer"
    label = gettext_lazy("Bank transfer")
    help = gettext_lazy("The customer gets your IBAN and a reference; you mark the order as paid.")
    form_class = BankTransferForm

    def is_ready(self, account: GatewayAccount) -> bool:
        return bool(account.settings.get("iban"))

    def days_to_pay(self, account: GatewayAccount) -> int | None:
        return int(account.settings.get("days", 14))

    def instructions(self, account: GatewayAccount, intent: PaymentIntent) -> Instructions:
        given = account.settings
        rows = [
            (_("Account holder"), str(given.get("holder", ""))),
            (_("IBAN"), iban.format(given.get("iban", ""))),
            *([(_("BIC"), str(given["bic"]))] if given.get("bic") else []),
            amount_row(intent),
            (_("Reference"), payment_reference(intent)),
        ]
        return Instructions(
            text=_("Please transfer the amount within %(days)s days and give the reference.")
            % {"days": given.get("days", 14)},
            rows=tuple(rows),
            qr_image=_epc_code(account, intent),
        )


def payment_reference(intent: PaymentIntent) -> str:
    """What the payer writes: the order's number and four letters, told apart from a neighbour's typing."""
    digest = hashlib.sha256(intent.reference.encode()).digest()
    return f"{intent.label} {base64.b32encode(digest)[:4].decode()}"


def _epc_code(account: GatewayAccount, intent: PaymentIntent) -> str:
    """EPC069-12 code that European banking apps scan; only euro, 0.01 to 999,999,999.99."""
    given = account.settings
    if intent.currency != "EUR" or not 0 < intent.amount_minor < 100_000_000_000:
        return ""
    code = helpers.make_epc_qr(
        name=given["holder"],
        iban=given["iban"],
        bic=given.get("bic") or None,
        amount=intent.amount.decimal,
        text=payment_reference(intent),
        encoding="utf-8",
    )
    return str(code.svg_data_uri(scale=4, border=4, light="#fff"))
