"""Finds every form and API schema of the house that takes people's data, and asks whether it is named.

The names are in ``datamap.collection``; each room gives its own from ``room.py``.
"""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pkgutil import walk_packages
from typing import Any

from django import forms
from django.apps import apps
from ninja import Schema

from tradepost.datamap.collection import collection_points, is_named
from tradepost.datamap.registry import personal_fields

# How a field is called that holds something about a person.
_SOUNDS_PERSONAL = {
    "email", "e_mail", "address", "name", "first_name", "last_name", "full_name", "telephone", "phone",
    "street", "postcode", "postal_code", "city", "gender", "birth_year", "birthday", "occupation",
    "company", "recipient", "fields", "file",
}  # fmt: skip
_PARTS = ("forms", "api")


def unnamed() -> list[str]:
    """Dotted paths of classes that take personal data through no named collection point."""
    return sorted(path for path in _takers() if not is_named(path))


def named() -> int:
    return len(collection_points)


def _takers() -> Iterator[str]:
    _import_all()
    seen: set[type] = set()
    for base in (forms.BaseForm, Schema):
        for kind in _below(base):
            if kind not in seen and _is_ours(kind) and _takes(kind):
                seen.add(kind)
                yield f"{kind.__module__}.{kind.__qualname__}"


def _takes(kind: Any) -> bool:
    if issubclass(kind, Schema):
        # What ends in Out is an answer of ours, not something that comes in.
        return not kind.__name__.endswith("Out") and bool(_SOUNDS_PERSONAL & set(kind.model_fields))
    names = set(kind.base_fields)
    if issubclass(kind, forms.ModelForm):
        model = kind._meta.model
        return model is not None and bool(set(personal_fields(model)) & names)
    return bool(_SOUNDS_PERSONAL & names)


def _below(kind: type[object]) -> Iterator[type[object]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _import_all() -> None:
    """A class that nobody imported yet is a door all the same."""
    for config in apps.get_app_configs():
        if not config.name.startswith("tradepost."):
            continue
        for part in _PARTS:
            name = f"{config.name}.{part}"
            if not find_spec(name):
                continue
            package = import_module(name)
            for found in walk_packages(getattr(package, "__path__", ()), f"{name}."):
                import_module(found.name)


def _is_ours(kind: type) -> bool:
    """Forms that tests make for themselves take nothing from anybody."""
    return kind.__module__.startswith("tradepost.") and ".tests." not in kind.__module__
