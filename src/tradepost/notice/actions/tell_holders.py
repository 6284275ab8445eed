"""One mail to each account holder about one thing."""

from collections.abc import Callable, Mapping

from django.db.models import QuerySet
from django.utils import translation
from django_scopes import scopes_disabled

from tradepost.delivery.actions import queue_mail
from tradepost.delivery.models import Mail
from tradepost.identity.models import User


def tell_once(
    people: QuerySet[User],
    *,
    template: str,
    about: str,
    context: Callable[[], Mapping[str, object]],
) -> int:
    """Queue a mail to each who has had none ``about`` it; returns how many.

    ``context`` is asked in each person's language. Run again after a crash, it goes on where it stopped.
    """
    with scopes_disabled():
        told = Mail.objects.filter(about=about).values("address")
        found = people.exclude(email__in=told).distinct().values_list("email", "language")
        count = 0
        for email, language in found.iterator():
            with translation.override(language or "en"):
                said = dict(context())
            queue_mail(
                to=email, template=template, context=said, language=language or "en", about=about
            )
            count += 1
        return count
