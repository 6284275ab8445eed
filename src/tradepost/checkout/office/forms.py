"""Forms of the back office. Plain forms: nothing in them belongs to a person."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Unpack

from django import forms
from django.utils.translation import gettext_lazy as _

from tradepost.audience.models import ContactList
from tradepost.checkout.dropin.amounts import MAX_MINOR
from tradepost.checkout.dropin.old_secret import seal_old_secret
from tradepost.checkout.models import CartSettings
from tradepost.checkout.types import LinkMode, ReturnTotals, Rounding
from tradepost.ui.form_options import FormData, FormOptions
from tradepost.ui.money_field import MoneyField


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
    return_totals = forms.ChoiceField(
        label=_("“Continue shopping” tells your page"),
        choices=ReturnTotals.choices,
        required=False,
        help_text=_(
            "How many and how much is in the cart (qty, tot) and your own data (sd), for a small basket "
            "on your pages. Only on your own websites."
        ),
    )
    old_secret = forms.CharField(
        label=_("Old secret"),
        max_length=200,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "If your pages carry hashes of the old cart: the secret they were made with. Such hashes say "
            "little (the first 10 characters of the name, price, units), so they are called weak. It is "
            "not shown again; leave it empty to keep what is there."
        ),
    )
    forget_old_secret = forms.BooleanField(
        label=_("Forget the old secret: hashes of the old cart are refused"), required=False
    )
    rounding = forms.ChoiceField(label=_("Rounding"), choices=Rounding.choices)
    newsletter_list = forms.ChoiceField(
        label=_("List of the newsletter box at the checkout"), required=False
    )

    def __init__(
        self,
        data: FormData | None = None,
        *,
        settings: CartSettings,
    ) -> None:
        names = ("mode", "website_hosts", "currency_number", "return_totals", "rounding")
        initial: dict[str, object] = {name: getattr(settings, name) for name in names}
        initial["newsletter_list"] = settings.newsletter_list_id or ""
        super().__init__(data, initial=initial)
        lists = ContactList.objects.filter(merchant=settings.merchant)
        self.lists: Mapping[str, ContactList] = {str(row.pk): row for row in lists}
        if not settings.old_secret:
            del self.fields["forget_old_secret"]
        field = self.fields["newsletter_list"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("the oldest public list")),
            *((key, row.name) for key, row in self.lists.items()),
        ]

    def values(self) -> dict[str, Any]:
        chosen = self.lists.get(self.cleaned_data["newsletter_list"])
        values = self.cleaned_data | {"newsletter_list": chosen}
        values["return_totals"] = values["return_totals"] or self.initial["return_totals"]
        secret, forget = values.pop("old_secret"), values.pop("forget_old_secret", False)
        if secret or forget:
            values["old_secret"] = "" if forget else seal_old_secret(secret)
        return values


class OldPagesForm(forms.Form):
    """The answer of the first steps: which mode, chosen with open eyes."""

    choose = forms.ChoiceField(choices=[(LinkMode.SAFE, ""), (LinkMode.OPEN, "")])


class SignPageForm(forms.Form):
    page = forms.CharField(
        label=_("HTML of your page"),
        max_length=500_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "code"}),
        help_text=_("The whole file, or only the part with the links and forms."),
    )


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
    valid_from = forms.DateField(
        label=_("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    valid_until = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    most_uses = forms.IntegerField(
        label=_("How often in all"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=_("Empty: any number of orders. A cancelled order does not count."),
    )
    active = forms.BooleanField(label=_("Accepted"), required=False, initial=True)

    def __init__(
        self, data: FormData | None = None, *, currency: str, **options: Unpack[FormOptions]
    ) -> None:
        super().__init__(data, **options)
        self.fields["amount_minor"] = MoneyField(
            label=_("Or an amount off"), currency=currency, most_minor=MAX_MINOR, required=False
        )
        self.fields["minimum_minor"] = MoneyField(
            label=_("For goods of at least"),
            currency=currency,
            most_minor=MAX_MINOR,
            required=False,
            help_text=_("Before the discount, without delivery."),
        )
        self.order_fields(["code", "percent", "amount_minor", "minimum_minor"])

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).upper()

    def clean(self) -> dict[str, object]:
        values = super().clean() or {}
        if (values.get("percent") is None) == (values.get("amount_minor") is None):
            raise forms.ValidationError(_("Give either per cent or an amount."))
        first, last = values.get("valid_from"), values.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The last day is before the first one."))
        return values
