"""Turning claimed rows into envelopes: the engine's second step."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from threading import Lock

from cachetools import LRUCache
from django.conf import settings
from django_scopes import scope

from tradepost.delivery.engine.claiming import Slice
from tradepost.delivery.models import Mail, Mailing
from tradepost.delivery.outgoing.dkim import DkimSigner
from tradepost.delivery.outgoing.mime import Skeleton
from tradepost.delivery.outgoing.sources import (
    UNSUBSCRIBE_ADDRESS,
    Claimed,
    Compiled,
    Recipient,
    source_of,
)
from tradepost.delivery.outgoing.tokens import make_tokens
from tradepost.delivery.queries import mail_domain
from tradepost.delivery.types import Attachment, HandoverState
from tradepost.lib.addresses import wire_address
from tradepost.lib.smtp import Envelope

_KEPT = 16
_NOBODY = Recipient({})


class MessageRenderer:
    """Remembers the compiled messages of the mailings it wrote last."""

    def __init__(self) -> None:
        # By number and age: a number alone comes back in a database that was restored or rolled back.
        self._skeletons: LRUCache[tuple[int, datetime], Skeleton] = LRUCache(_KEPT)
        self._lock = Lock()

    def envelopes(self, taken: Slice, signer: DkimSigner | None) -> Iterator[Envelope]:
        """One envelope a row, with its own return path (VERP) and Message-ID.

        A mailing that cannot be compiled raises at once; then each message is made when it is asked
        for. One that cannot be written fails alone, the slice goes on without it. Single mails are
        made at once, for they read their attachments.
        """
        if taken.mailing and taken.rows:
            return _written(taken, self._skeleton(taken.mailing), signer)
        return iter(list(_written(taken, None, signer)))

    def _skeleton(self, mailing: Mailing) -> Skeleton:
        key = (mailing.pk, mailing.created_at)
        with self._lock:
            known = self._skeletons.get(key)
        if known is None:
            with scope(merchant=mailing.merchant):
                compiled = source_of(mailing.kind).compile(mailing)
            known = Skeleton(_for_many(compiled, mailing))
            with self._lock:
                self._skeletons[key] = known
        return known


def _for_many(compiled: Compiled, mailing: Mailing) -> Compiled:
    """What marks a mailing: Gmail's Feedback-ID (its loop reports complaints by these words), and a
    Precedence that keeps holiday notices from answering."""
    feedback = f"{mailing.pk}:{mailing.merchant_id}:{mailing.stream}:tradepost"
    headers = {"Feedback-ID": feedback, "Precedence": "bulk", **compiled.headers}
    return replace(compiled, headers=headers)


def _written(taken: Slice, fixed: Skeleton | None, signer: DkimSigner | None) -> Iterator[Envelope]:
    numbers = [row.pk for row in taken.rows]
    tokens = zip(
        make_tokens("bounce", taken.table, numbers),
        make_tokens("message", taken.table, numbers),
        make_tokens("unsubscribe", taken.table, numbers),
        strict=True,
    )
    domain = mail_domain()
    for row, marks in zip(taken.rows, tokens, strict=True):
        person = taken.people.get(row.pk, _NOBODY)
        assert isinstance(person, Recipient)
        try:
            skeleton = fixed or _letter(taken.mails[row.pk])
            envelope = _envelope(row, skeleton, person, marks, domain, signer)
        except (ValueError, TypeError) as error:
            taken.refuse(row, HandoverState.FAILED, f"could not be written: {type(error).__name__}")
        else:
            yield envelope


def _envelope(
    row: Claimed,
    skeleton: Skeleton,
    person: Recipient,
    marks: tuple[str, str, str],
    domain: str,
    signer: DkimSigner | None,
) -> Envelope:
    bounce, name, leave = marks
    url, leave = person.unsubscribe_url, f"u-{leave}@{domain}"
    to = wire_address(row.address)
    head, body = skeleton.render(
        to=to,
        message_id=f"{name}@{domain}",
        values={**person.values, UNSUBSCRIBE_ADDRESS: leave} if url else person.values,
        unsubscribe=(url, leave) if url else None,
    )
    signature = signer.signatures(head, body) if signer else b""
    return Envelope(
        row.pk,
        f"b-{bounce}@{domain}".encode(),
        to.encode(),
        b"%b%b\r\n%b" % (signature, head, body),
        not to.isascii(),
        dots=False,
    )


def _letter(mail: Mail) -> Skeleton:
    """A single mail is a message without holes. Its sender is the shop, or else the operator."""
    merchant = mail.merchant
    name = merchant.name if merchant else settings.TRADEPOST.operator_name
    local = merchant.handle if merchant else "post"
    answer = mail.reply_to or (
        merchant.contact_email if merchant else settings.TRADEPOST.operator_email
    )
    compiled = Compiled(
        subject=[mail.subject],
        text=[mail.text],
        html=[mail.html] if mail.html else [],
        from_name=name,
        from_address=f"{local}@{mail_domain()}",
        reply_to=answer,
        headers={"Auto-Submitted": "auto-generated"},
    )
    files = [
        Attachment(name=item.name, media_type=item.media_type, content=bytes(item.content))
        for item in mail.attachments.all()
    ]
    return Skeleton(compiled, files)
