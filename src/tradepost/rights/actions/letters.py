"""Mails to people about their own data."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import batched

from django.conf import settings
from django.urls import reverse
from django_scopes import scopes_disabled

from tradepost.audit.types import Actor, ActorKind
from tradepost.datamap.processors import processors
from tradepost.datamap.subjects import SubjectRef
from tradepost.delivery.actions import queue_mail, queue_same
from tradepost.delivery.models import Mail
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.rights.models import Disclosure, RightsRequest


def merchant_of(ref: SubjectRef) -> Merchant | None:
    return Merchant.objects.get(pk=ref.merchant_id) if ref.merchant_id else None


def sender_name(merchant: Merchant | None) -> str:
    return merchant.name if merchant else settings.TRADEPOST.operator_name


def contact_of(merchant: Merchant | None) -> str:
    return merchant.contact_email if merchant else settings.TRADEPOST.operator_email


def write_to(ref: SubjectRef, template: str, *, language: str = "en", **context: object) -> None:
    """Queue one service mail of this room to the person, in the merchant's or the operator's name."""
    merchant = merchant_of(ref)
    queue_mail(
        to=ref.email,
        template=f"rights/{template}",
        context=context | {"sender": sender_name(merchant), "contact": contact_of(merchant)},
        merchant=merchant,
        language=language,
        reply_to=contact_of(merchant),
        about=f"privacy.{template}",
    )


def tell_of_change(
    *, merchant: Merchant, emails: Iterable[str], what: str, by: Actor, language: str = ""
) -> int:
    """One mail to each whose data a shop's people or programs changed or deleted (``what``), Art. 19 GDPR.

    A program that changes something every minute is told of once a day. What the person does by their own hand needs none; an import counts as its starter's doing.
    Returns how many were queued.
    """
    if by.kind not in {ActorKind.USER, ActorKind.TOKEN}:
        return 0
    about = f"rights.{what}"
    return queue_same(
        to=_not_told_today(merchant, emails, about),
        template="rights/changed_by_shop",
        context={
            "what": what,
            "sender": merchant.name,
            "contact": merchant.contact_email,
            "portal": settings.TRADEPOST.base_url
            + reverse("rights:ask-merchant", args=[merchant.handle]),
        },
        merchant=merchant,
        language=language or merchant.language,
        reply_to=merchant.contact_email,
        about=about,
    )


def tell_desk(request: RightsRequest) -> None:
    """Tell whoever answers that a request waits, and until when; it is read at the desk, not in a mail."""
    merchant = merchant_of(request.ref)
    page, about = desk_url(merchant), "rights.waiting"
    if told_since(clock.now() - timedelta(hours=1), merchant, [contact_of(merchant)], about):
        return
    queue_mail(
        to=contact_of(merchant),
        template="rights/waiting",
        context={"right": request.right, "due": request.due_at, "page": page},
        merchant=merchant,
        language=merchant.language if merchant else "en",
        about=about,
    )


def _not_told_today(merchant: Merchant, emails: Iterable[str], about: str) -> list[str]:
    told: set[str] = set()
    wanted = list(emails)
    for some in batched(wanted, 500):
        told |= told_since(clock.now() - timedelta(days=1), merchant, some, about)
    return [email for email in wanted if email not in told]


def told_since(
    moment: datetime, merchant: Merchant | None, emails: Iterable[str], about: str
) -> set[str]:
    """Which of these addresses were written to about it since."""
    with scopes_disabled():
        mails = Mail.objects.filter(merchant=merchant, about=about, queued_at__gt=moment)
        return set(mails.filter(address__in=list(emails)).values_list("address", flat=True))


def desk_url(merchant: Merchant | None) -> str:
    if merchant is None:
        return settings.TRADEPOST.base_url
    return settings.TRADEPOST.base_url + reverse("rights_office:requests", args=[merchant.handle])


def tell_recipients(ref: SubjectRef, *, what: str) -> int:
    """Tell each outside party that got this person's data of a correction or erasure (Art. 19 GDPR).

    The mail names the party's own references and the kinds of data, not the person. One that takes
    such notices elsewhere, on its own page or in the shop's own system, is told by the controller,
    who gets the mail with the request to pass it on. Returns how many parties were told of.
    """
    with scopes_disabled():
        found = list(
            Disclosure.objects.filter(merchant=ref.merchant_id, subject_key=ref.key)
            .order_by("processor", "pk")
            .values_list("processor", "reference")
        )
    told = 0
    merchant = merchant_of(ref)
    for name, references in _by_processor(found).items():
        party = processors.get(name)
        if party is None:
            continue
        queue_mail(
            to=party.contact_email or contact_of(merchant),
            template="rights/recipient",
            context={
                "what": what,
                "party": "" if party.contact_email else str(party.name),
                "references": sorted(references),
                "kinds": [kind.value for kind in party.what],
                "sender": sender_name(merchant),
                "contact": contact_of(merchant),
            },
            merchant=merchant,
            about="rights.recipient",
        )
        told += 1
    return told


def _by_processor(found: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    grouped: dict[str, set[str]] = {}
    for name, reference in found:
        grouped.setdefault(name, set()).add(reference)
    return {name: references - {""} for name, references in grouped.items()}
