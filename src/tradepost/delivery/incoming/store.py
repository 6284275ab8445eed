"""Mail that names a person who did not write it, for the data map: the row's own declaration finds it
by its sender only."""

from collections.abc import Iterator

from django_scopes import scopes_disabled

from tradepost.datamap.subjects import SubjectRef
from tradepost.delivery.models import IncomingMail, Mail

FORWARD = "delivery/incoming"


def scan(needle: bytes) -> Iterator[str]:
    for number, _ in _naming(needle, merchant_id=None):
        yield f"incoming mail {number}"


def kept_about(subject: SubjectRef) -> Iterator[dict[str, object]]:
    """For the person's copy: when it came. Its words are another person's."""
    named = _naming(subject.email.encode(), merchant_id=subject.merchant_id)
    numbers = [number for number, merchant_id in named if merchant_id == subject.merchant_id]
    with scopes_disabled():
        for row in IncomingMail.objects.filter(pk__in=numbers).exclude(sender=subject.email):
            yield {"received_at": row.received_at, "named": subject.email}


def erase(subject: SubjectRef) -> int:
    """Delete what names the address, of this merchant (or, for whoever signs in, of the operator), and
    the copies that were sent on."""
    needle = subject.email.encode().lower()
    numbers = [
        number
        for number, merchant_id in _naming(needle, merchant_id=subject.merchant_id)
        if merchant_id == subject.merchant_id
    ]
    with scopes_disabled():
        copies = Mail.objects.filter(template=FORWARD, reply_to=subject.email)
        if subject.merchant_id is None:
            copies = copies.filter(merchant=None)
        else:
            copies = copies.filter(merchant_id=subject.merchant_id)
        gone: int = copies.delete()[0]
        return gone + IncomingMail.objects.filter(pk__in=numbers).delete()[0]


def _naming(needle: bytes, *, merchant_id: int | None) -> Iterator[tuple[int, int | None]]:
    """Thirty days of what nobody could deal with: few enough to read them all."""
    with scopes_disabled():
        rows = IncomingMail.objects.order_by("pk")
        if merchant_id:
            rows = rows.filter(merchant_id=merchant_id)
        for row in rows.iterator(chunk_size=50):
            words = f"{row.sender}\n{row.subject}\n{row.text}".encode().lower()
            if needle.lower() in bytes(row.content).lower() or needle.lower() in words:
                yield row.pk, row.merchant_id
