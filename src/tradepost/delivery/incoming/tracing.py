"""Which letter of ours a report is about: by what we had signed in it, and by nothing else.

Providers take the recipient's address out of their feedback reports, and send them to one registered
address. What stays is the letter's head: its Message-ID, its return path and its List-Unsubscribe
hold the number of the letter under a seal that nobody else can make.
"""

import base64
import re
from collections.abc import Iterator
from email.message import Message

from tradepost.delivery.bounces import LONGEST, email_of
from tradepost.delivery.bounces.text import body, content_type, header, payload_of
from tradepost.delivery.outgoing.tokens import BadToken, Kind, Table, read_token
from tradepost.delivery.queries import mail_domain

_PARTS = 60
# A token is 32 digits; what else may stand around it does not matter.
_TOKEN = re.compile(r"(?<![0-9a-z])(?:([bu])-)?([0-9a-f]{32})@([a-z0-9.-]{1,255})", re.IGNORECASE)
_TELLING = ("Message-ID", "List-Unsubscribe", "Return-Path", "X-Original-Message-ID")
_KINDS: dict[str, Kind] = {"": "message", "b": "bounce", "u": "unsubscribe"}


def letter_behind(message: Message) -> tuple[Table, int] | None:
    """Table and row number of the letter that a report quotes; None when nothing in it is ours."""
    for text in _telling_texts(message):
        for found in _TOKEN.finditer(text[:LONGEST]):
            letter = _opened(found)
            if letter:
                return letter
    return None


def _opened(found: re.Match[str]) -> tuple[Table, int] | None:
    mark, token, domain = (found[1] or "").lower(), found[2].lower(), found[3].lower()
    if domain.rstrip(".") != mail_domain().lower():
        return None
    try:
        return read_token(_KINDS[mark], token)
    except BadToken:
        return None


def _telling_texts(message: Message) -> Iterator[str]:
    """What a report says of the letter, the quoted letter's own head first. The report's own head does
    not count: an ordinary answer names our letter there, too."""
    parts = _all_parts(message)
    for part in parts[1:]:
        yield from (header(part, name) for name in _TELLING)
    for part in parts:
        if content_type(part) == "message/feedback-report":
            yield _report_of(part)
        elif content_type(part) in {"text/rfc822-headers", "message/rfc822-headers", "text/plain"}:
            yield body(part)


def _report_of(part: Message) -> str:
    """The fields of a feedback report as one text: Original-Mail-From is our return path."""
    payload: object = payload_of(part)
    if isinstance(payload, list):
        return "\n".join(str(item)[:LONGEST] for item in payload[:5])
    return str(payload)


def _all_parts(message: Message) -> list[Message]:
    """Every part, those of the quoted letters included."""
    found: list[Message] = []
    waiting = [message]
    while waiting and len(found) < _PARTS:
        part = waiting.pop(0)
        found.append(part)
        payload: object = payload_of(part)
        if isinstance(payload, list):
            waiting[:0] = [_plain(part, item) for item in payload[:_PARTS] if _is_message(item)]
    return found


def _is_message(item: object) -> bool:
    return isinstance(item, Message)


def _plain(part: Message, item: Message) -> Message:
    """A quoted letter, also when a gateway packed it in base64, which no standard allows."""
    packed: object = payload_of(item)
    encoding = header(part, "Content-Transfer-Encoding").strip().lower()
    if (
        content_type(part) != "message/rfc822"
        or encoding != "base64"
        or not isinstance(packed, str)
    ):
        return item
    try:
        return email_of(base64.b64decode(packed.encode("ascii", "ignore")))
    except ValueError:
        return item
