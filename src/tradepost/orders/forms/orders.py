from typing import Unpack

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pysequoia import Cert

from tradepost.lib import clock
from tradepost.orders.models import Order, OrderSettings
from tradepost.orders.queries import ALL, CURRENT
from tradepost.orders.types import CopyByMail, OrderState
from tradepost.payments.types import PaymentState
from tradepost.ui.form_options import FormData, FormFiles, FormOptions

_ANY = [("", _("all"))]
VIEWS = [
    (CURRENT, pgettext_lazy("orders", "Current")),
    *((value, capfirst(label)) for value, label in OrderState.choices),
    (ALL, pgettext_lazy("orders", "All")),
]


class FilterForm(forms.Form):
    """The list's state, kept in the address."""

    q = forms.CharField(label=_("Number, name or e-mail"), required=False, max_length=120)
    state = forms.ChoiceField(label=_("State"), required=False, choices=VIEWS)
    payment = forms.ChoiceField(
        label=_("Payment"), required=False, choices=[*_ANY, *PaymentState.choices]
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class DispatchForm(forms.Form):
    carrier = forms.CharField(label=_("Carrier"), required=False, max_length=60)
    tracking_number = forms.CharField(label=_("Tracking number"), required=False, max_length=80)


class HoldForm(forms.Form):
    reason = forms.CharField(
        label=_("What is disputed"), max_length=200, help_text=_("Do not name the customer.")
    )
    until = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean_until(self) -> object:
        until = self.cleaned_data["until"]
        if until <= clock.now().date():
            raise ValidationError(_("The hold must end in the future."))
        return until


class NumberForm(forms.Form):
    """Name to confirm: what is destroyed must be typed."""

    number = forms.CharField(label=_("Number of the order"), max_length=20)

    def __init__(
        self,
        order: Order,
        data: FormData | None = None,
        files: FormFiles | None = None,
        **kwargs: Unpack[FormOptions],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.order = order

    def clean_number(self) -> str:
        typed = str(self.cleaned_data["number"]).strip()
        if typed != str(self.order.number):
            raise ValidationError(_("Type %(number)s to go on."), params={"number": self.order})
        return typed


class CancelForm(NumberForm):
    restock = forms.BooleanField(
        label=_("Put the goods back into stock"), required=False, initial=True
    )


class OrderSettingsForm(forms.ModelForm[OrderSettings]):
    understood = forms.BooleanField(
        label=_("I know that ordinary mail can be read on its way, and want full copies anyway."),
        required=False,
    )

    class Meta:
        model = OrderSettings
        fields = (
            "copy_by_mail",
            "openpgp_key",
            "notify_email",
            "invoice_when",
            "invoice_prefix",
            "seller_name",
            "seller_tax_id",
            "invoice_footer",
            "attach_invoice",
            "remote_url",
            "remote_method",
        )

        labels = {"copy_by_mail": _("What the mail holds")}

    field_order = ("copy_by_mail", "understood", "openpgp_key", "notify_email")

    def clean_openpgp_key(self) -> str:
        text = str(self.cleaned_data["openpgp_key"]).strip()
        if not text:
            return ""
        if "PRIVATE KEY" in text:
            raise ValidationError(_("This is a private key. Paste the public key only."))
        try:
            cert = Cert.from_bytes(text.encode())
        except Exception:  # noqa: BLE001  the library raises bare exceptions of its own
            raise ValidationError(_("This is not an OpenPGP public key.")) from None
        if cert.is_revoked:
            raise ValidationError(_("This key is revoked."))
        return text

    def clean(self) -> dict[str, object]:
        """The warning comes with the choice: full copies only for those who have ticked that they know."""
        given = super().clean() or {}
        copy = given.get("copy_by_mail")
        newly_full = copy == CopyByMail.FULL and self.instance.copy_by_mail != CopyByMail.FULL
        if newly_full and not given.get("understood"):
            self.add_error("understood", _("Tick this to have full copies by ordinary mail."))
        if copy == CopyByMail.ENCRYPTED and not given.get("openpgp_key"):
            self.add_error("openpgp_key", _("Paste your public key to have encrypted copies."))
        url = given.get("remote_url") or ""
        if url.startswith("http://") and not url.startswith(("http://localhost", "http://127.")):
            self.add_error("remote_url", _("Customers' data leaves only over https://."))
        return given
