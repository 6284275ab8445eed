"""Mails about requests: to those who could agree, and to the shop when it is over."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django_scopes import scopes_disabled

from tradepost.breakglass.looks import looks_in
from tradepost.breakglass.models import MailReview
from tradepost.breakglass.queries import to_tell
from tradepost.delivery.actions import queue_mail
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.modules.places import place
from tradepost.rights.actions.letters import contact_of

ASKED, TOLD = "breakglass/asked", "breakglass/told"


def ask_others(review: MailReview, operators: Iterable[User]) -> None:
    """One mail to each who could agree."""
    page = settings.TRADEPOST.base_url + place("reading of mail", review.public_id)
    for user in operators:
        queue_mail(
            to=user.email,
            template=ASKED,
            context={"review": review, "page": page},
            language=user.language,
            about=f"breakglass.mailreview:{review.pk}",
        )


def tell_over() -> int:
    """Tell each shop whose mail could be read and no longer can; returns how many were told."""
    told = 0
    with scopes_disabled():
        for number in list(to_tell().values_list("pk", flat=True)):
            with transaction.atomic():
                row = MailReview.objects.select_for_update(of=("self",)).get(pk=number)
                told += tell_shop(row)
    return told


def tell_shop(review: MailReview) -> bool:
    """One mail, however often this is called; the caller holds the row."""
    if review.told_at is not None:
        return False
    merchant = review.merchant
    page = reverse("breakglass_office:review", args=[merchant.handle, review.public_id])
    review.told_at = clock.now()
    review.save(update_fields=["told_at"])
    queue_mail(
        to=contact_of(merchant),
        template=TOLD,
        context={
            "review": review,
            "looks": looks_in(review),
            "operator": settings.TRADEPOST.operator_name,
            "page": settings.TRADEPOST.base_url + page,
        },
        merchant=merchant,
        language=merchant.language,
        reply_to=settings.TRADEPOST.operator_email,
        about=f"breakglass.mailreview:{review.pk}",
    )
    return True
