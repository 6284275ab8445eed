"""Mail to people who sign in, for the data map: :class:`~tradepost.delivery.models.Mail` declares itself
as customers' data, and one declaration names one kind of person."""

from collections.abc import Iterator

from django.db.models import Q
from django_scopes import scopes_disabled

from tradepost.datamap.subjects import SubjectRef
from tradepost.delivery.models import Mail


def scan(needle: bytes) -> Iterator[str]:
    text = needle.decode("utf-8", "replace")
    with scopes_disabled():
        found = Mail.objects.filter(
            Q(address__icontains=text)
            | Q(reply_to__icontains=text)
            | Q(subject__icontains=text)
            | Q(text__icontains=text)
            | Q(html__icontains=text)
        )
        for number in found.values_list("pk", flat=True):
            yield f"mail {number}"


def kept_about(subject: SubjectRef) -> Iterator[dict[str, object]]:
    """For the person's copy. Not the text: it may hold a link that opens the account."""
    with scopes_disabled():
        for mail in Mail.objects.filter(address=subject.email).order_by("pk"):
            yield {"queued_at": mail.queued_at, "subject": mail.subject}


def erase(subject: SubjectRef) -> int:
    """Delete the mail to a person who signs in; returns how many."""
    with scopes_disabled():
        return Mail.objects.filter(address=subject.email).delete()[0]
