"""The one page of the checkout: its forms, as they stand for a request."""

import re
from dataclasses import dataclass
from typing import Unpack

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.checkout.addresses import AddressForm, country_choices, known_countries
from tradepost.checkout.cart_cookie import ORDER_SECRET
from tradepost.checkout.choices import CheckoutChoices, offered_country
from tradepost.checkout.models import new_token
from tradepost.checkout.pricing.quote import Contents, DeliveryChoice
from tradepost.checkout.typed_fields import typed_fields
from tradepost.checkout.types import Submission
from tradepost.identity.network import network_of
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.lib.money import Money
from tradepost.lib.typed_text import typed
from tradepost.ui.form_options import FormData, FormOptions
from tradepost.ui.problems import problem_of
from tradepost.ui.templatetags.ui import money

_SECRET = re.compile(r"[A-Za-z0-9_-]{22}")


def newsletter_wording(shop: str) -> str:
    """The words beside the box, which are also what the consent record holds."""
    return _("Send me news from %(shop)s by e-mail. I can end this at any time.") % {"shop": shop}


class BuyerForm(forms.Form):
    """Who the order is from, and what they choose."""

    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        help_text=gettext_lazy("For the confirmation and questions about this order."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    telephone = forms.CharField(
        label=gettext_lazy("Telephone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    delivery = forms.ChoiceField(label=gettext_lazy("Delivery"), widget=forms.RadioSelect)
    payment = forms.ChoiceField(
        label=gettext_lazy("Payment"),
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": gettext_lazy(
                "This way of paying does not go with this order. Please choose again."
            )
        },
    )
    note = forms.CharField(
        label=gettext_lazy("A note to the shop"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    newsletter = forms.BooleanField(required=False)

    def __init__(
        self,
        data: FormData | None = None,
        *,
        deliveries: list[DeliveryChoice] | None,
        payments: list[tuple[str, str]],
        news: str,
        **options: Unpack[FormOptions],
    ) -> None:
        super().__init__(data, **options)
        if deliveries is None:
            del self.fields["delivery"]
        else:
            self._offer("delivery", [(one.key, _delivery_label(one)) for one in deliveries])
        self._offer("payment", payments)
        if news:
            self.fields["newsletter"].label = news
        else:
            del self.fields["newsletter"]

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if choices:
            field.initial = choices[0][0]

    def clean_email(self) -> str:
        try:
            return normalise_email(self.cleaned_data["email"])
        except InvalidEmail as error:
            raise forms.ValidationError(problem_of(error)) from None

    def clean_note(self) -> str:
        return typed(self.cleaned_data["note"])


def _delivery_label(choice: DeliveryChoice) -> str:
    price = money(choice.price) if choice.price_minor else _("free")
    words = f"{choice.name} – {price}"
    return f"{words} ({choice.estimate})" if choice.estimate else words


@dataclass
class CheckoutPage:
    """The forms of the page. ``data`` is what was posted, if anything; nothing typed is ever dropped."""

    request: HttpRequest
    contents: Contents

    @property
    def data(self) -> QueryDict | None:
        return self.request.POST if self.request.method == "POST" else None

    @property
    def ordering(self) -> bool:
        """The button that orders was pressed, not the one that only brings the page up to date."""
        return self.data is not None and "order" in self.data

    @cached_property
    def choices(self) -> CheckoutChoices:
        return CheckoutChoices(
            self.contents,
            wanted_country=self._sent("shipping-country"),
            wanted_delivery=self._sent("delivery"),
        )

    def _sent(self, name: str) -> str:
        return str(self.data.get(name, "")) if self.data else ""

    def _address(
        self,
        kind: str,
        country: str,
        countries: list[tuple[str, str]],
        *,
        names_only: bool = False,
        home: str = "",
    ) -> AddressForm:
        bound = self.data if self.ordering else None
        form = AddressForm(
            bound, country=country, countries=countries, kind=kind, names_only=names_only, home=home
        )
        if bound is None and self.data:
            form.initial = self._typed(form)
        return form

    def _typed(self, form: forms.Form) -> dict[str, object]:
        """What was typed, as first values of a form that does not complain yet."""
        sent = self.data or QueryDict()
        return {
            name: sent.get(form.add_prefix(name))
            for name in form.fields
            if form.add_prefix(name) in sent
        }

    @cached_property
    def delivery_address(self) -> AddressForm:
        """Without a street where nothing is brought: downloads, courses, goods that are collected."""
        chosen = self.choices
        return self._address(
            "shipping",
            chosen.country,
            chosen.countries,
            names_only=not chosen.quote.is_brought,
            home=self.contents.merchant.home_country if chosen.collects else "",
        )

    @cached_property
    def billing_address(self) -> AddressForm:
        everywhere = country_choices(set(known_countries()))
        country = offered_country(everywhere, self._sent("billing-country"), self.choices.country)
        return self._address("billing", country, everywhere)

    @property
    def bills_elsewhere(self) -> bool:
        """Somebody typed into the second address; its country alone is only a default."""
        if not self.data:
            return False
        names = [name for name in self.billing_address.fields if name != "country"]
        return any(str(self.data.get(f"billing-{name}", "")).strip() for name in names)

    @cached_property
    def contact(self) -> BuyerForm:
        chosen = self.choices
        form = BuyerForm(
            self._with_a_delivery() if self.ordering else None,
            deliveries=chosen.deliveries or None,
            payments=chosen.payments,
            news=newsletter_wording(self.contents.merchant.name) if chosen.news_list else "",
        )
        if self.data and not self.ordering:
            form.initial = self._typed(form) | self._delivery_key()
            if form.initial.get("payment") not in dict(chosen.payments):
                form.initial.pop("payment", None)
        return form

    def _with_a_delivery(self) -> QueryDict:
        """What was sent; a delivery that does not go to the country gives way to the one summed up."""
        data = (self.data or QueryDict()).copy()
        data.update(self._delivery_key())
        return data

    def _delivery_key(self) -> dict[str, str]:
        delivery = self.choices.delivery
        return {"delivery": delivery.key} if delivery else {}

    @cached_property
    def order_secret(self) -> str:
        """Made with the page and sent with it: pressing twice is known to be the same buyer's."""
        sent = self._sent(ORDER_SECRET)
        return sent if _SECRET.fullmatch(sent) else new_token()

    @property
    def changed(self) -> bool:
        """The page that was sent in showed something else than it would now."""
        shown = self._sent("seen").partition(":")[0]
        return self.ordering and shown != self.choices.quote.fingerprint

    @property
    def seen_total(self) -> Money | None:
        """The total on the page that was sent in, as its hidden field remembers it."""
        digits = self._sent("seen").partition(":")[2]
        if not (digits.isascii() and digits.isdecimal() and len(digits) < 16):
            return None
        return Money(int(digits), self.contents.merchant.currency)

    @property
    def carried(self) -> dict[str, str]:
        """Typed into fields that this page does not show: a street, while the goods are collected."""
        shown = [self.contact, self.delivery_address]
        names = {form.add_prefix(name) for form in shown for name in form.fields} | {ORDER_SECRET}
        return {
            name: value
            for name, value in typed_fields(self.data).items()
            if name not in names and not name.startswith("billing-")
        }

    def is_valid(self) -> bool:
        forms_in_use = [self.contact, self.delivery_address]
        if self.bills_elsewhere:
            forms_in_use.append(self.billing_address)
        good = [form.is_valid() for form in forms_in_use]  # all of them, to show every error
        return all(good) and not self.choices.cannot_deliver

    def submission(self) -> Submission:
        """The valid page as the action takes it."""
        values, chosen = self.contact.cleaned_data, self.choices
        return Submission(
            email=values["email"],
            telephone=values["telephone"],
            note=values["note"],
            delivery_address=self.delivery_address.draft(),
            billing_address=self.billing_address.draft() if self.bills_elsewhere else None,
            delivery_key=chosen.delivery.key if chosen.delivery else "",
            payment_method=values["payment"],
            news_wording=self._news_wording(),
            language=translation.get_language() or "en",
            network=network_of(self.request),
            seen=chosen.quote.fingerprint,
            order_secret=self.order_secret,
        )

    def _news_wording(self) -> str:
        ticked = self.contact.cleaned_data.get("newsletter")
        return str(self.contact.fields["newsletter"].label) if ticked else ""
