"""A row for addresses that name one; the house tests collect ``SAMPLES`` of every room."""

from tradepost.breaches.models import Incident
from tradepost.breaches.types import due_after
from tradepost.lib import clock
from tradepost.merchants.models import Merchant


def _incident(merchant: Merchant) -> dict[str, object]:
    now = clock.now()
    row = Incident.objects.create(
        merchant=merchant, title="A laptop was lost", known_at=now, due_at=due_after(now)
    )
    return {"incident_id": row.public_id}


_PAGES = (
    *("incident", "facts", "scope", "freeze", "people", "severity", "letter", "test", "send"),
    *("report", "authority", "decide", "close"),
)
SAMPLES = {f"breaches_office:{page}": _incident for page in _PAGES}
