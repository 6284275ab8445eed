"""Merge tags of other mail services: found in what was pasted, and written as ours.

Mailchimp ``*|FNAME|*``, Brevo ``{{ contact.FIRSTNAME }}``, listmonk ``{{ .Subscriber.FirstName }}``,
Klaviyo ``{{ first_name|default:'you' }}``, MailerLite ``{$name}``, Salesforce ``%%first_name%%``,
ActiveCampaign ``%FIRSTNAME%``, CleverReach ``{FIRSTNAME}``, Campaign Monitor ``[firstname,fallback=you]``.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tradepost.audience.fields.table import ADDRESS, CONTACT_FIELDS

_PARTS = (ADDRESS, *(part for field in CONTACT_FIELDS for part in field.parts))
_NAMES: dict[str, Iterable[str]] = {
    **{f"contact.{part.name}": part.tags for part in _PARTS},
    "shop.name": ("listcompany", "company", "companyname", "shopname", "storename", "account"),
    "shop.website": ("website", "listurl", "shopurl", "storeurl", "companyurl"),
    "unsubscribe_url": (
        *("unsub", "unsubscribe", "unsubscribeurl", "unsubscribelink", "optout", "optouturl"),
    ),
    "preferences_url": (
        *("updateprofile", "preferences", "preferencesurl", "preferencecenter", "manageurl"),
        *("managepreferences", "manage", "updateprofileurl"),
    ),
}
_KNOWN_AS = {alias: ours for ours, aliases in _NAMES.items() for alias in aliases}
_OWNERS = re.compile(
    r"^(?:(?:contact|subscriber|recipient|person|user|customer|lead|profile|member|attribs?|fields?"
    r"|attributes?|merge|contactfield|subtag|data)[.:=_])+",
    re.IGNORECASE,
)
_DEFAULT = re.compile(
    r"\.?(?P<name>[\w.:=]{1,80})\s*"
    r"(?:(?:\|\s*(?:default|fallback)\s*[:(=]|,\s*fallback=)\s*[\"']?(?P<instead>[^\"'|\n]{0,80})[\"']?\s*\)?)?"
)
_CONDITION = re.compile(
    r"[#/^]?(?:IF|IFNOT|ELSE|ELSEIF|END|ENDIF|UNLESS|END:IF|EACH|FOR|WITH|RANGE)\b|[#/^]",
    re.IGNORECASE,
)
# Each finds one kind of brackets, in one way only and not far. ``sure``: whatever stands in them is a
# tag; in the others only a name that is known is one, because they occur in ordinary texts too.
_BRACKETS: tuple[tuple[re.Pattern[str], bool], ...] = (
    (re.compile(r"\*\|([^|*\n]{1,80})\|\*"), True),
    (re.compile(r"\{%([^{}%\n]{1,120})%\}"), True),
    (re.compile(r"%%([A-Za-z_][\w .:=-]{0,80})%%"), True),
    (re.compile(r"\{\$([A-Za-z_]\w{0,80})\}"), True),
    (re.compile(r"\{\{\{?([^{}\n]{1,160})\}\}\}?"), True),
    (re.compile(r"(?<!\{)\{([A-Za-z_][\w.:=]{1,80})\}(?!\})"), False),
    (re.compile(r"(?<![%\w])%([A-Za-z_][\w.-]{1,80})%(?![%\w])"), False),
    (
        re.compile(r"\[\[?([A-Za-z_]\w{1,80}(?:,\s*fallback=[^\]\[\n]{0,80})?)\]\]?(?![(\[:])"),
        False,
    ),
)
_UNTIL_NEXT = r"((?:(?!\*\|(?:IF|ELSE|END)).){0,300})"
_MAILCHIMP_IF = re.compile(
    rf"\*\|IF:([^|*\n]{{1,60}})\|\*{_UNTIL_NEXT}(?:\*\|ELSE:\|\*{_UNTIL_NEXT})?\*\|END:IF\|\*",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class ForeignTag:
    """``ours``: the same in our words, empty where there is nothing like it."""

    start: int
    end: int
    written: str
    ours: str
    is_condition: bool = False
    sure: bool = True

    def __str__(self) -> str:
        values = {"tag": self.written[:60], "ours": self.ours}
        if self.is_condition:
            words = _(
                "“%(tag)s” is a condition of another mail service; there are none here. Write one "
                'sentence that suits everybody: {{ contact.first_name|fallback:"friend" }}.'
            )
            return words % values
        if self.ours:
            return _("“%(tag)s” is a field of another mail service; here it is %(ours)s.") % values
        return (
            _("“%(tag)s” is a field of another mail service, and there is none like it here.")
            % values
        )


def find(text: str, is_ours: Callable[[str], bool], known: frozenset[str]) -> list[ForeignTag]:
    """In the order of the text. ``is_ours``: whether what stands in braces is a field of ours."""
    found: dict[int, ForeignTag] = {}
    taken = bytearray(len(text))
    for tag in _all(text, is_ours, known):
        if not any(taken[tag.start : tag.end]):
            taken[tag.start : tag.end] = b"\1" * (tag.end - tag.start)
            found[tag.start] = tag
    return [found[start] for start in sorted(found)]


def _all(text: str, is_ours: Callable[[str], bool], known: frozenset[str]) -> Iterator[ForeignTag]:
    for pattern, sure in _BRACKETS:
        for match in pattern.finditer(text):
            inside = match[1].strip()
            braces = match[0].startswith("{{")
            if braces and not match[0].startswith("{{{") and is_ours(match[1]):
                continue
            condition = sure and _CONDITION.match(inside) is not None
            ours = "" if condition else written_as_ours(inside, known)
            if condition or ours or (sure and not braces):
                yield ForeignTag(*match.span(), match[0], ours, condition, sure)


def written_as_ours(inside: str, known: frozenset[str]) -> str:
    """The field of ours that says the same; empty when there is none."""
    read = _DEFAULT.fullmatch(inside.strip())
    if read is None:
        return ""
    path = _path(read["name"], known)
    if not path:
        return ""
    instead = (read["instead"] or "").strip().replace('"', "")
    return '{{ %s|fallback:"%s" }}' % (path, instead) if instead else "{{ %s }}" % path  # noqa: UP031  braces


def _path(name: str, known: frozenset[str]) -> str:
    plain = _plain(_OWNERS.sub("", name.lstrip(".")))
    own = {_plain(field.removeprefix("contact.")): field for field in known}
    path = own.get(plain) or _KNOWN_AS.get(plain) or _KNOWN_AS.get(_plain(name), "")
    return path if path in known else ""


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def use_ours(text: str, is_ours: Callable[[str], bool], known: frozenset[str]) -> str:
    """Everything that has a counterpart is exchanged; the rest stays as it was typed."""
    text = _MAILCHIMP_IF.sub(lambda found: _as_fallback(found, known), text)
    parts: list[str] = []
    reached = 0
    for tag in find(text, is_ours, known):
        if tag.ours:
            parts += [text[reached : tag.start], tag.ours]
            reached = tag.end
    return "".join(parts) + text[reached:]


def _as_fallback(found: re.Match[str], known: frozenset[str]) -> str:
    """``*|IF:FNAME|*Hi *|FNAME|*!*|ELSE:|*Hi friend!*|END:IF|*`` → ``Hi {{ …|fallback:"friend" }}!``"""
    name, first, second = found[1], found[2], found[3] or ""
    before, tag, after = first.partition(f"*|{name}|*")
    path = _path(name, known)
    if found[3] is None and not (before + after).strip():
        return before + "{{ " + path + " }}" + after if tag and path else found[0]
    fits = second.startswith(before) and second.endswith(after)
    if not tag or not path or not fits or len(second) < len(before) + len(after):
        return found[0]
    instead = second[len(before) : len(second) - len(after)].replace('"', "")
    filters = f'|fallback:"{instead}"' if instead.strip() else ""
    return before + "{{ " + path + filters + " }}" + after
