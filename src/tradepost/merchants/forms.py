from decimal import Decimal
from typing import Any, Unpack

from allauth.account.forms import SignupForm
from allauth.core import context
from babel.numbers import list_currencies
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tradepost.identity.actions.limits import TooMany, spend
from tradepost.identity.forms import time_zones
from tradepost.identity.models import User
from tradepost.identity.names import no_link
from tradepost.identity.network import network_of
from tradepost.identity.sign_in.forms import PASSWORD_RULE
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.lib.weblinks import is_this_machine
from tradepost.merchants.actions.closed_links import is_spent
from tradepost.merchants.actions.join import RESERVED, countries, open_shop, time_zone_of
from tradepost.merchants.models import Merchant
from tradepost.merchants.types import BUSINESS_TYPES, Role
from tradepost.modules.team import role_choices, scope_choices
from tradepost.ui.form_options import (
    FormData,
    FormFiles,
    FormOptions,
    ModelFormOptions,
    TextFieldOptions,
)
from tradepost.ui.problems import problem_of

# What the sign-up may ask, and nothing else (promise collect.account-minimum).
REQUIRED = ("email", "shop_name", "country", "language", "password1")
OPTIONAL = ("website", "name", "telephone", "business_type")

_OF_A_SHOP = ("country", "language", "website", "telephone", "business_type")


def country_choices() -> list[tuple[str, str]]:
    return [("", "–"), *countries(get_language() or "en")]


class WebsiteField(forms.URLField):
    """An address as people write it. One of this very machine only while the installation is tried
    out on it: customers could not reach it."""

    def __init__(self, **options: Unpack[TextFieldOptions]) -> None:
        usual: TextFieldOptions = {
            "label": _("Website"),
            "max_length": 300,
            "required": False,
            # A text box: browsers refuse "www.shop.example" in one of type url.
            "widget": forms.TextInput(attrs={"inputmode": "url"}),
            "error_messages": {
                "invalid": _("This is no web address. Write it like www.example.com.")
            },
        }
        super().__init__(assume_scheme="https", **(usual | options))

    def to_python(self, value: object) -> str | None:
        text = str(value or "").strip()
        if text and "://" not in text:
            text = f"{'http' if is_this_machine('//' + text) else 'https'}://{text}"
        return super().to_python(text)

    def clean(self, value: object) -> object:
        address = super().clean(value)
        if address and not address.lower().startswith(("http://", "https://")):
            raise ValidationError(self.error_messages["invalid"])
        if is_this_machine(address) and not is_this_machine(settings.TRADEPOST.base_url):
            raise ValidationError(
                _(
                    "This address leads to your own computer, where customers cannot come. Leave the field empty until your website is on the Internet."
                )
            )
        return address


class ShopFields(forms.Form):
    """What is asked about a shop when it opens."""

    country = forms.ChoiceField(
        label=_("Country the shop sells from"),
        choices=country_choices,
        help_text=_(
            "Decides about tax. Currency and time zone are guessed from it; you can change all three later."
        ),
    )
    language = forms.ChoiceField(
        label=_("Language of the shop"),
        choices=settings.LANGUAGES,
        initial=get_language,
        help_text=_("Your customers read the shop and its mails in this language."),
    )
    website = WebsiteField(help_text=_("If you have one. You can sell without."))
    telephone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    business_type = forms.ChoiceField(
        label=_("Type of business"),
        choices=BUSINESS_TYPES,
        required=False,
        help_text=_("For anonymous statistics only."),
    )

    def __init__(
        self,
        data: FormData | None = None,
        files: FormFiles | None = None,
        **kwargs: Unpack[FormOptions],
    ) -> None:
        super().__init__(data=data, files=files, **kwargs)
        autofill = {
            "country": "country",
            "website": "url",
            "telephone": "tel",
            "name": "name",
            "shop_name": "organization",
        }
        for field, token in autofill.items():
            if field in self.fields:
                self.fields[field].widget.attrs["autocomplete"] = token


