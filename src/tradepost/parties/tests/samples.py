"""A row for addresses that name one; the house tests collect ``SAMPLES`` of every room."""

from tradepost.merchants.models import Merchant
from tradepost.parties.models import OutsideParty, PartyContract


def _party(merchant: Merchant) -> dict[str, object]:
    row = OutsideParty.objects.create(
        merchant=merchant, name="Ledger & Daughters", position="processor", country="DE"
    )
    PartyContract.objects.create(party=row, content=b"%PDF-1.7 contract")
    return {"party_id": row.public_id}


SAMPLES = {f"parties_office:{page}": _party for page in ("one", "change", "end", "contract")}
