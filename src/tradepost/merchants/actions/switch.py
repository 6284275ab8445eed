"""A merchant switches a module on or off."""

from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.merchants.models import Merchant
from tradepost.modules.events import publish
from tradepost.modules.switches import ModuleSwitched, UnknownModule, modules


@transaction.atomic
def switch_module(*, merchant: Merchant, key: str, on: bool, by: Actor) -> bool:
    """Returns whether that changed anything. What the module did by itself ends in the same transaction.

    Raises: UnknownModule.
    """
    if key not in modules:
        raise UnknownModule(key)
    row = Merchant.objects.select_for_update().get(pk=merchant.pk)
    if row.switches.get(key, modules[key].default_on) == on:
        return False
    row.switches = row.switches | {key: on}
    row.save(update_fields=["switches"])
    merchant.switches = row.switches
    record(
        actor=by,
        action="merchants.switch_module",
        target=row,
        merchant_id=row.pk,
        detail={"module": key, "on": on},
    )
    publish(ModuleSwitched(module=key, on=on), merchant_id=row.pk)
    return True
