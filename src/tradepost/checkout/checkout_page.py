"""The one page of the checkout: its forms, its choices, its sum, as they stand for a request."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.audience.models import ContactList
from tradepost.checkout.addresses import AddressForm, country_choices, known_countries
from tradepost.checkout.carried import ORDER_SECRET
from tradepost.checkout.models import Cart, new_token
from tradepost.checkout.queries import (
    Contents,
    DeliveryChoice,
    delivers_by_method,
    delivery_choices,
    delivery_countries,
    fingerprint,
    is_brought,
    newsletter_list,
    payments_for,
    totals_of,
)
from tradepost.checkout.totals import Totals
from tradepost.checkout.typed_fields import typed_fields
from tradepost.checkout.types import Submission
from tradepost.identity.network import network_of
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.lib.money import Money
from tradepost.lib.typed_text import typed
from tradepost.payments.queries import reasons_against
from tradepost.ui.problems import problem_of
from tradepost.ui.templatetags.ui import money

_SECRET = re.compile(r"[A-Za-z0-9_-]{22}")


def newsletter_wording(shop: str) -> str:
    """The words beside the box, which are also what the consent record holds."""
    return _("Send me news from %(shop)s by e-mail. I can end this at any time.") % {"shop": shop}


class ContactForm(forms.Form):
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
        data: Any = None,
        *,
        deliveries: list[DeliveryChoice] | None,
        payments: list[tuple[str, str]],
        news: str,
        **options: Any,
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
    """``data`` is what was posted, if anything; nothing typed is ever dropped."""

    request: HttpRequest
    cart: Cart
    contents: Contents

    @property
    def data(self) -> Any:
        return self.request.POST if self.request.method == "POST" else None

    @property
    def ordering(self) -> bool:
        """The button that orders was pressed, not the one that only brings the page up to date."""
        return self.data is not None and "order" in self.data

    @cached_property
    def countries(self) -> list[tuple[str, str]]:
        return country_choices(delivery_countries(self.cart.merchant))

    def _country(self, name: str, offered: list[tuple[str, str]], fallback: str) -> str:
        codes = [code for code, _name in offered]
        for wanted in (self.data.get(name, "") if self.data else "", fallback):
            if wanted in codes:
                return wanted
        return codes[0] if codes else self.cart.merchant.home_country

    @cached_property
    def country(self) -> str:
        merchant = self.cart.merchant
        return self._country(
            "shipping-country", self.countries, self.cart.country or merchant.home_country
        )

    def _address(
        self, kind: str, country: str, countries: list[tuple[str, str]], **options: Any
    ) -> AddressForm:
        bound = self.data if self.ordering else None
        form = AddressForm(bound, country=country, countries=countries, kind=kind, **options)
        if bound is None and self.data:
            form.initial = self._typed(form)
        return form

    def _typed(self, form: forms.Form) -> dict[str, Any]:
        """What was typed, as first values of a form that does not complain yet."""
        return {
            name: self.data.get(form.add_prefix(name))
            for name in form.fields
            if form.add_prefix(name) in self.data
        }

    @cached_property
    def delivery_address(self) -> AddressForm:
        """Without a street where nothing is brought: downloads, courses, goods that are collected."""
        home = self.cart.merchant.home_country if self.collects else ""
        names_only = not self.is_brought
        return self._address(
            "shipping", self.country, self.countries, names_only=names_only, home=home
        )

    @cached_property
    def billing_address(self) -> AddressForm:
        everywhere = country_choices(set(known_countries()))
        country = self._country("billing-country", everywhere, self.country)
        return self._address("billing", country, everywhere)

    @property
    def bills_elsewhere(self) -> bool:
        """Somebody typed into the second address; its country alone is only a default."""
        if not self.data:
            return False
        names = [name for name in self.billing_address.fields if name != "country"]
        return any(self.data.get(f"billing-{name}", "").strip() for name in names)

    @cached_property
    def deliveries(self) -> list[DeliveryChoice] | None:
        """None: nothing has to be sent, or the shop settles delivery by itself."""
        if not self.contents.needs_delivery or not delivers_by_method(self.cart.merchant):
            return None
        return delivery_choices(self.contents, self.country)

    @cached_property
    def payments(self) -> list[tuple[str, str]]:
        offered = payments_for(self.contents, self.delivery, self._total)
        return [(name, str(label)) for name, label in offered]

    @property
    def _total(self) -> Money:
        return Money(self.totals.total_minor, self.cart.merchant.currency)

    @property
    def has_form(self) -> bool:
        """Something is in the cart, and it can be ordered."""
        return bool(self.contents.lines) and not (
            self.cart.merchant.is_closed or self.cannot_be_paid
        )

    @property
    def offers_collecting(self) -> bool:
        """Then the choice of delivery comes first: it settles which address is asked for."""
        return any(choice.is_collected for choice in self.deliveries or [])

    @property
    def cannot_be_paid(self) -> bool:
        """Neither this way of delivery nor another one goes with a way of paying."""
        return not self.payments and len(self.deliveries or []) < 2

    @cached_property
    def payment_problems(self) -> list[str]:
        """Why a way of paying is missing, where none is left."""
        if self.payments:
            return []
        return reasons_against(self.cart.merchant, self._total, brought=self.is_brought)

    @cached_property
    def news_list(self) -> ContactList | None:
        return newsletter_list(self.cart.merchant)

    @cached_property
    def contact(self) -> ContactForm:
        options: dict[str, Any] = {
            "deliveries": self.deliveries or None,
            "payments": self.payments,
            "news": newsletter_wording(self.cart.merchant.name) if self.news_list else "",
        }
        form = ContactForm(self._with_a_delivery() if self.ordering else None, **options)
        if self.data and not self.ordering:
            form.initial = self._typed(form) | self._delivery_key()
            if form.initial.get("payment") not in dict(self.payments):
                form.initial.pop("payment", None)
        return form

    def _with_a_delivery(self) -> Any:
        """What was sent; a delivery that does not go to the country gives way to the one summed up."""
        data = self.data.copy()
        data.update(self._delivery_key())
        return data

    def _delivery_key(self) -> dict[str, str]:
        return {"delivery": self.delivery.key} if self.delivery else {}

    @cached_property
    def delivery(self) -> DeliveryChoice | None:
        """The chosen way, or the first one."""
        choices = self.deliveries or []
        wanted = self.data.get("delivery", "") if self.data else ""
        return next((one for one in choices if one.key == wanted), choices[0] if choices else None)

    @cached_property
    def totals(self) -> Totals:
        return totals_of(self.contents, self.goods_country, self.delivery)

    @property
    def collects(self) -> bool:
        return self.delivery is not None and self.delivery.is_collected

    @property
    def collect_at(self) -> str:
        method = self.delivery.method if self.delivery else None
        return method.collect_at if method and self.collects else ""

    @property
    def is_brought(self) -> bool:
        return is_brought(self.contents, self.delivery)

    @property
    def goods_country(self) -> str:
        """Where the goods are handed over, which settles the tax."""
        return self.cart.merchant.home_country if self.collects else self.country

    def sums(self) -> dict[str, Any]:
        """The figures of the page as amounts of money."""
        totals, currency = self.totals, self.cart.merchant.currency
        return {
            "goods": Money(totals.goods_minor, currency),
            "discount": Money(totals.discount_minor, currency),
            "delivery_price": Money(totals.delivery_minor, currency),
            "total": Money(totals.total_minor, currency),
            "taxes": [(part.rate, Money(part.tax_minor, currency)) for part in totals.taxes],
        }

    @property
    def cannot_deliver(self) -> bool:
        return self.deliveries == []

    @cached_property
    def seen(self) -> str:
        """What the buyer sees, in short; the order is only taken if it is still so."""
        return fingerprint(self.contents, self.totals, self.goods_country, self.delivery)

    @cached_property
    def order_secret(self) -> str:
        """Made with the page and sent with it: pressing twice is known to be the same buyer's."""
        sent = self.data.get(ORDER_SECRET, "") if self.data else ""
        return sent if _SECRET.fullmatch(sent) else new_token()

    @property
    def changed(self) -> bool:
        return self.ordering and self.data.get("seen", "").partition(":")[0] != self.seen

    @property
    def seen_total(self) -> Money | None:
        """The total on the page that was sent in, as its hidden field remembers it."""
        digits = self.data.get("seen", "").partition(":")[2] if self.data else ""
        if not (digits.isascii() and digits.isdecimal() and len(digits) < 16):
            return None
        return Money(int(digits), self.cart.merchant.currency)

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
        return all(good) and not self.cannot_deliver

    def submission(self) -> Submission:
        """The valid page as the action takes it."""
        values = self.contact.cleaned_data
        return Submission(
            email=values["email"],
            telephone=values["telephone"],
            note=values["note"],
            delivery_address=self.delivery_address.draft(),
            billing_address=self.billing_address.draft() if self.bills_elsewhere else None,
            delivery_key=self.delivery.key if self.delivery else "",
            payment_method=values["payment"],
            news_wording=self._news_wording(),
            language=translation.get_language() or "en",
            network=network_of(self.request),
            seen=self.seen,
            order_secret=self.order_secret,
        )

    def _news_wording(self) -> str:
        ticked = self.contact.cleaned_data.get("newsletter")
        return str(self.contact.fields["newsletter"].label) if ticked else ""
