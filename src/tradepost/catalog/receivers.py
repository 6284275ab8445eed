"""What the catalogue hears from the rooms below."""

from django_scopes import scope

from tradepost.catalog.actions.version import content_changed
from tradepost.datamap.events import Occurred
from tradepost.merchants.models import Merchant
from tradepost.modules.switches import ModuleSwitched


def module_switched(occurred: Occurred[ModuleSwitched]) -> None:
    """Pages that are kept of the shop may look different now; the operator's switch is asked each time."""
    if occurred.merchant_id is not None:
        merchant = Merchant(pk=occurred.merchant_id)
        with scope(merchant=merchant):
            content_changed(merchant=merchant)
