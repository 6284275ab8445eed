"""The promises that the post keeps, each tried on the running code."""

import base64
import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django_scopes import scopes_disabled

from tradepost.datamap import rooms as registered
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.rooms import MailTemplate
from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery.actions import open_mailing, queue_mail, start_mailing, suppress
from tradepost.delivery.actions.receive import NotOurs, receive
from tradepost.delivery.engine.journal import JournalFolder
from tradepost.delivery.engine.sender import Engine
from tradepost.delivery.models import Handover, Mailing
from tradepost.delivery.outgoing import sources
from tradepost.delivery.outgoing.dkim import own_keys
from tradepost.delivery.outgoing.sources import Claimed, Compiled, Hole, NotWritten, Recipient
from tradepost.delivery.outgoing.tokens import BadToken, make_tokens, read_token
from tradepost.delivery.queries import is_suppressed
from tradepost.delivery.testing import Captured, CaptureServer
from tradepost.delivery.types import SuppressionReason
from tradepost.lib.smtp import Relay
from tradepost.modules.mail_templates import mail_templates

ADDRESS = "somebody@promise-check.example"
_TEMPLATE = "delivery/relay-test"


@contextmanager
def _post() -> Iterator[tuple[Engine, CaptureServer]]:
    """The real engine, with a spool and a mail server of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        CaptureServer().running() as server,
        Engine(
            relay=Relay.from_url(server.url), connections=1, spool=JournalFolder(Path(folder))
        ) as engine,
    ):
        yield engine, server


def _queue_check_mail() -> None:
    queue_mail(to=ADDRESS, template=_TEMPLATE, context={"site": "promise-check.example"})


def _received() -> list[Captured]:
    with _post() as (engine, server):
        engine.run_until_idle()
        return [mail for mail in server.messages if mail.recipient == ADDRESS]


@keeps("secure.signed", Evidence.TESTED)
def outgoing_mail_is_signed() -> str:
    _queue_check_mail()
    mails = _received()
    require(mails, "the mail of the check did not arrive")
    data = mails[0].data
    found = _verified(data)
    require(len(found) >= 2, f"of the DKIM signatures only {found or 'none'} can be verified")
    require(not _verified(data.replace(b"relay", b"delay")), "a changed text still passes")
    require(not _verified(b"From: x@y.example\r\n" + data), "a second sender still passes")
    return f"a mail through the engine carried {' and '.join(found)}; a changed one failed both"


@keeps("secure.signed", Evidence.TESTED)
def tokens_in_mail_cannot_be_forged() -> str:
    token = make_tokens("bounce", "handover", [1])[0]
    require(read_token("bounce", token) == ("handover", 1), "a token of our own is not known")
    forged = [token[:n] + ("0" if token[n] != "0" else "1") + token[n + 1 :] for n in range(32)]
    for text in [*forged, "0" * 32, token[::-1]]:
        require(_is_refused("bounce", text), "a changed return path is taken for ours")
    require(_is_refused("unsubscribe", token), "a return path works as an unsubscribe address")
    return f"{len(forged) + 3} changed or misused return paths were refused"


def _is_refused(kind: str, text: str) -> bool:
    try:
        read_token("bounce" if kind == "bounce" else "unsubscribe", text)
    except BadToken:
        return True
    return False


def _verified(data: bytes) -> list[str]:
    """The algorithms whose signature holds, read afresh from the bytes as a receiver would."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = re.sub(rb"\r\n[ \t]+", b" ", head).split(b"\r\n")
    fields = [(line.split(b":", 1)[0].lower(), line) for line in lines]
    keys = {key.selector: key for key in own_keys()}
    found = []
    for line in (line for name, line in fields if name == b"dkim-signature"):
        tags = {
            k.strip(): v.strip() for k, _, v in (t.partition(b"=") for t in line[15:].split(b";"))
        }
        canonical = _canonical(line[: line.rindex(b"b=") + 2])
        signed = _chosen(fields, tags[b"h"]) + canonical
        hashed = base64.b64encode(hashlib.sha256(body).digest())
        key = keys.get(tags[b"s"].decode())
        if key and hashed == tags[b"bh"] and _holds(key.private.public_key(), tags[b"b"], signed):
            found.append(tags[b"a"].decode())
    return found


def _chosen(fields: Sequence[tuple[bytes, bytes]], names: bytes) -> bytes:
    """RFC 6376 §5.4.2: each naming takes the last header of that name not yet taken."""
    left, lines = list(fields), b""
    for name in map(bytes.strip, names.split(b":")):
        place = next((n for n in reversed(range(len(left))) if left[n][0] == name), None)
        if place is not None:
            lines += _canonical(left.pop(place)[1]) + b"\r\n"
    return lines


def _canonical(line: bytes) -> bytes:
    name, _, value = line.partition(b":")
    return name.lower().strip() + b":" + b" ".join(value.split())


