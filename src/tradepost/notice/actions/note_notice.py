"""Writing down which version of the notice somebody had before them (promise notice.versions)."""

from django_scopes import scopes_disabled

from tradepost.datamap.subjects import email_key
from tradepost.merchants.models import Merchant
from tradepost.notice.models import NoticeSeen, NoticeVersion
from tradepost.notice.types import NoticeVariant
from tradepost.notice.versions import today_number


def note_notice(*, merchant: Merchant | None, email: str) -> None:
    """The version in force, which has one number in all variants, once for each person; nothing while none is posted.

    Called where people give something of themselves, each such page having the link to the notice:
    confirming a subscription, ordering, opening an account, visiting their own data.
    """
    with scopes_disabled():
        shown = (
            NoticeVersion.objects.filter(
                merchant=merchant, variant=NoticeVariant.WORLD, effective_day__lte=today_number()
            )
            .order_by("-number")
            .only("pk")
            .first()
        )
        if shown is not None:
            NoticeSeen.objects.get_or_create(
                version=shown, subject_key=email_key(email), defaults={"merchant": merchant}
            )
