"""Amounts of money in forms."""

from typing import Unpack

from django import forms
from django.utils.translation import gettext as _

from tradepost.lib.money import Money, MoneyError
from tradepost.ui.form_options import FieldOptions
from tradepost.ui.problems import problem_of

MOST_MINOR = 10**12


class MoneyField(forms.CharField):
    """An amount as people type it; cleans to minor units of ``currency``, or None when left empty.

    First values may be minor units, too: a whole number is shown as an amount.
    """

    def __init__(
        self, *, currency: str, most_minor: int = MOST_MINOR, **options: Unpack[FieldOptions]
    ) -> None:
        super().__init__(max_length=40, **options)
        self.currency, self.most_minor = currency, most_minor
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        self.label_suffix = ""

    def prepare_value(self, value: object) -> object:
        return Money(value, self.currency).plain() if isinstance(value, int) else value

    def has_changed(self, initial: object, data: object) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))

    def clean(self, value: object) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            minor = Money.parse(text, self.currency).minor
        except MoneyError as error:
            raise forms.ValidationError(problem_of(error)) from None
        if minor < 0:
            raise forms.ValidationError(_("Not below zero."))
        if minor > self.most_minor:
            raise forms.ValidationError(_("This amount is too large."))
        return minor
