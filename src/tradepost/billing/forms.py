"""Forms of plans, prices and billing accounts."""

from typing import Unpack, cast

from babel.numbers import list_currencies
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.eu import vat
from stdnum.exceptions import ValidationError as WrongNumber

from tradepost.billing.actions.plans import earliest_change
from tradepost.billing.meters.registry import in_order, meters
from tradepost.billing.models import BillingAccount, BillingPlan
from tradepost.billing.types import AccountFacts, PlanFacts, PlanInterval
from tradepost.law.places import EU
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.lib.money import Money, MoneyError
from tradepost.merchants.forms import country_choices
from tradepost.ui.form_options import (
    FormData,
    FormOptions,
    ModelFormOptions,
)
from tradepost.ui.problems import problem_of

_LONGEST_TRIAL, _SHORTEST_TRIAL = 365, 3
_MOST_MINOR, _MOST_UNITS = 10**10, 10**12
_ALLOWS = "allows_"
_GREEK = {"GR": "EL"}  # how Greece begins its VAT numbers


class BillingAccountForm(forms.ModelForm[BillingAccount]):
    """Who pays. It may be somebody else than the owner of the shop."""

    class Meta:
        model = BillingAccount
        fields = ("name", "address", "country", "email", "vat_id")
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "address": forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
        }
        help_texts = {
            "email": _(
                "Renewal notices go here and nowhere else. Whoever reads them and is not of your team gets an invitation that opens nothing but this account."
            ),
            "vat_id": _("If you have one, with the two letters of the country."),
        }

    def __init__(
        self, data: FormData | None = None, **kwargs: Unpack[ModelFormOptions[BillingAccount]]
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["country"] = forms.ChoiceField(label=_("Country"), choices=country_choices())

    def clean_email(self) -> str:
        try:
            return normalise_email(self.cleaned_data["email"])
        except InvalidEmail as error:
            raise ValidationError(problem_of(error)) from None

    def clean(self) -> dict[str, object]:
        said = self.cleaned_data
        number, country = str(said.get("vat_id") or ""), str(said.get("country") or "")
        if number and country in EU:
            try:
                said["vat_id"] = vat.validate(number)
            except WrongNumber:
                self.add_error("vat_id", _("This is no VAT number of the Union."))
            else:
                self._check_country(said["vat_id"], country)
        return said

    def _check_country(self, number: str, country: str) -> None:
        if not number.startswith(_GREEK.get(country, country)):
            self.add_error("vat_id", _("This is a VAT number of another country."))

    def facts(self) -> AccountFacts:
        return cast("AccountFacts", {name: self.cleaned_data[name] for name in self.Meta.fields})


class _WithBounds(forms.ModelForm[BillingPlan]):
    """A field for each meter of the house: how many the plan allows, or nothing."""

    def __init__(
        self, data: FormData | None = None, **kwargs: Unpack[ModelFormOptions[BillingPlan]]
    ) -> None:
        super().__init__(data, **kwargs)
        known = self.instance.bounds() if self.instance.pk else {}
        for name, meter in in_order():
            self.fields[f"{_ALLOWS}{name}"] = forms.IntegerField(
                label=_("At most: %(what)s") % {"what": meter.label},
                required=False,
                min_value=0,
                max_value=_MOST_UNITS,
                initial=known.get(name),
                help_text=_("Empty: as many as they like."),
            )

    def bounds(self) -> dict[str, int]:
        said = {name: self.cleaned_data.get(f"{_ALLOWS}{name}") for name in meters}
        return {name: most for name, most in said.items() if most is not None}


class PlanForm(_WithBounds):
    """A plan that is paid for."""

    class Meta:
        model = BillingPlan
        fields = ("name", "text", "position", "trial_days")
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "position": _("Small numbers stand first."),
            "trial_days": _("Free days for a shop that was on no paid plan before; 0 for none."),
        }

    def clean_trial_days(self) -> int:
        days: int = self.cleaned_data["trial_days"]
        if days and not _SHORTEST_TRIAL <= days <= _LONGEST_TRIAL:
            raise ValidationError(
                _("From %(least)s to %(most)s days, or 0."),
                params={"least": _SHORTEST_TRIAL, "most": _LONGEST_TRIAL},
            )
        return days

    def facts(self) -> PlanFacts:
        return cast("PlanFacts", {name: self.cleaned_data[name] for name in self.Meta.fields})


class FreePlanForm(_WithBounds):
    """What the plan is called that every shop has by default."""

    class Meta:
        model = BillingPlan
        fields = ("name", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


class PriceForm(forms.Form):
    """A price in one currency. The first holds at once, another from a day on that is far enough away."""

    currency = forms.ChoiceField(label=_("Currency"))
    every = forms.ChoiceField(label=_("Paid"), choices=PlanInterval)
    amount = forms.CharField(label=_("Price"), max_length=20)
    valid_from = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, data: FormData | None = None, **kwargs: Unpack[FormOptions]) -> None:
        super().__init__(data, **kwargs)
        codes = sorted(list_currencies())
        self.fields["currency"] = forms.ChoiceField(
            label=_("Currency"), choices=[(code, code) for code in codes], initial="EUR"
        )
        self.fields["valid_from"].help_text = _(
            "Empty for the first price in a currency. A changed price holds from %(day)s at the earliest, so that every reminder names it."
        ) % {"day": f"{earliest_change():%Y-%m-%d}"}

    def clean(self) -> dict[str, object]:
        said = self.cleaned_data
        if {"currency", "amount"} <= said.keys():
            said["money"] = self._money(said["amount"], said["currency"])
        return said

    def _money(self, text: str, currency: str) -> Money | None:
        try:
            money = Money.parse(text, currency)
        except MoneyError as error:
            self.add_error("amount", problem_of(error))
            return None
        if not 0 < money.minor <= _MOST_MINOR:
            self.add_error("amount", _("More than nothing, and not that much."))
            return None
        return money

    def money(self) -> Money:
        money: Money = self.cleaned_data["money"]
        return money

    def interval(self) -> PlanInterval:
        return PlanInterval(self.cleaned_data["every"])
