"""Everything that has been declared: models, stores, retention rules. One registry, read by all."""

from typing import Any

from django.apps import apps
from django.db.models import Field, Model
from django.utils.functional import Promise

from tradepost.datamap.extensions import AlreadyDeclared
from tradepost.datamap.rooms import Periodic
from tradepost.datamap.vocabulary import Declaration, KeepRule, Kind, Personal, Store

_third_party: dict[str, Declaration] = {}
stores: dict[str, Store] = {}
keep_rules: dict[str, KeepRule] = {}
icons: dict[str, str] = {}  # name → strokes on a grid of 24
schedule: list[Periodic] = []
beside_scheduler: list[str] = []  # dotted paths of what begins in the scheduler's process
actions: dict[str, str | Promise] = {}  # name (``orders.refund``) → what it is called in words


def declare_third_party(label: str, declaration: Declaration) -> None:
    """Speak for a model that is not ours; ``label`` is ``app_label.ModelName``."""
    if label in _third_party:
        raise AlreadyDeclared(label)
    _third_party[label] = declaration


_NAMES = (
    "subject",
    "purpose",
    "basis",
    "keep",
    "erase",
    "because",
    "locate",
    "located_by",
    "personal",
    "not_personal",
    "copied",
    "called",
)


def declaration_of(model: type[Model]) -> Declaration | None:
    """The model's own ``class Privacy`` first, then what was registered for it.

    A subclass's ``class Privacy`` may inherit from the parent's to share its defaults.
    """
    own: object = model.__dict__.get("Privacy") or getattr(model, "Privacy", None)
    if own is None:
        return _third_party.get(model._meta.label)
    return Declaration(**{name: getattr(own, name) for name in _NAMES if hasattr(own, name)})


def concrete_fields(model: type[Model]) -> list[Field[Any, Any]]:
    return list(model._meta.concrete_fields)


def personal_fields(model: type[Model]) -> dict[str, Personal]:
    """Field name → complete declaration, the model's defaults filled in."""
    declaration = declaration_of(model)
    if declaration is None:
        return {}
    complete = {}
    for name, said in declaration.personal.items():
        own = Personal(kind=said) if isinstance(said, Kind) else said
        complete[name] = Personal(
            kind=own.kind,
            subject=own.subject or declaration.subject,
            purpose=own.purpose or declaration.purpose,
            basis=own.basis or declaration.basis,
            keep=own.keep or declaration.keep,
            erase=own.erase or declaration.erase,
            because=own.because or declaration.because,
            correctable=own.correctable,
        )
    return complete


def all_models() -> list[type[Model]]:
    """Every installed model with a table, ours and third parties', automatic link tables included."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and model._meta.managed
    ]


def personal_models() -> list[type[Model]]:
    return [model for model in all_models() if personal_fields(model)]
