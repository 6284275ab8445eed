"""Every read of the requests to look into a shop's mail."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django_scopes import scopes_disabled

from tradepost.breakglass.models import MailReview
from tradepost.identity.models import User
from tradepost.identity.sign_in.second_factor import has_second_factor
from tradepost.lib import clock
from tradepost.merchants.models import Merchant

KEPT_FOR = timedelta(days=3 * 365)


def most_hours() -> int:
    hours: int = settings.TRADEPOST.mail_review_hours
    return hours


def other_operators(account_id: int | None) -> list[User]:
    """Who else may open the console, and so could agree."""
    found = User.objects.filter(is_operator=True, is_active=True)
    others = [user for user in found if user.pk != account_id]
    return [user for user in others if has_second_factor(user) or settings.TRADEPOST.is_demo]


def all_reviews() -> QuerySet[MailReview]:
    with scopes_disabled():
        rows = MailReview.objects.select_related("merchant", "asked_by", "answered_by")
        return rows.order_by("-pk")


def reviews_told_to(merchant: Merchant) -> QuerySet[MailReview]:
    """What a shop learns of: access that was given and is over."""
    return all_reviews().filter(merchant=merchant).exclude(told_at=None)


def to_tell(now: datetime | None = None) -> QuerySet[MailReview]:
    """Access that was given and is over, of which the shop does not know yet."""
    now = now or clock.now()
    with scopes_disabled():
        rows = MailReview.objects.filter(told_at=None, is_refused=False)
        return rows.filter(ends_at__lte=now) | rows.filter(ended_at__isnull=False)


def over_long_ago(now: datetime) -> QuerySet[MailReview]:
    return MailReview._base_manager.filter(asked_at__lt=now - KEPT_FOR)
