"""The words of the declarations in the reader's language.

Declarations are plain English: they are compared, stored and exported. What people read goes through
:func:`word`; the catalogues take the texts from the registry itself (:func:`every_word`), so that a new
declaration cannot be forgotten.
"""

from collections.abc import Iterator
from enum import StrEnum

from django.db.models import Model
from django.utils.functional import Promise as LazyText
from django.utils.translation import pgettext

from tradepost.datamap.collection import collection_points
from tradepost.datamap.processors import PartyRole
from tradepost.datamap.registry import (
    declaration_of,
    keep_rules,
    personal_fields,
    personal_models,
    stores,
)
from tradepost.datamap.vocabulary import Basis, Erase, Kind, Purpose

CONTEXT = "data map"
# The closed lists that people read.
_VOCABULARIES: tuple[type[StrEnum], ...] = (Kind, Purpose, Basis, Erase, PartyRole)


def word(text: object) -> str:
    """What a declaration says, in the reader's language."""
    said = str(text)
    return pgettext(CONTEXT, said) if said else ""


def plural_of(model: type[Model]) -> str:
    """As the model is called by people, or with the right ending: Django adds an s to whatever there is."""
    declared = declaration_of(model)
    if declared and declared.called:
        return declared.called
    one, many = str(model._meta.verbose_name), str(model._meta.verbose_name_plural)
    if many != f"{one}s":
        return many
    if one.endswith("y"):
        return f"{one[:-1]}ies"
    if one.endswith("ss"):
        return f"{one}es"
    return one if one.endswith("s") else many


def every_word() -> set[str]:
    """All that the catalogues have to know; what is translated where it is written is left out."""
    return {str(said) for said in _said() if said and not isinstance(said, LazyText)}


def _said() -> Iterator[object]:
    for vocabulary in _VOCABULARIES:
        yield from vocabulary
    for model in personal_models():
        yield model._meta.verbose_name
        declared = declaration_of(model)
        if not isinstance(model._meta.verbose_name, LazyText) or (declared and declared.called):
            yield plural_of(model)
        for name, said in personal_fields(model).items():
            yield from (model._meta.get_field(name).verbose_name, said.because)  # type: ignore[union-attr]  # concrete fields only
    for store in stores.values():
        yield from (store.meaning, store.because)
    for rule in keep_rules.values():
        yield from (rule.label, rule.since, rule.why, rule.carried_by)
    for door in collection_points.values():
        yield door.meaning
