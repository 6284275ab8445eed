"""Mail to the owners of a shop about its end, and to the shop about what the operator does with it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import formats, timezone, translation
from django_scopes import scopes_disabled

from tradepost.delivery.actions import queue_mail
from tradepost.delivery.models import Mail
from tradepost.delivery.types import Stream
from tradepost.merchants.models import Merchant
from tradepost.merchants.types import Role

LAST_LETTER = "merchants/closed"
GIVE_UP_AFTER = timedelta(days=7)


def tell_owners(
    merchant: Merchant, what: str, *, date: datetime | None = None, outlives: bool = False
) -> None:
    """Queue ``merchants/<what>`` to every owner, in their language, with the date of their zone.

    ``outlives``: the mail belongs to no shop, so that it is still there to be sent when all rows of
    the shop are gone.
    """
    owners = merchant.memberships.filter(role=Role.OWNER).select_related("user")
    for owner in (row.user for row in owners):
        with translation.override(owner.language):
            context = {
                "shop": merchant.name,
                "date": _shown(date, owner.time_zone),
                "link": settings.TRADEPOST.base_url
                + reverse("merchants_office:close", args=[merchant.handle]),
            }
        queue_mail(
            to=owner.email,
            template=f"merchants/{what}",
            context=context,
            stream=Stream.SERVICE,
            merchant=None if outlives else merchant,
            language=owner.language,
        )


def tell_shop(
    merchant: Merchant, what: str, *, date: datetime | None = None, **context: object
) -> None:
    """Queue ``merchants/<what>`` to the shop's contact address; an answer goes to the operator."""
    here = settings.TRADEPOST
    with translation.override(merchant.language):
        context |= {
            "shop": merchant.name,
            "operator": here.operator_name,
            "date": _shown(date, merchant.time_zone),
            "link": here.base_url + reverse("merchants_office:standing", args=[merchant.handle]),
        }
    queue_mail(
        to=merchant.contact_email,
        template=f"merchants/{what}",
        context=context,
        stream=Stream.SERVICE,
        merchant=merchant,
        language=merchant.language,
        reply_to=here.operator_email,
    )


def _shown(date: datetime | None, zone: str) -> str:
    if date is None:
        return ""
    return formats.date_format(timezone.localtime(date, ZoneInfo(zone)), "DATETIME_FORMAT")


def _last_letters(now: datetime) -> QuerySet[Mail]:
    """Sent, or waiting for so long that it will not be: the address goes with them."""
    over = Q(settled_at__lte=now) | Q(queued_at__lt=now - GIVE_UP_AFTER)
    return Mail.objects.filter(over, template=LAST_LETTER)


def last_letters_due(now: datetime) -> int:
    with scopes_disabled():
        return _last_letters(now).count()


def purge_last_letters(now: datetime) -> int:
    with scopes_disabled():
        return _last_letters(now).delete()[0]
