"""The head of the access record, mailed to the operators: a mailbox is outside, too."""

from django.conf import settings

from tradepost.audit.models import Entry
from tradepost.delivery.actions import queue_mail
from tradepost.delivery.types import Stream
from tradepost.identity.models import User


def mail_head() -> int:
    """The scheduler's call; returns how many letters were queued."""
    newest = Entry.objects.order_by("-pk").first()
    operators = User.objects.filter(is_operator=True, is_active=True)
    if newest is None or settings.TRADEPOST.is_demo:
        return 0
    for user in operators:
        queue_mail(
            to=user.email,
            template="backups/head",
            context={
                "number": newest.pk,
                "seal": newest.seal,
                "at": newest.at,
                "site": settings.TRADEPOST.base_url,
            },
            stream=Stream.SERVICE,
            language=user.language,
        )
    return len(operators)
