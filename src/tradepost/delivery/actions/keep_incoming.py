"""Keeping what no program could deal with, and sending it on to whoever answers for the address."""

import hashlib
from datetime import timedelta
from email.message import Message
from email.utils import getaddresses

from django.conf import settings
from django.db import models, transaction
from django.db.models import Sum
from django.db.models.functions import Length
from django.utils import translation
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.datamap.subjects import email_hasher
from tradepost.delivery.actions.queue import queue_mail
from tradepost.delivery.bounces import LONGEST, email_of
from tradepost.delivery.bounces.text import header, report_text
from tradepost.delivery.incoming.addresses import is_taken_here
from tradepost.delivery.incoming.named import MoreThanListed, addresses_in
from tradepost.delivery.models import IncomingMail, Mail, Mailing, NamedAddress
from tradepost.delivery.queries import mail_domain
from tradepost.delivery.retention import INCOMING_FOR
from tradepost.delivery.types import FORWARD, Kept
from tradepost.lib import clock
from tradepost.lib.addresses import InvalidEmail, normalise_email

# Spam comes to these addresses, too: beyond so many a day it is kept and shown, and mailed to nobody.
FORWARDED_A_DAY = 50
LONGEST_FORWARDED = 10_000
# Strangers' mail must not fill the disk: of a message no more is kept than is read, of most hardly more than
# its words once a day has brought so many bytes, and from so many on the other server keeps them.
KEPT_A_DAY = 5_000
BYTES_A_DAY = 200 * 1024 * 1024
_SMALL = 4 * 1024
_BY_MACHINES = {"bulk", "list", "junk", "auto_reply", "auto-reply"}


def keep_incoming(
    *,
    recipient: str,
    content: bytes,
    why: Kept,
    sender: str | None = None,
    merchant_id: int | None = None,
    forward: bool = True,
) -> IncomingMail:
    """Keep a message for a month, and send a letter on to the merchant or the operator.

    ``sender`` is the envelope's; empty for machines' mail (RFC 5321 §4.5.5), None when it is not known.
    Twice is once. What machines wrote is kept, and sent on to nobody: that would go round in circles.
    """
    digest = hashlib.sha256(recipient.strip().lower().encode() + b"\0" + content).hexdigest()
    message = email_of(content)
    with transaction.atomic(), scopes_disabled():
        row, is_new = IncomingMail.objects.get_or_create(
            digest=digest,
            defaults={
                "merchant_id": merchant_id,
                "why": why,
                "recipient": _storable(recipient, 254),
                "sender": sender_of(message, sender),
                "subject": _storable(header(message, "Subject"), 300),
                "text": _words(message),
                "content": content[: _room()],
            },
        )
        if is_new:
            _list_addresses(row)
        if is_new and forward and sender != "" and is_a_persons(message):
            _forward(row)
    return row


def _list_addresses(row: IncomingMail) -> None:
    try:
        named = addresses_in(
            row.sender, row.subject, row.text, bytes(row.content).decode(errors="replace")
        )
    except MoreThanListed:
        return
    hashed = email_hasher()
    NamedAddress.objects.bulk_create(
        NamedAddress(mail=row, address_key=hashed(address)) for address in sorted(named)
    )
    row.is_listed = True
    row.save(update_fields=["is_listed"])


def is_full() -> bool:
    """Whether the last day brought so many letters that no further one is taken."""
    with scopes_disabled():
        return _of_today().count() >= KEPT_A_DAY


def _room() -> int:
    used = _of_today().aggregate(bytes=Sum(Length("content")))["bytes"] or 0
    return LONGEST if used < BYTES_A_DAY else _SMALL


def _of_today() -> models.QuerySet[IncomingMail]:
    return IncomingMail.objects.filter(received_at__gt=clock.now() - timedelta(days=1))


def _forward(row: IncomingMail) -> None:
    merchant = _merchant_of(row)
    to = getattr(merchant, "contact_email", "") if merchant else settings.TRADEPOST.operator_email
    if not row.sender or not to or is_taken_here(to) or _is_enough_for_today(to):
        return
    language = str(getattr(merchant, "language", "") or "en")
    with translation.override(language):
        shown = row.subject or _("(no subject)")
    queue_mail(
        to=to,
        template=FORWARD,
        context={
            "mail": {"sender": row.sender, "subject": shown},
            "at": row.recipient,
            "words": row.text[:LONGEST_FORWARDED],
            "days": INCOMING_FOR.days,
            "for_operator": merchant is None,
        },
        merchant=merchant,
        language=language,
        reply_to=row.sender,
        about=f"delivery.incomingmail:{row.pk}",
    )
    row.forwarded_at = clock.now()
    row.save(update_fields=["forwarded_at"])


def _merchant_of(row: IncomingMail) -> models.Model | None:
    if row.merchant_id is None:
        return None
    shops: type[models.Model] = Mailing._meta.get_field("merchant").remote_field.model
    return shops._base_manager.filter(pk=row.merchant_id).first()


def is_a_persons(message: Message) -> bool:
    """No holiday notice, no list, no copy of what we had sent ourselves."""
    if header(message, "Auto-Submitted").strip().lower() not in {"", "no"}:
        return False
    if header(message, "Precedence").strip().lower() in _BY_MACHINES:
        return False
    return not any(name in message for name in ("X-Loop", "List-Id", "X-Autoreply"))


def _is_enough_for_today(to: str) -> bool:
    since = clock.now() - timedelta(days=1)
    sent = Mail.objects.filter(template=FORWARD, address=to.lower(), queued_at__gt=since)
    return sent.count() >= FORWARDED_A_DAY


def sender_of(message: Message, envelope: str | None) -> str:
    """Whom an answer would reach: Reply-To, From, and the envelope's sender, the first that is an
    address and none of ours."""
    for text in (header(message, "Reply-To"), header(message, "From"), envelope or ""):
        for _name, address in getaddresses([text[:1000]]):
            try:
                found = normalise_email(address)
            except InvalidEmail:
                continue
            if found.rpartition("@")[2] != mail_domain():
                return found[:254]
    return ""


def _words(message: Message) -> str:
    return _storable(report_text(message), 20_000, lines=True)


def _storable(text: str, longest: int, *, lines: bool = False) -> str:
    """Without what a database cannot hold, or a page would be disturbed by."""
    kept = "\n\t" if lines else ""
    whole = text[:longest].encode("utf-8", "replace").decode()
    return "".join(letter if letter in kept or letter >= " " else " " for letter in whole).strip()
