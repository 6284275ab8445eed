"""For addresses that name one of this room's rows: how to make it, and the arguments besides ``handle``.

Each builder gets a merchant and works inside its scope. The house tests collect ``SAMPLES`` of every room.
"""

from typing import Any

from tradepost.audit.types import SYSTEM
from tradepost.campaigns.actions.write import create_campaign
from tradepost.campaigns.models import Picture


def _campaign(merchant: Any) -> dict[str, Any]:
    row = create_campaign(merchant=merchant, by=SYSTEM, name="Sample")
    return {"campaign_id": row.public_id}


def _letter_picture(merchant: Any) -> dict[str, Any]:
    row = Picture.objects.create(
        merchant=merchant,
        file=f"letters/{merchant.public_id}/{0:024x}.jpg",
        alt="x",
        width=1,
        height=1,
    )
    return {"picture_id": row.public_id}


SAMPLES = {
    "api:campaign_id": _campaign,
    "campaigns_office:remove_picture": _letter_picture,
    **{
        f"campaigns_office:{name}": _campaign
        for name in (
            *("edit", "copy", "delete", "preview", "letter", "trial", "send", "report"),
            *("recipients", "start", "unschedule", "pause", "resume", "cancel", "retry"),
        )
    },
}
