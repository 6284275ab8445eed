"""Forms of the back office. Plain forms: nothing in them belongs to a person."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tradepost.audience.models import ContactList
from tradepost.catalog.tax import EU_COUNTRIES
from tradepost.catalog.types import TaxClass
from tradepost.checkout.addresses import known_countries
from tradepost.checkout.models import CartSettings, DeliveryMethod
from tradepost.checkout.types import DeliveryRule, LinkMode, Rounding
from tradepost.lib.money import Money, MoneyError
from tradepost.ui.problems import problem_of


class MoneyField(forms.CharField):
    """What people type as an amount; cleans to minor units of ``currency``."""

    def __init__(self, *, currency: str, **options: Any) -> None:
        super().__init__(max_length=20, **options)
        self.currency = currency
        self.widget.attrs["inputmode"] = "decimal"

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            minor = Money.parse(text, self.currency).minor
        except MoneyError as error:
            raise forms.ValidationError(problem_of(error)) from None
        if minor < 0:
            raise forms.ValidationError(_("Not below zero."))
        return minor


class CartSettingsForm(forms.Form):
    mode = forms.ChoiceField(
        label=_("Prices in links and forms"), choices=LinkMode.choices, widget=forms.RadioSelect
    )
    website_hosts = forms.CharField(
        label=_("Your other websites"),
        max_length=500,
        required=False,
        help_text=_(
            "Host names, separated by spaces. Buyers are sent back there without a question."
        ),
    )
    currency_number = forms.CharField(
        label=_("Currency number in your old links"),
        max_length=4,
        required=False,
        help_text=_("Only if your pages send a currency number: the one that means your currency."),
    )
    rounding = forms.ChoiceField(label=_("Rounding"), choices=Rounding.choices)
    newsletter_list = forms.ChoiceField(
        label=_("List of the newsletter box at the checkout"), required=False
    )

    def __init__(self, data: Any = None, *, settings: CartSettings, **options: Any) -> None:
        names = ("mode", "website_hosts", "currency_number", "rounding")
        initial: dict[str, Any] = {name: getattr(settings, name) for name in names}
        initial["newsletter_list"] = settings.newsletter_list_id or ""
        super().__init__(data, initial=initial, **options)
        lists = ContactList.objects.filter(merchant=settings.merchant)
        self.lists: Mapping[str, ContactList] = {str(row.pk): row for row in lists}
        field = self.fields["newsletter_list"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("the oldest public list")),
            *((key, row.name) for key, row in self.lists.items()),
        ]

    def values(self) -> dict[str, Any]:
        chosen = self.lists.get(self.cleaned_data["newsletter_list"])
        return self.cleaned_data | {"newsletter_list": chosen}


class DeliveryForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    estimate = forms.CharField(
        label=_("How long it takes"),
        max_length=120,
        required=False,
        help_text=_("Such as: 2–3 working days"),
    )
    countries = forms.CharField(
        label=_("Countries"),
        required=False,
        max_length=1200,
        help_text=_(
            "Two-letter codes such as DE AT CH; EU for all its countries. Empty: everywhere."
        ),
    )
    rule = forms.ChoiceField(label=_("How the price is worked out"), choices=DeliveryRule.choices)
    tiers = forms.CharField(
        label=_("Steps"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "500 = 4.90\n2000 = 6.90"}),
        help_text=_(
            "For prices by weight, units or value: one line a step, “up to = price”. What is more than "
            "the last step is not delivered this way."
        ),
    )
    tax_class = forms.ChoiceField(label=_("Tax"), choices=TaxClass.choices)
    active = forms.BooleanField(label=_("Offered at the checkout"), required=False, initial=True)
    field_order = (
        "name",
        "estimate",
        "countries",
        "rule",
        "price_minor",
        "tiers",
        "free_from_minor",
    )

    def __init__(
        self,
        data: Any = None,
        *,
        currency: str,
        method: DeliveryMethod | None = None,
        **options: Any,
    ) -> None:
        self.currency = currency
        super().__init__(data, initial=_initial(method, currency), **options)
        self.fields["price_minor"] = MoneyField(
            label=_("Price"),
            currency=currency,
            required=False,
            help_text=_("For “one price”. Empty: free."),
        )
        self.fields["free_from_minor"] = MoneyField(
            label=_("Free from a value of"), currency=currency, required=False
        )
        self.order_fields([*self.field_order, "tax_class", "active"])

    def clean_countries(self) -> list[str]:
        asked = self.cleaned_data["countries"].upper().replace(",", " ").split()
        codes: set[str] = set()
        for code in asked:
            if code != "EU" and code not in known_countries():
                raise forms.ValidationError(
                    _("%(code)s is not a country code."), params={"code": code}
                )
            codes |= EU_COUNTRIES if code == "EU" else {code}
        return sorted(codes)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        rule = values.get("rule", "")
        values["price_minor"] = values.get("price_minor") or 0
        try:
            values["tiers"] = self._tiers(values.get("tiers", ""), rule)
        except (ValueError, ArithmeticError):
            self.add_error("tiers", _("Write each step as “up to = price”, such as 500 = 4.90."))
            return values
        if rule != DeliveryRule.FLAT and not values["tiers"]:
            self.add_error("tiers", _("Give at least one step."))
        return values

    def _tiers(self, text: str, rule: str) -> list[list[int]]:
        tiers = []
        for row in filter(None, (row.strip() for row in text.splitlines())):
            up_to, _mark, price = row.partition("=")
            measure = (
                Money.parse(up_to, self.currency).minor
                if rule == DeliveryRule.VALUE
                else int(Decimal(up_to.strip()))
            )
            tiers.append([measure, Money.parse(price, self.currency).minor])
        if any(number < 0 for tier in tiers for number in tier):
            raise ValueError(text)
        return sorted(tiers)


def _initial(method: DeliveryMethod | None, currency: str) -> dict[str, Any]:
    if method is None:
        return {}
    by_value = method.rule == DeliveryRule.VALUE
    rows = [
        f"{Money(up_to, currency).plain() if by_value else up_to} = {Money(price, currency).plain()}"
        for up_to, price in method.tiers
    ]
    free = method.free_from_minor
    names = ("name", "estimate", "rule", "tax_class", "active")
    return {name: getattr(method, name) for name in names} | {
        "countries": " ".join(method.countries),
        "price_minor": Money(method.price_minor, currency).plain(),
        "tiers": "\n".join(rows),
        "free_from_minor": "" if free is None else Money(free, currency).plain(),
    }


class CouponForm(forms.Form):
    code = forms.RegexField(
        r"^[A-Za-z0-9_-]+$", label=_("Code"), max_length=60, help_text=_("Letters, digits, - and _")
    )
    percent = forms.DecimalField(
        label=_("Per cent off"),
        required=False,
        min_value=Decimal("0.01"),
        max_value=100,
        decimal_places=2,
    )
    active = forms.BooleanField(label=_("Accepted"), required=False, initial=True)

    def __init__(self, data: Any = None, *, currency: str, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["amount_minor"] = MoneyField(
            label=_("Or an amount off"), currency=currency, required=False
        )
        self.order_fields(["code", "percent", "amount_minor", "active"])

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).upper()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if (values.get("percent") is None) == (values.get("amount_minor") is None):
            raise forms.ValidationError(_("Give either per cent or an amount."))
        return values