def _holds(key: object, signature: bytes, signed: bytes) -> bool:
    raw = base64.b64decode(signature)
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(raw, signed, PKCS1v15(), hashes.SHA256())
        else:
            key.verify(raw, hashlib.sha256(signed).digest())  # type: ignore[attr-defined]  # Ed25519
    except InvalidSignature:
        return False
    return True


@keeps("purpose.service-mail", Evidence.TESTED)
def only_flagged_templates_pass_an_unsubscription() -> str:
    flagged = [head for head in mail_templates.values() if head.service]
    wrong = [head.name for head in flagged if head.purpose not in registered.SERVICE_PURPOSES]
    require(not wrong, f"flagged as service mail, yet people may refuse it: {wrong}")
    for purpose in (Purpose.NEWSLETTERS, Purpose.PROMOTIONS, Purpose.STATISTICS):
        require(_flag_is_refused(purpose), f"mail for {purpose} can be flagged as service mail")
    suppress(address=ADDRESS, reason=SuppressionReason.UNSUBSCRIBE)
    _queue_check_mail()
    with patch.dict(mail_templates):
        mail_templates[_TEMPLATE] = MailTemplate(name=_TEMPLATE, purpose=Purpose.NEWSLETTERS)
        _queue_check_mail()
    count = len(_received())
    require(count >= 1, "a service announcement did not reach somebody who unsubscribed")
    require(count == 1, "mail that is no service mail reached somebody who unsubscribed")
    return (
        f"{len(flagged)} templates are flagged; somebody unsubscribed got a flagged mail, no other"
    )


def _flag_is_refused(purpose: Purpose) -> bool:
    with patch.dict(mail_templates):
        try:
            MailTemplate(name="delivery/check", purpose=purpose, service=True)
        except registered.NoServicePurpose:
            return True
    return False


class _Probe:
    """A newsletter to one person; remembers who was turned off."""

    def __init__(self) -> None:
        self.off: list[int] = []

    def compile(self, mailing: Mailing) -> Compiled:  # noqa: ARG002  a source of messages
        return Compiled(
            subject=["News"],
            text=["Unsubscribe: ", Hole("leave"), "\n"],
            html=[],
            from_name="Promise check",
            from_address="check@promise-check.example",
        )

    def data_for(
        self,
        mailing: Mailing,  # noqa: ARG002  a source of messages
        rows: Sequence[Claimed],
    ) -> Mapping[int, Recipient | NotWritten]:
        url = "https://promise-check.example/u/1"
        return {row.pk: Recipient({"leave": url}, url) for row in rows}

    def turned_off(
        self,
        mailing: Mailing,  # noqa: ARG002  a source of messages
        contact_id: int,
        address: str,  # noqa: ARG002  a source of messages
        why: SuppressionReason,  # noqa: ARG002  a source of messages
    ) -> None:
        self.off.append(contact_id)


@keeps("choice.unsubscribe-by-message", Evidence.TESTED)
def writing_to_the_address_unsubscribes() -> str:
    probe = _Probe()
    with scopes_disabled(), patch.dict(sources.sources, {"promise-check": probe}):
        mailing = _mailing()
        mails = _received()
        require(mails, "the newsletter of the check did not arrive")
        header = str(mails[0].message.get("List-Unsubscribe", ""))
        found = re.search(r"<mailto:([^?>]+)", header)
        require(found, "the newsletter names no address to unsubscribe by mail")
        recipient = found[1] if found else ""
        absent = b"From: a@b.example\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n"
        receive(recipient=recipient, content=absent)
        require(not probe.off, "a holiday notice unsubscribed somebody")
        receive(recipient=recipient, content=b"From: a@b.example\r\n\r\nPlease no more.\r\n")
        require(probe.off == [4711], "a message to the address did not withdraw the consent")
        require(_is_nobodys("u-" + "0" * 32 + recipient[34:]), "a guessed address was accepted")
    _falls_back(mailing, recipient)
    return "a message to the address in a sent newsletter turned its reader's consent off"


def _mailing() -> Mailing:
    merchant = Mailing._meta.get_field("merchant").related_model._default_manager.create(
        name="Promise check",
        handle="promise-check",
        contact_email="owner@promise-check.example",
        country="AT",
        website="https://promise-check.example",
    )
    mailing = open_mailing(merchant=merchant, kind="promise-check", source_id=1)
    Handover.objects.create(mailing=mailing, contact_id=4711, address=ADDRESS)
    start_mailing(mailing=mailing)
    return mailing


def _is_nobodys(recipient: str) -> bool:
    try:
        receive(recipient=recipient, content=b"\r\n")
    except NotOurs:
        return True
    return False


def _falls_back(mailing: Mailing, recipient: str) -> None:
    """The source is gone (a room was switched off): the address itself is suppressed."""
    receive(recipient=recipient, content=b"From: a@b.example\r\n\r\nNo more.\r\n")
    found = is_suppressed(address=ADDRESS, merchant_id=mailing.merchant_id)
    require(found, "without its source an unsubscription was lost")
