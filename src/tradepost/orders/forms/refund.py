"""The form of a refund: so many of each line, the delivery, any other sum, and what goes back to the shelf."""

from typing import Unpack

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import iban
from stdnum.exceptions import ValidationError as NotValid

from tradepost.lib.money import Money, MoneyError
from tradepost.orders.amounts.refundable import LineLeft, RefundableOrder
from tradepost.orders.models import Order
from tradepost.orders.types import RefundLine, RefundParts
from tradepost.ui.form_options import FormData, FormFiles, FormOptions
from tradepost.ui.problems import problem_of
from tradepost.ui.templatetags.ui import money


def clean_iban(text: str) -> str:
    """Raises: ValidationError."""
    if not text.strip():
        return ""
    try:
        return str(iban.validate(text))
    except NotValid:
        raise ValidationError(_("This is not a valid IBAN; check it digit by digit.")) from None


class AccountForm(forms.Form):
    """Where money goes that is paid back by hand."""

    iban = forms.CharField(label=_("IBAN"), max_length=42)

    def clean_iban(self) -> str:
        return clean_iban(self.cleaned_data["iban"])


class SentForm(forms.Form):
    """When the merchant paid it back."""

    sent_on = forms.DateField(required=False)


class RefundForm(forms.Form):
    """``left`` is what can still be paid back; ``by_hand`` asks where the money goes."""

    everything = forms.BooleanField(label=_("Everything that is left"), required=False)
    delivery = forms.CharField(label=_("Of the delivery"), required=False, max_length=20)
    amount = forms.CharField(label=_("Another amount"), required=False, max_length=20)
    rate = forms.ChoiceField(label=_("Tax rate of the other amount"), required=False)
    restock = forms.BooleanField(
        label=_("Put all goods of the order back into stock"), required=False
    )
    payee_iban = forms.CharField(
        label=_("IBAN of the customer"),
        required=False,
        max_length=42,
        help_text=_(
            "Empty: the customer is asked for it. It is forgotten when the refund is sent."
        ),
    )
    reason = forms.CharField(label=_("Reason (your note)"), required=False, max_length=200)
    key = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(
        self,
        order: Order,
        left: RefundableOrder,
        data: FormData | None = None,
        files: FormFiles | None = None,
        *,
        by_hand: bool,
        **kwargs: Unpack[FormOptions],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.left = left
        rates = [str(item["rate"]) for item in order.taxes]
        choices = [("", _("spread over all rates")), *((rate, f"{rate} %") for rate in rates)]
        self.fields["rate"] = forms.ChoiceField(
            label=_("Tax rate of the other amount"), required=False, choices=choices
        )
        if len(rates) < 2:
            del self.fields["rate"]
        if not left.delivery_minor:
            del self.fields["delivery"]
        if not by_hand:
            del self.fields["payee_iban"]
        for one in left.lines:
            self.fields[f"quantity-{one.line.position}"] = _count(one.quantity)
            self.fields[f"back-{one.line.position}"] = _count(one.off_shelf)

    def rows(self) -> list[dict[str, object]]:
        """The lines with their two fields, for the template."""
        return [
            {
                "left": one,
                "quantity": self[f"quantity-{one.line.position}"],
                "back": self[f"back-{one.line.position}"],
            }
            for one in self.left.lines
        ]

    def others(self) -> list[forms.BoundField]:
        """All fields that do not belong to a line."""
        return [field for field in self.visible_fields() if "-" not in field.name]

    def clean_delivery(self) -> Money:
        return self._sum("delivery", self.left.delivery)

    def clean_amount(self) -> Money:
        return self._sum("amount", self.left.money)

    def clean_payee_iban(self) -> str:
        return clean_iban(self.cleaned_data["payee_iban"])

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if not self.errors and not given.get("everything") and not self._asks_for_something():
            raise ValidationError(_("Say what is to be paid back: items, delivery, or an amount."))
        return given

    def parts(self) -> RefundParts:
        given = self.cleaned_data
        nothing = self.left.money * 0
        return RefundParts(
            lines=tuple(line for one in self.left.lines if (line := self._line(one)).quantity),
            delivery_minor=(given.get("delivery") or nothing).minor,
            other_minor=(given.get("amount") or nothing).minor,
            other_rate=given.get("rate", ""),
            everything=given["everything"],
            restock_all=given["restock"],
        )

    def _line(self, one: LineLeft) -> RefundLine:
        given, place = self.cleaned_data, one.line.position
        return RefundLine(
            line_id=one.line.pk,
            quantity=given.get(f"quantity-{place}") or 0,
            restock=given.get(f"back-{place}") or 0,
        )

    def _asks_for_something(self) -> bool:
        return any(
            self.cleaned_data.get(name) for name in self.fields if name.startswith("quantity-")
        ) or any(self.cleaned_data.get(name) for name in ("delivery", "amount"))

    def _sum(self, name: str, most: Money) -> Money:
        """Raises: ValidationError."""
        text = str(self.cleaned_data[name]).strip()
        if not text:
            return most * 0
        try:
            amount = Money.parse(text, most.currency)
        except MoneyError as problem:
            raise ValidationError(problem_of(problem)) from None
        if not 0 < amount.minor <= most.minor:
            raise ValidationError(
                _("At most %(left)s can be given back."), params={"left": money(most)}
            )
        return amount


def _count(most: int) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(min_value=0, max_value=most, required=False, widget=widget)
