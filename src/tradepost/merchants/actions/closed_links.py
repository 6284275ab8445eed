"""Links to a shop that has closed: remembered as hashes, so that they say so instead of nothing."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.utils.crypto import salted_hmac

from tradepost.lib import clock
from tradepost.merchants.closing import link_secrets
from tradepost.merchants.models import ClosedAddress, Merchant

KEEP_FOR = timedelta(days=3 * 365)
_SLICE = 2000
_MOST_TRIED = 12
_LONGEST = 120


def digest_of(text: str) -> str:
    """Case aside: the drop-in cart takes ``a1234567`` for ``A1234567``."""
    return salted_hmac("tradepost.closed-address", text.lower(), algorithm="sha256").hexdigest()


def remember_links(merchant: Merchant) -> None:
    """Before anything is deleted. Again after a crash: what is known already stays as it is."""
    for part in _slices(link_secrets(merchant)):
        rows = [ClosedAddress(digest=digest_of(text)) for text in part]
        ClosedAddress.objects.bulk_create(rows, ignore_conflicts=True)


def _slices(secrets: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(secrets)
    while part := list(islice(rest, _SLICE)):
        yield part


def leads_to_closed_shop(words: Iterable[str]) -> bool:
    """Whether one of the words is the address or a secret of a shop whose date has come."""
    tried = [word for word in words if 0 < len(word) <= _LONGEST][:_MOST_TRIED]
    if not tried:
        return False
    if ClosedAddress.objects.filter(digest__in=[digest_of(word) for word in tried]).exists():
        return True
    over = Merchant.objects.filter(closing_at__lte=clock.now())
    lower, upper = [word.lower() for word in tried], [word.upper() for word in tried]
    return over.filter(handle__in=lower).exists() or over.filter(cart_username__in=upper).exists()


def is_spent(handle: str) -> bool:
    """Nobody opens a shop under the address of one that has closed: its links would lead there."""
    return ClosedAddress.objects.filter(digest=digest_of(handle)).exists()


def links_due(now: datetime) -> int:
    return ClosedAddress.objects.filter(closed_at__lt=now - KEEP_FOR).count()


def purge_links(now: datetime) -> int:
    return ClosedAddress.objects.filter(closed_at__lt=now - KEEP_FOR).delete()[0]
