"""A row for addresses that name one; the house tests collect ``SAMPLES`` of every room."""

from tradepost.certificates.actions.certify import certify
from tradepost.merchants.models import Merchant


def _certificate(merchant: Merchant) -> dict[str, object]:
    return {"token": certify(kind="erasure", statement={}, tenant=merchant.pk).token}


SAMPLES = {"certificates:download": _certificate, "certificates:stamp": _certificate}
