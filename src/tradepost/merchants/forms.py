from decimal import Decimal
from typing import Any

from allauth.account.forms import SignupForm
from babel.numbers import list_currencies
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tradepost.identity.forms import time_zones
from tradepost.identity.models import User
from tradepost.identity.sign_in_forms import PASSWORD_RULE
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.merchants.actions.join import RESERVED, countries, open_shop, time_zone_of
from tradepost.merchants.models import Merchant
from tradepost.merchants.types import SCOPES, Role
from tradepost.ui.problems import problem_of

# What the sign-up may ask, and nothing else (promise collect.account-minimum).
REQUIRED = ("email", "country", "website", "password1")
OPTIONAL = ("name", "telephone", "business_type")

BUSINESS_TYPES = (
    ("", "–"),
    ("crafts", _("Crafts and manufacture")),
    ("retail", _("Retail")),
    ("food", _("Food and drink")),
    ("publishing", _("Books, music and publishing")),
    ("services", _("Services")),
    ("club", _("Club, charity or church")),
    ("other", _("Other")),
)


def country_choices() -> list[tuple[str, str]]:
    return [("", "–"), *countries(get_language() or "en")]


class ShopFields(forms.Form):
    """What is asked about a shop when it opens."""

    country = forms.ChoiceField(label=_("Country"), choices=country_choices)
    # A text box: browsers refuse "www.shop.example" in one of type url.
    website = forms.URLField(
        label=_("Website"),
        max_length=300,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        error_messages={"invalid": _("This is no web address. Write it like www.example.com.")},
    )
    telephone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    business_type = forms.ChoiceField(
        label=_("Type of business"), choices=BUSINESS_TYPES, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        autofill = {"country": "country", "website": "url", "telephone": "tel", "name": "name"}
        for field, token in autofill.items():
            if field in self.fields:
                self.fields[field].widget.attrs["autocomplete"] = token


class SignUpForm(ShopFields, SignupForm):  # type: ignore[misc]  # allauth has no types
    """Contact e-mail, country, website, password; name, telephone, type of business if you like."""

    name = forms.CharField(label=_("Your name"), max_length=120, required=False)
    field_order = ["email", "password1", "country", "website", "name", "telephone", "business_type"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Contact e-mail")
        self.fields["password1"].help_text = PASSWORD_RULE
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        """The person, their shop, and their place in it, all or none."""
        user: User = super().save(request)
        data = self.cleaned_data
        user.name, user.time_zone = data["name"], time_zone_of(data["country"])
        user.save(update_fields=["name", "time_zone"])
        open_shop(
            by=user,
            **{key: data[key] for key in ("country", "website", "telephone", "business_type")},
        )
        return user

    def try_save(self, request: HttpRequest) -> Any:
        """An address with an account takes as long as one without: nobody learns which it was."""
        if self.account_already_exists:
            make_password(self.cleaned_data.get("password1"))
        return super().try_save(request)


class OpenShopForm(ShopFields):
    """A further shop of somebody who has an account."""

    name = forms.CharField(label=_("Name of the shop"), max_length=120)
    field_order = ["name", "country", "website", "telephone", "business_type"]


class CurrencyForm(forms.Form):
    """A new currency and what one unit of the old one is worth in it."""

    currency = forms.ChoiceField(label=_("New currency"))
    each = forms.DecimalField(
        label=_("Rate"),
        min_value=Decimal("0.000001"),
        max_value=Decimal(1_000_000_000),
        max_digits=18,
        decimal_places=8,
        localize=True,
        error_messages={"required": _("Amounts have to be converted: give a rate.")},
    )

    def __init__(self, merchant: Merchant, needs_rate: bool, data: Any = None) -> None:
        super().__init__(data)
        codes = sorted(set(list_currencies()) - {merchant.currency})
        self.fields["currency"] = forms.ChoiceField(
            label=_("New currency"), choices=[(code, code) for code in codes]
        )
        self.fields["each"].required = needs_rate
        self.fields["each"].help_text = _(
            "How many units of the new currency one %(old)s is worth, such as 1.0825."
        ) % {"old": merchant.currency}

    def clean_each(self) -> Decimal:
        return self.cleaned_data["each"] or Decimal(1)


class ShopForm(forms.ModelForm[Merchant]):
    class Meta:
        model = Merchant
        fields = (
            "name",
            "handle",
            "contact_email",
            "website",
            "home_country",
            "country",
            "telephone",
            "business_type",
            "language",
            "time_zone",
            "postal_address",
        )
        widgets = {
            "postal_address": forms.Textarea(attrs={"rows": 4}),
            "website": forms.TextInput(attrs={"inputmode": "url"}),
        }
        error_messages = {
            "website": {"invalid": _("This is no web address. Write it like www.example.com.")},
        }
        help_texts = {
            "handle": _(
                "Part of every address of the shop. If you change it, old links stop working."
            ),
            "contact_email": _("For mail about running your account, and answers of customers."),
            "home_country": _("Decides about tax, and stands on invoices."),
            "country": _("For anonymous statistics only."),
            "business_type": _("For anonymous statistics only."),
            "postal_address": _("Printed on invoices and below newsletters."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "country": country_choices(),
            "home_country": country_choices(),
            "business_type": BUSINESS_TYPES,
            "language": settings.LANGUAGES,
            "time_zone": time_zones(),
        }
        for name, offered in choices.items():
            old = self.fields[name]
            current = getattr(self.instance, name)
            known = [code for code, _label in offered]
            if current and current not in known:
                offered = [*offered, (current, current)]
            self.fields[name] = forms.ChoiceField(
                label=old.label,
                choices=offered,
                required=old.required,
                help_text=old.help_text,
            )

    def clean_handle(self) -> str:
        handle: str = self.cleaned_data["handle"]
        if handle.lower() in RESERVED:
            raise ValidationError(_("This address is taken."))
        return handle.lower()

    def clean_contact_email(self) -> str:
        try:
            return normalise_email(self.cleaned_data["contact_email"])
        except InvalidEmail as error:
            raise ValidationError(problem_of(error)) from None


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.READ_ONLY)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class NewMemberForm(forms.Form):
    """Somebody invited who has no account yet; the address is known to be right."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=PASSWORD_RULE,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What it is for"),
        max_length=80,
        help_text=_("Name the program, not a person."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[(scope, scope) for scope in SCOPES],
        widget=forms.CheckboxSelectMultiple,
    )


class CloseForm(forms.Form):
    when = forms.ChoiceField(
        label=_("When"),
        choices=(
            ("grace", _("In 30 days; signing in before then keeps the shop open")),
            ("now", _("Now, for good")),
        ),
        widget=forms.RadioSelect,
        initial="grace",
    )
    name = forms.CharField(label=_("Name of the shop, as it is written above"), max_length=120)
