"""Reading what comes back: server answers, delivery reports, feedback reports, free text."""

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage, Message
from email.utils import getaddresses

from flufl.bounce import all_failures

from tradepost.delivery.types import BounceKind

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_NOBODY = re.compile(
    r"(user|mailbox|recipient|address|account)\b.{0,40}"
    r"(unknown|not found|does not exist|doesn't exist|disabled|no longer|unavailable|rejected)"
    r"|(unknown|no such|invalid) (user|recipient|mailbox|address|account)"
    r"|unbekannt|existiert nicht|n'existe pas|no existe",
    re.IGNORECASE,
)
_FULL = re.compile(r"(mailbox|quota|storage).{0,30}(full|exceeded)|over ?quota", re.IGNORECASE)


@dataclass(frozen=True)
class Report:
    """What one returned message says; ``recipient`` only when it says it."""

    kind: BounceKind
    text: str = ""
    recipient: str = ""


def classify(answer: str) -> BounceKind:
    """Hard, soft or neither, from a server's words. Refusals for policy or content say nothing about
    the mailbox and count as ``OTHER`` (RFC 3463 class x.7, and x.6 for content)."""
    found = _STATUS.search(answer)
    if found:
        rank, subject, detail = (int(part) for part in found.groups())
        return _by_status(rank, subject, detail, answer)
    if _FULL.search(answer):
        return BounceKind.SOFT
    if answer[:1] == "4":
        return BounceKind.SOFT
    if _NOBODY.search(answer):
        return BounceKind.HARD
    return BounceKind.OTHER


def _by_status(rank: int, subject: int, detail: int, answer: str) -> BounceKind:
    if rank == 2:
        return BounceKind.OTHER
    if subject in {6, 7}:
        return BounceKind.OTHER
    if rank == 4 or (subject == 2 and detail in {2, 3, 4}) or _FULL.search(answer):
        return BounceKind.SOFT
    if subject == 1 or (subject == 2 and detail in {0, 1}):
        return BounceKind.HARD
    if subject in {3, 4}:
        return BounceKind.SOFT
    return BounceKind.HARD if _NOBODY.search(answer) else BounceKind.OTHER


def email_of(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def read(message: EmailMessage) -> Report:
    """The meaning of a message that came to a return path.

    Order matters: a feedback report may quote a bounce, and an auto-reply may quote anything.
    """
    for reader in (_feedback, _delivery_status, _auto_reply, _free_text):
        report = reader(message)
        if report:
            return report
    return Report(BounceKind.OTHER)


def _feedback(message: EmailMessage) -> Report | None:
    """RFC 5965: somebody pressed *this is spam*."""
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            fields = _fields(part)
            if fields.get("feedback-type", "abuse").lower() in {"abuse", "fraud", "opt-out"}:
                return Report(
                    BounceKind.COMPLAINT, "feedback report", fields.get("original-rcpt-to", "")
                )
            return Report(BounceKind.OTHER, fields.get("feedback-type", ""))
    return None


def _delivery_status(message: EmailMessage) -> Report | None:
    """RFC 3464: the machine's own account, one block a recipient."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in _blocks(part):
            action = str(block.get("Action", "")).lower()
            if action in {"failed", "delayed"}:
                return _of_block(block, action)
        return Report(BounceKind.OTHER, "delivery report without a failure")
    return None


def _of_block(block: Message, action: str) -> Report:
    status = str(block.get("Status", ""))
    words = str(block.get("Diagnostic-Code", "")).partition(";")[2].strip()
    recipient = str(block.get("Final-Recipient", "")).partition(";")[2].strip()
    kind = BounceKind.SOFT if action == "delayed" else classify(f"{status} {words}")
    if kind is BounceKind.OTHER and not status and words:
        kind = classify(words)
    return Report(kind, words or status, recipient)


def _auto_reply(message: EmailMessage) -> Report | None:
    """RFC 3834, and what the world does instead: holidays never count."""
    submitted = str(message.get("Auto-Submitted", "no")).lower()
    signs = (
        submitted.startswith("auto-replied"),
        "x-autoreply" in message or "x-autorespond" in message,
        str(message.get("Precedence", "")).lower() == "auto_reply",
        bool(
            re.match(
                r"(auto(matic)?[- ]?(reply|response)|out of (the )?office|abwesen|réponse automatique)",
                str(message.get("Subject", "")),
                re.IGNORECASE,
            )
        ),
    )
    return Report(BounceKind.AUTO_REPLY) if any(signs) else None


def _free_text(message: EmailMessage) -> Report | None:
    """What flufl.bounce makes of servers that never read the standards."""
    temporary, permanent = all_failures(message)
    for kind, found in ((BounceKind.HARD, permanent), (BounceKind.SOFT, temporary)):
        for address in found:
            name = address.decode() if isinstance(address, bytes) else str(address)
            return Report(kind, "read by flufl.bounce", name)
    return None


def _blocks(part: Message) -> list[Message]:
    payload: object = part.get_payload()
    found = payload if isinstance(payload, list) else []
    return [block for block in found if isinstance(block, Message)]


def _fields(part: Message) -> dict[str, str]:
    """The fields of a feedback report; the parser may have taken them as a message or as text."""
    for block in _blocks(part):
        return {name.lower(): _bare(value) for name, value in block.items()}
    pairs = (line.partition(":") for line in str(part.get_payload()).splitlines())
    return {name.strip().lower(): _bare(value) for name, _, value in pairs}


def _bare(value: str) -> str:
    addresses = getaddresses([str(value)])
    return addresses[0][1] if "@" in str(value) and addresses else str(value).strip()
