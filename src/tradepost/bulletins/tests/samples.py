"""A row for addresses that name one; the house tests collect ``SAMPLES`` of every room."""

from tradepost.bulletins.models import Bulletin
from tradepost.bulletins.types import BulletinKind
from tradepost.lib import clock
from tradepost.merchants.models import Merchant


def _bulletin(merchant: Merchant) -> dict[str, object]:
    row = Bulletin.objects.create(
        kind=BulletinKind.MAINTENANCE, title="A pause", words="On Sunday.", sent_at=clock.now()
    )
    return {"bulletin_id": row.public_id}


SAMPLES = {f"bulletins_office:{name}": _bulletin for name in ("one", "read")}
