"""The readable part of a returned message: what the machine wrote, without what we had sent."""

import codecs
import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from html import unescape

LONGEST = 20_000  # letters of one text that are looked at
_PARTS = 40

_ORIGINAL = re.compile(
    r"^[ \t>*|-]{0,80}(?:"
    r"(?:a |this is a |below (?:this line )?is a |here is a |attached is a )?copy of (?:the|your) (?:message|mail|e-?mail|original)"
    r"|below this line is (?:a|the) "
    r"|original (?:message|mail|e-?mail)\b.{0,40}$"
    r"|(?:the )?(?:header|headers|body|text|contents?|first \w+ lines?) of the (?:original|message)"
    r"|(?:returned|unsent|undelivered) (?:message|mail|e-?mail)(?: (?:text|headers?|follows?|below))?[ .:-]{0,60}$"
    r"|message (?:headers?|text|body|contents?) (?:follows?|are|is)"
    r"|(?:your )?(?:original )?message (?:follows|begins|is (?:below|included|attached))\b"
    r"|(?:original|message) headers?\b"
    r"|(?:start|beginning) of (?:message|the original)"
    r"|forwarded message|included message"
    r"|nachricht (?:im )?original|urspr\w{1,6}ngliche nachricht|message d'origine|mensaje original"
    r"|return-path:|received: (?:from|by|\()|(?:x-)?mime-version:"
    r")",
    re.IGNORECASE | re.MULTILINE,
)
_TAG = re.compile(r"<(?:/?[a-zA-Z!][^<>@]{0,500})>")
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/td|/li|/h\d)\b[^<>]{0,200}>", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?<![A-Za-z0-9.!#$%&'*+/=?^_`{|}~@-])"
    r"([A-Za-z0-9!#$%&'*+/=?^_`{|}~-][A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{0,63}"
    r"@(?:[A-Za-z0-9\u0080-\uffff_-]{1,63}\.){1,8}[A-Za-z\u0080-\uffff][A-Za-z0-9\u0080-\uffff-]{0,62})"
)
# Python's own ways of writing that no mail is written in; the time of the first grows with the square.
_NO_CHARSETS = {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"}
_WORD = re.compile(
    r"^(?:mail-?)?(?:postmaster|mailer-?daemon|mail-?daemon|abuse|support|help|helpdesk|noreply|no-reply|bounce|security|admin|webmaster)$"
)
_NAMES_IT = re.compile(
    r"(?:final-recipient|original-recipient|x-failed-recipients?|rcpt to|recipients?|to|an|addressee|address|failed|user|mailbox|宛先|あて先)[^@\n]{0,40}$",
    re.IGNORECASE,
)


def header(message: Message, name: str) -> str:
    """A header's text, decoded; empty when it is missing or cannot be read."""
    try:
        value = str(message.get(name, ""))[:2000]
        pieces = decode_header(value) if "=?" in value else [(value, None)]
    except (HeaderParseError, ValueError, LookupError, TypeError, AttributeError, IndexError):
        return ""
    return "".join(
        piece if isinstance(piece, str) else _decoded(piece, charset or "ascii")
        for piece, charset in pieces
    )


def content_type(message: Message) -> str:
    """The type alone, also when what follows it stands behind a blank instead of a semicolon."""
    try:
        return message.get_content_type().split()[0]
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return "text/plain"


def payload_of(part: Message) -> object:
    """The parts of a part, or its text as it came; empty when not even that can be had."""
    try:
        return part.get_payload()
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def parts_of(message: Message) -> list[Message]:
    """The parts that the reporting machine wrote; what it returned of ours is not looked into."""
    found: list[Message] = []
    waiting = [message]
    while waiting and len(found) < _PARTS:
        part = waiting.pop(0)
        found.append(part)
        payload: object = payload_of(part)
        returned = content_type(part) == "message/rfc822"
        if isinstance(payload, list) and not returned:
            waiting[:0] = [item for item in payload[:_PARTS] if isinstance(item, Message)]
    return found


def body(part: Message) -> str:
    """The decoded text of one part."""
    payload: object
    try:
        payload = part.get_payload(decode=True)
        charset = part.get_content_charset() or "utf-8"
    except (ValueError, LookupError, TypeError, AttributeError, IndexError, AssertionError):
        payload, charset = payload_of(part), "utf-8"
    if isinstance(payload, bytes):
        payload = _decoded(payload[: LONGEST * 4], charset)
    text = payload[:LONGEST] if isinstance(payload, str) else ""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def report_text(message: Message) -> str:
    """All that the machine says in sentences, up to where it begins to quote our message."""
    texts = [body(part) for part in parts_of(message) if _is_text(part)]
    if not any(text.strip() for text in texts):
        pages = [body(part) for part in parts_of(message) if content_type(part) == "text/html"]
        texts = [unescape(_TAG.sub(" ", _BREAK.sub("\n", page))) for page in pages]
    if not texts and not message.is_multipart():
        texts = [body(message)]
    return "\n".join(map(before_original, texts))[:LONGEST]


def _is_text(part: Message) -> bool:
    """Text, or a container whose boundary cannot be found: what it holds is then one text."""
    kind = content_type(part)
    is_unpacked = kind.startswith("multipart/") and isinstance(payload_of(part), str)
    return kind == "text/plain" or is_unpacked


def before_original(text: str) -> str:
    """A text up to its quotation of our message; whole when it begins with one."""
    found = _ORIGINAL.search(text)
    return text[: found.start()] if found and text[: found.start()].strip() else text


def named_address(text: str, but: frozenset[str] = frozenset()) -> str:
    """The recipient whom a text speaks of: the first that a label names, else the first; none of ``but``."""
    first = ""
    for found in _ADDRESS.finditer(text):
        address = found[1].strip("'.").lower()
        local, _, domain = address.partition("@")
        if address in but or _WORD.match(local) or not domain:
            continue
        if _stands_alone(text, found):
            return address
        first = first or address
    return first


def first_address(value: str) -> str:
    """The address in a field that holds nothing else."""
    found = _ADDRESS.search(value)
    return found[1].strip("'.").lower() if found else ""


def _stands_alone(text: str, found: re.Match[str]) -> bool:
    """Alone on its line, or behind a word for a recipient."""
    begin = text.rfind("\n", 0, found.start()) + 1
    before = text[max(begin, found.start() - 80) : found.start()]
    return not before.strip(" \t<[(\"'*->") or bool(_NAMES_IT.search(before))


def _decoded(data: bytes, charset: str) -> str:
    try:
        name = codecs.lookup(charset).name.replace("-", "_")
        return data.decode("utf-8" if name in _NO_CHARSETS else charset, "replace")
    except (LookupError, ValueError, UnicodeError):
        return data.decode("utf-8", "replace")
