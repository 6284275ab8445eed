"""Start-up checks: nothing runs while a field is undeclared (promise keep.rule-for-everything)."""

from collections.abc import Iterator

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model

from tradepost.datamap.registry import (
    all_models,
    concrete_fields,
    declaration_of,
    keep_rules,
    personal_fields,
    stores,
)
from tradepost.datamap.vocabulary import Basis, Erase, Purpose, Subject


class NotOnDataMap(ImproperlyConfigured):
    """Something is undeclared; the text says what."""


def require_data_map() -> None:
    """For processes that no command of Django's starts, and so no system check stops.

    Raises: NotOnDataMap.
    """
    if problems := check_data_map():
        raise NotOnDataMap("\n".join(str(problem) for problem in problems))


@register(Tags.models)
def check_data_map(**kwargs: object) -> list[CheckMessage]:
    """Every concrete field is personal, with purpose, basis, rule and erasure, or says why it is not."""
    problems: list[CheckMessage] = []
    for model in all_models():
        problems.extend(_undeclared(model))
        problems.extend(_incomplete(model))
    problems.extend(_rules())
    return problems


def _undeclared(model: type[Model]) -> Iterator[CheckMessage]:
    declaration = declaration_of(model)
    if declaration is None:
        yield Error(
            f"{model._meta.label} has no class Privacy.",
            hint="Declare each field personal or not personal, because ….",
            obj=model,
            id="datamap.E001",
        )
        return
    names = {item.name for item in concrete_fields(model)}
    declared = set(declaration.personal) | set(declaration.not_personal)
    for name in sorted(names - declared):
        yield Error(
            f"{model._meta.label}.{name} is not on the data map.", obj=model, id="datamap.E002"
        )
    for name in sorted(declared - names):
        yield Error(f"{model._meta.label}.{name} does not exist.", obj=model, id="datamap.E003")
    for name in sorted(set(declaration.personal) & set(declaration.not_personal)):
        yield Error(f"{model._meta.label}.{name} is declared twice.", obj=model, id="datamap.E004")
    for name in sorted(set(declaration.copied) - set(declaration.not_personal)):
        yield Error(
            f"{model._meta.label}.{name} is copied anyway, or no field.",
            obj=model,
            id="datamap.E010",
        )
    for name, reason in declaration.not_personal.items():
        if not reason.strip():
            yield Error(
                f"{model._meta.label}.{name} gives no reason.", obj=model, id="datamap.E005"
            )


_WANTED = {"subject": Subject, "purpose": Purpose, "basis": Basis, "erase": Erase}


def _incomplete(model: type[Model]) -> Iterator[CheckMessage]:
    declaration = declaration_of(model)
    for name, said in personal_fields(model).items():
        where = f"{model._meta.label}.{name}"
        for attribute, kind in _WANTED.items():
            if not isinstance(getattr(said, attribute), kind):
                yield Error(
                    f"{where} has no {attribute} of the closed list.", obj=model, id="datamap.E006"
                )
        if said.keep not in keep_rules:
            yield Error(f"{where}: no retention rule {said.keep!r}.", obj=model, id="datamap.E007")
        if said.erase is Erase.KEEP and not said.because:
            yield Error(f"{where} survives erasure without a law.", obj=model, id="datamap.E008")
        if declaration and not declaration.locate:
            yield Error(
                f"{where}: `locate` does not lead to a person.", obj=model, id="datamap.E009"
            )


def _rules() -> Iterator[CheckMessage]:
    for rule in keep_rules.values():
        carried = rule.purge is not None and rule.due is not None
        if not carried and not rule.carried_by:
            yield Error(f"Retention rule {rule.id} is carried out by nobody.", id="datamap.E010")
    for store in stores.values():
        if store.keep not in keep_rules:
            yield Error(f"Store {store.id}: no retention rule {store.keep!r}.", id="datamap.E011")
