"""What a program may send: the base of every body of the API."""

from typing import get_args

from ninja import Schema
from pydantic import ValidationInfo, field_validator


class Input(Schema):
    """Refuses ``true`` and ``false`` wherever a field is no yes or no.

    Python takes ``True`` for the number 1, and so would the parser: ``"stock": true`` would sell one.
    """

    @field_validator("*", mode="before")
    @classmethod
    def no_booleans_for_numbers(cls, value: object, info: ValidationInfo) -> object:
        """Raises: ValueError."""
        field = cls.model_fields[info.field_name or ""]
        if bool not in _types(field.annotation) and _holds_boolean(value):
            raise ValueError("Neither true nor false can stand here.")
        return value


def _types(annotation: object) -> set[object]:
    """The annotation and everything inside it: ``list[int] | None`` holds list, int and None."""
    found = {annotation}
    for part in get_args(annotation):
        found |= _types(part) if not isinstance(part, str | int | float) else set()
    return found


def _holds_boolean(value: object) -> bool:
    """In the value, or in a list of values; objects within are models or dictionaries of their own."""
    if isinstance(value, list):
        return any(isinstance(item, bool) for item in value[:10_000])
    return isinstance(value, bool)
