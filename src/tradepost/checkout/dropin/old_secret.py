"""The secret with which pages were signed at the old hosted cart, kept sealed, never shown again."""

from django.conf import settings

from tradepost.checkout.models import CartSettings
from tradepost.lib.sealed import NotSealedHere, Sealer


def seal_old_secret(text: str) -> str:
    """Empty stays empty: then no old hash is taken."""
    return _sealer().seal(text) if text else ""


def read_old_secret(chosen: CartSettings) -> str:
    """Empty without one, or where the installation's own secret has changed since."""
    if not chosen.old_secret:
        return ""
    try:
        return _sealer().unseal(chosen.old_secret)
    except NotSealedHere:
        return ""


def _sealer() -> Sealer:
    return Sealer(settings.SECRET_KEY.encode(), "checkout.old_link_secret")
