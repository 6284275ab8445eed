"""Mail that names a person who did not write it, for the data map: the row's own declaration finds it
by its sender only."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django_scopes import scopes_disabled

from tradepost.datamap.subjects import SubjectRef, email_key
from tradepost.delivery.models import IncomingMail, Mail, NamedAddress

FORWARD = "delivery/incoming"


def scan(needle: bytes) -> Iterator[str]:
    with scopes_disabled():
        for number in _naming(needle, IncomingMail.objects.all()):
            yield f"incoming mail {number}"


def kept_about(subject: SubjectRef) -> Iterator[dict[str, object]]:
    """For the person's copy: when it came. Its words are another person's."""
    with scopes_disabled():
        for row in _naming_person(subject).exclude(sender=subject.email):
            yield {"received_at": row.received_at, "named": subject.email}


def erase(subject: SubjectRef) -> int:
    """Delete what names the address, of this merchant (or, for whoever signs in, of the operator), and
    the copies that were sent on."""
    with scopes_disabled():
        copies = Mail.objects.filter(
            _belonging_to(subject), template=FORWARD, reply_to=subject.email
        )
        gone: int = copies.delete()[0]
        return gone + _naming_person(subject).delete()[0]


def _belonging_to(subject: SubjectRef) -> Q:
    """The shop's; of whoever signs in, the operator's."""
    return Q(merchant=None) if subject.merchant_id is None else Q(merchant_id=subject.merchant_id)


def _naming_person(subject: SubjectRef) -> QuerySet[IncomingMail]:
    """Their addresses are listed; the few that are not, or name too many, are read."""
    mails = IncomingMail.objects.filter(_belonging_to(subject))
    listed = NamedAddress.objects.filter(address_key=email_key(subject.email)).values("mail")
    read = list(_naming(subject.email.encode(), mails.filter(is_listed=False)))
    return mails.filter(Q(pk__in=listed) | Q(pk__in=read))


def _naming(needle: bytes, rows: QuerySet[IncomingMail]) -> Iterator[int]:
    for row in rows.order_by("pk").iterator(chunk_size=50):
        words = f"{row.sender}\n{row.subject}\n{row.text}".encode().lower()
        if needle.lower() in bytes(row.content).lower() or needle.lower() in words:
            yield row.pk
