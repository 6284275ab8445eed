"""Telling shops that an allowance is nearly, or all, used."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django_scopes import scopes_disabled

from tradepost.billing.meters.limits import all_allowed, month_of, units_of
from tradepost.billing.meters.registry import meters
from tradepost.billing.models import AllowanceWarning
from tradepost.billing.queries import shops_with_bounds
from tradepost.delivery.actions import queue_mail
from tradepost.merchants.models import Merchant
from tradepost.rights.actions.letters import contact_of

ALLOWANCE = "billing/allowance"
LEVELS = (100, 80)  # per cent; the higher one says all


def warn_of_allowances() -> int:
    """Once a month for each level; returns how many mails were queued. Two at once send one."""
    with scopes_disabled():
        shops = shops_with_bounds()
        return sum(_warn(merchant) for merchant in shops.iterator(chunk_size=500))


def _warn(merchant: Merchant) -> int:
    return sum(
        _warn_of(merchant, name, most)
        for name, most in all_allowed(merchant).items()
        if name in meters
    )


def _warn_of(merchant: Merchant, name: str, most: int) -> bool:
    """Counts no further than the bound."""
    used = units_of(merchant, name)[:most].count()
    level = next((level for level in LEVELS if used * 100 >= most * level), None)
    if level is None or not most:
        return False
    return _told(merchant, name, level, most)


def _told(merchant: Merchant, name: str, level: int, most: int) -> bool:
    month = month_of(merchant).date()
    with transaction.atomic():
        _row, is_new = AllowanceWarning.objects.get_or_create(
            merchant=merchant, meter=name, level=level, month=month
        )
        if is_new:
            _mail(merchant, name, level, most)
    return is_new


def _mail(merchant: Merchant, name: str, level: int, most: int) -> None:
    """To the shop's contact address: it is about the running of the shop, not about bills."""
    page = reverse("billing_office:use", args=[merchant.handle])
    queue_mail(
        to=contact_of(merchant),
        template=ALLOWANCE,
        context={
            "shop": merchant.name,
            "meter": meters[name],
            "level": level,
            "most": most,
            "page": settings.TRADEPOST.base_url + page,
        },
        merchant=merchant,
        language=merchant.language,
    )
