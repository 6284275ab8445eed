"""The operator's switch; a merchant's own stands with the merchant."""

from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.modules.events import publish
from tradepost.modules.models import OffForAll
from tradepost.modules.switches import (
    ModuleSwitched,
    UnknownModule,
    modules,
    operators_choice,
)


@transaction.atomic
def switch_for_all(*, key: str, on: bool, by: Actor) -> bool:
    """Off for everybody, or back to what each merchant chose; returns whether that changed anything.

    Other processes know it within ``SWITCHES_KNOWN_SECONDS``.

    Raises: UnknownModule.
    """
    if key not in modules:
        raise UnknownModule(key)
    rows = OffForAll.objects.filter(module=key)
    changed = bool(rows.delete()[0]) if on else OffForAll.objects.get_or_create(module=key)[1]
    if changed:
        record(actor=by, action="modules.switch_for_all", detail={"module": key, "on": on})
        operators_choice.forget()
        publish(ModuleSwitched(module=key, on=on), merchant_id=None)
        transaction.on_commit(operators_choice.forget)
    return changed
