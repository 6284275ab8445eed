"""The fields of a contact in the bodies of the API."""

from ninja import Field, Schema
from pydantic import create_model

from tradepost.audience.fields.table import CONTACT_FIELDS


def shows_contact_fields[Kind: type[Schema]](schema: Kind) -> Kind:
    """An answer that tells every field of a contact after its own; classes built on it add theirs."""
    return _with(schema, {field.name: (str, ...) for field in CONTACT_FIELDS})


def takes_contact_fields[Kind: type[Schema]](schema: Kind) -> Kind:
    """A body that takes every field of a contact after its own, each of them left out at will."""
    return _with(
        schema,
        {field.name: (str, Field("", max_length=field.longest)) for field in CONTACT_FIELDS},
    )


def _with[Kind: type[Schema]](schema: Kind, fields: dict[str, tuple[type[str], object]]) -> Kind:
    made: Kind = create_model(  # type: ignore[call-overload]  # a field might be called __config__
        schema.__name__, __base__=schema, __module__=schema.__module__, **fields
    )
    return made
