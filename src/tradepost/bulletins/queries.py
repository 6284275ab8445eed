"""Every read of the bulletins."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.bulletins.models import Bulletin, BulletinRead
from tradepost.lib import clock
from tradepost.merchants.models import Membership, Merchant
from tradepost.modules.office_notices import OfficeNotice

SHOWN_FOR = timedelta(days=60)
KEPT_FOR = timedelta(days=3 * 365)


def all_bulletins() -> QuerySet[Bulletin]:
    return Bulletin.objects.order_by("-pk")


def sent_to(merchant: Merchant) -> QuerySet[Bulletin]:
    """What this shop may read: sent since it joined, and not taken back; whether it has read each."""
    marks = _marks(merchant).filter(bulletin=OuterRef("pk"))
    return _sent_since(merchant.joined_at).annotate(was_read=Exists(marks)).order_by("-pk")


def _sent_since(moment: datetime) -> QuerySet[Bulletin]:
    return Bulletin.objects.filter(sent_at__gte=moment, withdrawn_at=None)


def _marks(merchant: Merchant) -> QuerySet[BulletinRead]:
    with scopes_disabled():
        return BulletinRead.objects.filter(merchant=merchant)


def unread_bulletins(membership: object) -> Iterator[OfficeNotice]:
    """Above every page of the office until somebody says that it is read; one query."""
    assert isinstance(membership, Membership)
    merchant = membership.merchant
    rows = _sent_since(max(merchant.joined_at, clock.now() - SHOWN_FOR))
    unread = rows.exclude(pk__in=_marks(merchant).values("bulletin"))
    for row in unread.order_by("-pk")[:3]:
        yield OfficeNotice(
            words=_("From the operator: %s") % row.title,
            url=reverse("bulletins_office:one", args=[merchant.handle, row.public_id]),
            link=_("Read it"),
            tone="info",
        )


def over_long_ago(now: datetime) -> QuerySet[Bulletin]:
    return Bulletin.objects.filter(made_at__lt=now - KEPT_FOR)
