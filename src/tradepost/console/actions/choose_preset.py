"""Making the installation one kind of service, in one step."""

from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.console.presets import Preset
from tradepost.modules.actions.switch import switch_for_all
from tradepost.modules.switches import modules


@transaction.atomic
def choose_preset(*, preset: Preset, by: Actor) -> int:
    """Switch each module as the preset says; what shops chose for themselves is kept.

    Returns how many switches were turned; none, and no record, where all stood so already.
    """
    turned = sum(switch_for_all(key=key, on=key not in preset.off, by=by) for key in modules)
    if turned:
        record(actor=by, action="console.choose_preset", detail={"preset": preset.name})
    return turned