class SignUpForm(ShopFields, SignupForm):  # type: ignore[misc]  # allauth has no types
    """What a shop cannot do without; website, name, telephone, type of business if you like."""

    shop_name = forms.CharField(
        label=_("Name of the shop"),
        max_length=120,
        validators=[no_link],
        help_text=_("Stands over the shop, in its address, in mails and on invoices."),
    )
    name = forms.CharField(
        label=_("Your name"), max_length=120, required=False, validators=[no_link]
    )
    field_order = [
        *("email", "password1", "shop_name", "country", "language"),
        *("website", "name", "telephone", "business_type"),
    ]

    def __init__(
        self,
        data: FormData | None = None,
        files: FormFiles | None = None,
        **kwargs: Unpack[FormOptions],
    ) -> None:
        super().__init__(data=data, files=files, **kwargs)
        self.fields["email"].label = _("Contact e-mail")
        self.fields["password1"].help_text = PASSWORD_RULE
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def clean(self) -> dict[str, Any] | None:
        """Counted once all else is right: a slip costs nobody a try."""
        values = super().clean() or {}
        if not self.errors:
            try:
                spend("sign-up", network=network_of(context.request), address=values["email"])
            except TooMany as refusal:
                self.add_error(None, refusal.in_words)
        return values

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        """The person, their shop, and their place in it, all or none."""
        user: User = super().save(request)
        data = self.cleaned_data
        user.name, user.time_zone = data["name"], time_zone_of(data["country"])
        user.save(update_fields=["name", "time_zone"])
        open_shop(
            owner=user,
            name=data["shop_name"],
            **{key: data[key] for key in _OF_A_SHOP},
        )
        return user

    def try_save(self, request: HttpRequest) -> object:
        """An address with an account takes as long as one without: nobody learns which it was."""
        if self.account_already_exists:
            make_password(self.cleaned_data.get("password1"))
        return super().try_save(request)


class OpenShopForm(ShopFields):
    """A further shop of somebody who has an account."""

    name = forms.CharField(label=_("Name of the shop"), max_length=120, validators=[no_link])
    field_order = ["name", *_OF_A_SHOP]


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

    def __init__(
        self, merchant: Merchant, data: FormData | None = None, *, needs_rate: bool
    ) -> None:
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
            "telephone",
            "business_type",
            "language",
            "time_zone",
            "postal_address",
        )
        widgets = {"postal_address": forms.Textarea(attrs={"rows": 4})}
        field_classes = {"website": WebsiteField}
        help_texts = {
            "handle": _(
                "Part of every address of the shop. If you change it, old links stop working."
            ),
            "contact_email": _("For mail about running your account, and answers of customers."),
            "home_country": _("Decides about tax, and stands on invoices."),
            "language": _("Your customers read the shop and its mails in this language."),
            "business_type": _("For anonymous statistics only."),
            "postal_address": _("Printed on invoices and below newsletters."),
        }

    def __init__(
        self,
        data: FormData | None = None,
        files: FormFiles | None = None,
        **kwargs: Unpack[ModelFormOptions[Merchant]],
    ) -> None:
        super().__init__(data, files, **kwargs)
        choices = {
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
        if handle.lower() in RESERVED or is_spent(handle):
            raise ValidationError(_("This address is taken."))
        return handle.lower()

    def clean_contact_email(self) -> str:
        try:
            return normalise_email(self.cleaned_data["contact_email"])
        except InvalidEmail as error:
            raise ValidationError(problem_of(error)) from None


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=role_choices, initial=Role.READ_ONLY)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=role_choices)


class NewMemberForm(forms.Form):
    """Somebody invited who has no account yet; the address is known to be right."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        required=False,
        validators=[no_link],
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
        choices=scope_choices,
        widget=forms.CheckboxSelectMultiple,
    )


class CloseForm(forms.Form):
    when = forms.ChoiceField(
        label=_("When"),
        choices=(
            (
                "grace",
                _(
                    "In 30 days; until then all works as before, and an owner who signs in anew keeps it open"
                ),
            ),
            ("now", _("Now, for good")),
        ),
        widget=forms.RadioSelect,
        initial="grace",
    )
    name = forms.CharField(label=_("Name of the shop, as it is written above"), max_length=120)
