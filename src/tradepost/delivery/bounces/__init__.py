"""Reading what comes back: server answers, delivery reports, feedback reports, free text."""

import email
import email.policy
import logging
import re
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses

from flufl.bounce import all_failures

from tradepost.delivery.bounces.text import (
    before_original,
    body,
    content_type,
    first_address,
    header,
    named_address,
    parts_of,
    payload_of,
    report_text,
)
from tradepost.delivery.bounces.words import OURS, Cause, cause_of, classify, kind_of
from tradepost.delivery.types import BounceKind
from tradepost.lib.addresses import InvalidEmail, normalise_email

__all__ = ["OURS", "BounceReport", "Cause", "cause_of", "classify", "email_of", "kind_of", "read"]

# It logs whatever malformed mail makes it raise, with its trace; see ``_flufl``.
logging.getLogger("flufl.bounce").disabled = True
NO_FAILURE = "delivery report without a failure"
LONGEST = 256 * 1024  # bytes of a message that are looked at; reports come before what they return
MOST_LINES = 20_000  # of these: each is tried against some fifty patterns, and an empty one costs as much as any
LONGEST_LINE = 20_000  # RFC 5321 ends one at 998; of a text no more is looked at anyhow

_DAEMON = re.compile(
    r"mailer[-_. ]?daemon|post[-_ ]?master|mail[-_ ]?(delivery|system|administrator|gateway)|mdaemon"
    r"|delivery (sub)?system|mail-?admin|autoresponder-bounce|system administrator",
    re.IGNORECASE,
)
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|not (be )?delivered|delivery (status )?(notification|failure|failed|error|problem|report|incomplete|delay|has failed|unsuccessful|attempt)"
    r"|returned (mail|message|e-?mail|to sender)|failure notice|mail(er)? (delivery|system|error|failed)|fail(ed|ure) (to )?deliver"
    r"|non[- ]?(delivery|remis)|warning: (message|could not)|message (status|rejected|could not|delivery)|permanent (delivery )?(failure|error)|could ?n[o']t be (sent|delivered)|unzustellbar|nicht zugestellt|nachricht.{0,20}nicht|(mail|message).{0,20}failed|delivery time|user unknown|(error|problem) (sending|delivering)|無法|不能送|配信|送信(できません|エラー)|недоставл",
    re.IGNORECASE,
)
_BOUNCE_TEXT = re.compile(
    r"(could|can|was|were|has|have|did)(n't| ?not| not) (been |be )?(delivered|deliverable|reach|sent)|undeliver|unable to deliver|delivery .{0,40}(fail|unsuccess|impossible|error)|(permanent|fatal) (fatal )?error|following (address|recipient|user)|delivery (has )?failed|not reach the following|returned to sender|failed to deliver|was not delivered|cannot be delivered|error .{0,20}deliver|送信できません|could not deliver|couldn't be (found|delivered)|エラー",
    re.IGNORECASE,
)
_COMPLAINT_SUBJECT = re.compile(r"complaint about message", re.IGNORECASE)
_ANSWER = re.compile(r"\s*(re|aw|sv|antw|fwd?|wg|tr|rv)( ?\[\d\])?:", re.IGNORECASE)
_AUTO_SUBJECT = re.compile(
    r"(re: ?)?(auto(matic|mated)?[- :]{0,3}(reply|repl|response|respon|answer|antwort)|out[- ]of[- ](the[- ])?(office|town)|ooo:|vacation|away from|on (leave|holiday|vacation)"
    r"|abwesen|réponse automatique|automat(ische|isch|yczna|ické|iskt)|respuesta autom|risposta automatica|absen|urlaub|r(é|e)ponse d'absence|自動(返信|応答)|автоответ)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class BounceReport:
    """What one returned message says; ``recipient`` only when it says it, in our own spelling."""

    kind: BounceKind
    text: str = ""
    recipient: str = ""
    cause: Cause = Cause.UNCLEAR


def email_of(content: bytes) -> Message:
    """The message, cut to a length that every reader here can afford.

    The old policy on purpose: it leaves headers alone until they are asked for, so a malformed one
    cannot raise.
    """
    lines = content[:LONGEST].split(b"\n", MOST_LINES)[:MOST_LINES]
    content = b"\n".join(line[:LONGEST_LINE] for line in lines)
    try:
        return email.message_from_bytes(content, policy=email.policy.compat32)
    except RecursionError:  # boxes in boxes in boxes: nobody's report
        return BytesParser(policy=email.policy.compat32).parsebytes(content, headersonly=True)


def read(message: Message) -> BounceReport:
    """The meaning of a message that came to a return path.

    Order matters: a feedback report may quote a bounce, and an auto-reply may quote anything; but the
    signs of a bounce win over ``Auto-Submitted: auto-replied``, which Exim, Google and others put on
    bounces too.
    """
    message = _unwrapped(message)
    for reader in (_feedback, _delivery_status, _bounce_in_words, _auto_reply, _unsigned_bounce):
        report = reader(message)
        if report:
            return report
    return BounceReport(BounceKind.OTHER)


def _unwrapped(message: Message) -> Message:
    """Some gateways send a report on as the only attachment of an empty message."""
    payload: object = payload_of(message)
    inner = payload[0] if isinstance(payload, list) and len(payload) == 1 else message
    if isinstance(inner, Message) and content_type(inner) == "message/rfc822":
        embedded: object = payload_of(inner)
        if isinstance(embedded, list) and embedded and _is_report(embedded[0]):
            return embedded[0] if isinstance(embedded[0], Message) else message
    return message


def _is_report(message: Message) -> bool:
    return content_type(message) == "multipart/report" or _is_from_a_daemon(message)


def _feedback(message: Message) -> BounceReport | None:
    """RFC 5965: somebody pressed *this is spam*."""
    for part in parts_of(message):
        if content_type(part) == "message/feedback-report":
            fields = _fields(part)
            if fields.get("feedback-type", "abuse").lower() in {"abuse", "fraud", "opt-out"}:
                return BounceReport(
                    BounceKind.COMPLAINT, "feedback report", fields.get("original-rcpt-to", "")
                )
            return BounceReport(BounceKind.OTHER, fields.get("feedback-type", ""))
    return _microsofts_feedback(message)


def _microsofts_feedback(message: Message) -> BounceReport | None:
    """Microsoft's loop is older than the standard: the letter itself, with the reader in a header of it."""
    if not _COMPLAINT_SUBJECT.match(header(message, "Subject").strip()):
        return None
    for part in parts_of(message):
        payload: object = payload_of(part)
        if content_type(part) == "message/rfc822" and isinstance(payload, list) and payload:
            reader = first_address(header(payload[0], "X-HmXmrOriginalRecipient"))
            if reader:
                return BounceReport(BounceKind.COMPLAINT, "feedback report", _ours(reader))
    return None


# Delivery reports --------------------------------------------------------------------------------


def _delivery_status(message: Message) -> BounceReport | None:
    """RFC 3464, also where a machine writes its fields into a text part: one block a recipient."""
    blocks = [block for part in parts_of(message) for block in _blocks(part)]
    for action in ("fail", "delay"):
        for block in blocks:
            if _action(block).startswith(action):
                return _of_block(block, delayed=action == "delay", message=message)
    if any(_action(block) for block in blocks):
        return BounceReport(BounceKind.OTHER, NO_FAILURE)
    return None


def _action(block: dict[str, str]) -> str:
    """What became of the recipient; some servers leave the field out and give a status alone, others
    have words of their own for *failed*."""
    action = block.get("action", "").strip().lower()
    if not action and "final-recipient" in block:
        action = {"5": "failed", "4": "delayed"}.get(block.get("status", "").strip()[:1], "")
    return action if action.startswith(_ACTIONS) or not action else "failed"


def _of_block(block: dict[str, str], *, delayed: bool, message: Message) -> BounceReport:
    status, words = (
        block.get("status", "").strip()[:40],
        _after_type(block.get("diagnostic-code", "")),
    )
    recipient = _recipient_of(block, message)
    cause = cause_of(f"{words} {status}")
    if not _is_clear(cause, words):
        told = _told(report_text(message), recipient)
        cause = cause if told is Cause.UNCLEAR else told
    if delayed and cause not in OURS:
        cause = Cause.NOT_NOW
    return _report(cause, words or status, recipient)


def _report(cause: Cause, text: str, recipient: str) -> BounceReport:
    """A failure without a reason that anybody could read counts like a soft one: it did not arrive."""
    kind = BounceKind.SOFT if cause is Cause.UNCLEAR else kind_of(cause)
    return BounceReport(kind, " ".join(text.split())[:300], recipient, cause)


def _is_clear(cause: Cause, words: str) -> bool:
    """Whether the report's own words settle it; *failed* without a reason does not."""
    return cause is not Cause.UNCLEAR and (
        bool(words) or cause not in {Cause.NOT_NOW, Cause.PAUSED}
    )


def _recipient_of(block: dict[str, str], message: Message) -> str:
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        found = first_address(_after_type(block.get(name, "")))
        if found:
            return _ours(found)
    return _recipient(message, report_text(message))


def _after_type(value: str) -> str:
    """``smtp; 550 no`` without its type."""
    kind, mark, rest = value.partition(";")
    return " ".join((rest if mark and " " not in kind.strip() else value).split())[:2000]


def _blocks(part: Message) -> list[dict[str, str]]:
    """The groups of fields in one part of a report."""
    kind = content_type(part)
    if kind.endswith("delivery-status"):
        payload: object = payload_of(part)
        if isinstance(payload, list):
            return [_lowered(block) for block in payload if isinstance(block, Message)]
        return _groups(body(part))
    if kind == "text/plain":
        text = body(part)
        groups = _groups(text) if _HAS_FIELDS.search(text) else []
        # People write "Action:", too.
        return [group for group in groups if not _ABOUT_SOMEBODY.isdisjoint(group)]
    return []


_ACTIONS = ("fail", "delay", "deliver", "relay", "expand")  # RFC 3464 §2.3.3
_ABOUT_SOMEBODY = {"final-recipient", "original-recipient", "x-actual-recipient", "status"}
_HAS_FIELDS = re.compile(r"^(?:final-recipient|action) ?:", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(
    r"^(final-recipient|original-recipient|x-actual-recipient|action|status|diagnostic-code) ?: ?(.{0,2000})",
    re.IGNORECASE,
)


def _groups(text: str) -> list[dict[str, str]]:
    """Fields out of running text; an empty line, or the same field again, begins the next group."""
    groups: list[dict[str, str]] = [{}]
    last = ""
    for line in before_original(text).splitlines()[:400]:
        field = _FIELD.match(line)
        if field:
            last = field[1].lower()
            if last in groups[-1]:
                groups.append({})
            groups[-1][last] = field[2]
        elif last and line[:1] in {" ", "\t"} and line.strip():
            groups[-1][last] += " " + line.strip()
        else:
            last = ""
    return [group for group in groups if group][:40]


def _lowered(block: Message) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in block.items()}


# Bounces in words --------------------------------------------------------------------------------


def _bounce_in_words(message: Message) -> BounceReport | None:
    """A bounce without a report part that can be used: by its signs, then by its sentences."""
    text = report_text(message)
    if not _is_bounce(message, text):
        return None
    return _in_words(message, text)


def _is_bounce(message: Message, text: str) -> bool:
    if header(message, "X-Failed-Recipients"):
        return True
    subject = header(message, "Subject")
    if _AUTO_SUBJECT.match(subject.strip()):
        return False
    signs = (
        _is_from_a_daemon(message),
        bool(_BOUNCE_SUBJECT.search(subject)) and not _ANSWER.match(subject),
        header(message, "Return-Path").strip() in {"<>", "<MAILER-DAEMON>"},
        content_type(message) == "multipart/report",
    )
    said = bool(_BOUNCE_TEXT.search(text)) or bool(signs[1])
    return (said and any(signs)) or (signs[0] and cause_of(text) is not Cause.UNCLEAR)


def _is_from_a_daemon(message: Message) -> bool:
    return any(_DAEMON.search(header(message, name)) for name in ("From", "Sender", "Return-Path"))


def _in_words(message: Message, text: str) -> BounceReport:
    temporary, permanent = _flufl(message)
    recipient = _recipient(message, text, permanent or temporary)
    cause = _told(text, recipient)
    if cause is Cause.UNCLEAR:
        cause = cause_of(header(message, "Subject"))
    if temporary and not permanent and cause not in OURS:
        cause = Cause.NOT_NOW
    return _report(cause, _reason(text, recipient), recipient)


def _told(text: str, recipient: str) -> Cause:
    """The reason in sentences: what stands behind the recipient's name first."""
    cause = cause_of(_reason(text, recipient))
    return cause_of(text) if cause is Cause.UNCLEAR else cause


def _reason(text: str, recipient: str) -> str:
    at = text.lower().find(recipient) if recipient else -1
    return text[at : at + 1500] if at >= 0 else text


def _recipient(message: Message, text: str, guesses: tuple[str, ...] = ()) -> str:
    """Whom it is about: the header made for it, then flufl.bounce, the sentences, our own message."""
    named = first_address(header(message, "X-Failed-Recipients"))
    if named or guesses:
        return _ours(named or guesses[0])
    but = frozenset(
        address.lower()
        for name in ("From", "To", "Reply-To", "Return-Path", "Sender", "Delivered-To", "Cc")
        for _, address in getaddresses([header(message, name)])
        if address
    )
    found = named_address(text, but)
    return _ours(found or _addressee(message))


def _addressee(message: Message) -> str:
    """To whom the returned message was written."""
    for part in parts_of(message):
        payload: object = payload_of(part)
        if content_type(part) == "message/rfc822" and isinstance(payload, list) and payload:
            return named_address(header(payload[0], "To"))
        if content_type(part) in {"text/rfc822-headers", "text/plain", "message/rfc822"}:
            found = re.search(r"^to:(.{0,300})", body(part), re.IGNORECASE | re.MULTILINE)
            if found and named_address(found[1]):
                return named_address(found[1])
    return ""


def _ours(address: str) -> str:
    """In the spelling of our tables: lower case, the domain in Unicode."""
    try:
        return normalise_email(address) if address else ""
    except InvalidEmail:
        return address.lower()


def _flufl(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What flufl.bounce makes of servers that never read the standards: temporary, permanent."""
    try:
        found = all_failures(message)
    except Exception:  # noqa: BLE001  its readers raise whatever a malformed message makes them raise
        return (), ()
    temporary, permanent = (
        tuple(
            sorted(
                item.decode("utf-8", "replace") if isinstance(item, bytes) else str(item)
                for item in kind
            )
        )
        for kind in found
    )
    return temporary, permanent


# Neither -----------------------------------------------------------------------------------------


def _auto_reply(message: Message) -> BounceReport | None:
    """RFC 3834, and what the world does instead: holidays never count."""
    submitted = header(message, "Auto-Submitted").strip().lower()
    signs = (
        submitted.startswith(("auto-replied", "auto-notified")),
        "x-autoreply" in message or "x-autorespond" in message or "x-auto-reply" in message,
        header(message, "Precedence").strip().lower() in {"auto_reply", "auto-reply"},
        bool(_AUTO_SUBJECT.match(header(message, "Subject").strip())),
    )
    return BounceReport(BounceKind.AUTO_REPLY) if any(signs) else None


def _unsigned_bounce(message: Message) -> BounceReport | None:
    """No sign of a bounce, but flufl.bounce knows its form."""
    if any(_flufl(message)):
        return _in_words(message, report_text(message))
    return None


def _fields(part: Message) -> dict[str, str]:
    """The fields of a feedback report; the parser may have taken them as a message or as text."""
    payload: object = payload_of(part)
    if isinstance(payload, list) and payload:
        return {name: _bare(value) for name, value in _lowered(payload[0]).items()}
    pairs = (line.partition(":") for line in str(payload)[:LONGEST].splitlines()[:400])
    return {name.strip().lower(): _bare(value) for name, _, value in pairs}


def _bare(value: str) -> str:
    addresses = getaddresses([str(value)[:1000]])
    return addresses[0][1] if "@" in str(value) and addresses else str(value).strip()
