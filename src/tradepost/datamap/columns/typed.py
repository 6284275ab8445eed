"""Columns for text that people type. The one door (``lib.typed_text``) stands in the column itself.

Whatever writes the row – a form, the API, an import, a page of another cart, ``update()`` – goes through
it, and what the row holds in memory afterwards is what was kept. Lengths are refused with words by forms
and schemas; ``typed()`` bounds what comes by another way. For the database these are Django's columns.
"""

from typing import Any, override

from django.db import models
from django.db.models.expressions import Combinable

from tradepost.lib.passwords import mask_passwords
from tradepost.lib.typed_text import card_numbers_masked, without_secrets

# What may be assigned: as for Django's own columns of text.
type _Set = str | int | Combinable


def cleaned(value: Any) -> Any:
    """The text, or each text in the lists and dictionaries, as it may be kept; anything else as it is."""
    if isinstance(value, str):
        return without_secrets(value)
    if isinstance(value, list | tuple):
        return [cleaned(item) for item in value]
    if isinstance(value, dict):
        return {cleaned(key): cleaned(item) for key, item in value.items()}
    return value


class TypedColumn[Set, Get](models.Field[Set, Get]):
    """What the columns below have in common; lets a test ask whether a column has the door."""

    @override
    def pre_save(self, model_instance: models.Model, add: bool) -> object:
        before = super().pre_save(model_instance, add)
        after = self._kept(before)
        if after != before:
            setattr(model_instance, self.attname, after)
        return after

    def get_prep_value(self, value: object) -> object:
        return super().get_prep_value(self._kept(value))

    def deconstruct(self) -> tuple[str, str, list[object], dict[str, object]]:
        name, _path, arguments, named = super().deconstruct()
        plain = type(self).__name__
        for mark in ("Typed", "Untouched", "Secretless"):
            plain = plain.removeprefix(mark)
        return name, f"django.db.models.{plain}", list(arguments), dict(named)

    def _kept(self, value: object) -> object:
        """A text that grew, because a short number became words, is cut to what the column holds."""
        after = cleaned(value)
        if (
            self.max_length
            and isinstance(after, str)
            and isinstance(value, str)
            and len(after) > len(value)
        ):
            return after[: self.max_length]
        return after


class TypedCharField(TypedColumn[_Set, str], models.CharField[_Set, str]):
    """One line."""


class TypedTextField(TypedColumn[_Set, str], models.TextField[_Set, str]):
    """Many lines."""


class UntouchedTextField(TypedTextField):
    """Text of a program that is handed back as it came: only card numbers leave it."""

    def _kept(self, value: object) -> object:
        return card_numbers_masked(value) if isinstance(value, str) else value


class SecretlessCharField(TypedCharField):
    """One line from somebody who asks for help: passwords leave it, too."""

    def _kept(self, value: object) -> object:
        kept = super()._kept(value)
        return mask_passwords(kept)[: self.max_length] if isinstance(kept, str) else kept


class SecretlessTextField(TypedTextField):
    """Many lines from somebody who asks for help, or who answers: passwords leave them, too."""

    def _kept(self, value: object) -> object:
        kept = super()._kept(value)
        return mask_passwords(kept) if isinstance(kept, str) else kept


class TypedJSONField[Set, Get](TypedColumn[Set, Get], models.JSONField[Set, Get]):
    """Answers by question, reports, settings: each text in them."""
