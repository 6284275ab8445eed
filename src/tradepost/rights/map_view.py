"""The data map as tables that people read: every field, whose, what for, on what basis, how long."""

from dataclasses import dataclass

from django.utils.text import capfirst

from tradepost.datamap.registry import keep_rules, personal_fields, personal_models
from tradepost.datamap.vocabulary import KeepRule, Personal, Subject
from tradepost.datamap.words import plural_of, word


@dataclass(frozen=True, kw_only=True)
class MapField:
    name: str
    said: Personal
    keep: KeepRule | None


@dataclass(frozen=True, kw_only=True)
class MapTable:
    title: str
    label: str
    fields: list[MapField]


def map_tables(subject: Subject) -> list[MapTable]:
    """One table for each model that holds data of such people."""
    tables = []
    for model in personal_models():
        fields = [
            MapField(
                name=capfirst(word(model._meta.get_field(name).verbose_name)),  # type: ignore[union-attr]  # concrete fields only
                said=said,
                keep=keep_rules.get(said.keep),
            )
            for name, said in personal_fields(model).items()
            if said.subject is subject
        ]
        if fields:
            title = capfirst(word(plural_of(model)))
            tables.append(MapTable(title=title, label=model._meta.label, fields=fields))
    return tables
