"""Mail that names a person who did not write it, for the data map: the row's own declaration finds it
by its sender only."""

from collections.abc import Iterator, Sequence

from django.db.models import Q, QuerySet
from django_scopes import scopes_disabled

from tradepost.datamap.columns.any_lookup import among
from tradepost.datamap.subjects import SubjectRef, email_key
from tradepost.delivery.models import IncomingMail, Mail, NamedAddress
from tradepost.delivery.types import FORWARD
from tradepost.lib.naming import Names

_PART = 50  # rows in memory: a mail may be long


def scan(needle: bytes) -> Iterator[str]:
    with scopes_disabled():
        for number, words in _words_of(IncomingMail.objects.all()):
            if needle.lower() in words.lower():
                yield f"incoming mail {number}"


def kept_about(subject: SubjectRef) -> Iterator[dict[str, object]]:
    """For the person's copy: when it came. Its words are another person's."""
    with scopes_disabled():
        for row in _naming_people([subject]).exclude(sender=subject.email):
            yield {"received_at": row.received_at, "named": subject.email}


def erase(subject: SubjectRef) -> int:
    """Delete what names the address, of this merchant (or, for whoever signs in, of the operator), and
    the copies that were sent on."""
    return erase_many([subject])


def erase_many(subjects: Sequence[SubjectRef]) -> int:
    """The same for several of one merchant: mail that is not listed is read once for all of them."""
    emails = among("reply_to", [subject.email for subject in subjects])
    with scopes_disabled():
        copies = Mail.objects.filter(_belonging_to(subjects[0]), template=FORWARD, **emails)
        gone: int = copies.delete()[0]
        return gone + _naming_people(subjects).delete()[0]


def _belonging_to(subject: SubjectRef) -> Q:
    """The shop's; of whoever signs in, the operator's."""
    return Q(merchant=None) if subject.merchant_id is None else Q(merchant_id=subject.merchant_id)


def _naming_people(subjects: Sequence[SubjectRef]) -> QuerySet[IncomingMail]:
    """Their addresses are listed; the few that are not, or name too many, are read."""
    mails = IncomingMail.objects.filter(_belonging_to(subjects[0]))
    keys = among("address_key", [email_key(subject.email) for subject in subjects])
    listed = NamedAddress.objects.filter(**keys).values_list("mail", flat=True)
    names = Names(subject.email for subject in subjects)
    unlisted = _words_of(mails.filter(is_listed=False))
    found = {*listed, *(number for number, words in unlisted if names.stand_in(words))}
    return mails.filter(**among("pk", found))


def _words_of(rows: QuerySet[IncomingMail]) -> Iterator[tuple[int, bytes]]:
    """Row numbers, and all the words of the row."""
    parts = rows.order_by("pk").values_list("pk", "sender", "subject", "text", "content")
    for number, sender, subject, text, content in parts.iterator(chunk_size=_PART):
        yield number, b"\n".join((f"{sender}\n{subject}\n{text}".encode(), bytes(content)))
