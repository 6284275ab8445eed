"""What campaigns hears from the rooms below."""

from tradepost.campaigns.actions.control import pause_all
from tradepost.campaigns.types import CAMPAIGNS
from tradepost.datamap.events import Occurred
from tradepost.modules.switches import ModuleSwitched


def module_switched(occurred: Occurred[ModuleSwitched]) -> None:
    """Off: nobody further is written to. On again, the merchant resumes what was paused."""
    if occurred.payload.module == CAMPAIGNS and not occurred.payload.on:
        pause_all(merchant_id=occurred.merchant_id)
