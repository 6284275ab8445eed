"""What must not stand in a mail, and where a person's data must not stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import override
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from tradepost.campaigns.compose.merge import problem_at

_FORBIDDEN = {
    *("script", "iframe", "frame", "object", "embed", "applet", "form", "input", "button"),
    *("textarea", "select", "link", "base", "audio", "video", "svg", "math"),
}
# Where a mark may stand inside a tag: in words that are read out, never in an address or a style.
_WORDED = {"alt", "title", "aria-label"}
_CSS_ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import", re.IGNORECASE)
_IMAGE_ATTRIBUTES = {"src", "background", "srcset", "poster"}
_META = {"", "x-ua-compatible", "content-type"}
_ICONS = "https://www.mailjet.com/images/theme/"  # where the renderer looks for <mj-social-element>
_MOST_FOREIGN = 20


def is_web(address: str) -> bool:
    return address.startswith(("http://", "https://"))


def is_broken(address: str) -> bool:
    """Syntactically; nobody is asked whether the page is there."""
    if address.startswith(("mailto:", "tel:", "#")):
        return len(address.partition(":")[2] or address) < 2
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return True
    return parts.scheme not in {"http", "https"} or not re.fullmatch(r"[\w.-]+|[0-9a-f:]+", host)


def own_host(address: str) -> bool:
    try:
        return urlsplit(address).netloc == urlsplit(settings.TRADEPOST.base_url).netloc
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Audit:
    """What stands in the way of sending, and the pictures that would have to be brought here."""

    sentences: tuple[str, ...]
    foreign_pictures: tuple[str, ...]


class _Walk(HTMLParser):
    """``found``: each problem and what of the source it is about."""

    def __init__(self, prefix: str) -> None:
        super().__init__(convert_charrefs=True)
        self.prefix = prefix
        self.found: dict[str, str] = {}
        self.foreign: list[str] = []
        self.style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.style = tag == "style"
        if tag in _FORBIDDEN or (
            tag == "meta" and (dict(attrs).get("http-equiv") or "").lower() not in _META
        ):
            self.say(_("<%(tag)s> does not belong in a mail.") % {"tag": tag}, f"<{tag}")
        for name, value in attrs:
            self._attribute(tag, name, (value or "").strip())

    handle_startendtag = handle_starttag

    def _attribute(self, tag: str, name: str, value: str) -> None:
        is_link = name == "href" and tag in {"a", "area"}
        if name.startswith("on"):
            self.say(_("“%(name)s” does not belong in a mail.") % {"name": name}, f"{name}=")
        if self.prefix in value and name not in _WORDED:
            self._field(value, is_link=is_link)
        elif is_link:
            self._link(value)
        elif name in _IMAGE_ATTRIBUTES:
            self._picture(value)
        elif name == "style":
            self._css(value)

    def _field(self, value: str, *, is_link: bool) -> None:
        before = value.partition(self.prefix)[0]
        if not is_link:
            self.say(_("A merge field cannot stand in a picture's address or a colour."), before)
        elif self._is_way_out(value):
            return
        elif re.search(rf"{self.prefix}[A-Z]+0x", value):
            words = _(
                "The unsubscribe link and that of the choices belong to the reader: as a whole link."
            )
            self.say(words, before)
        elif not field_may_stand(value, self.prefix):
            words = _(
                "A merge field in a link can stand behind the host only, such as "
                "https://shop.example/?code={{ contact.first_name }}."
            )
            self.say(words, before)

    def _is_way_out(self, value: str) -> bool:
        ways_out = {f"{self.prefix}UNSUBSCRIBE0x", f"{self.prefix}PREFERENCES0x"}
        return value in ways_out or value == f"mailto:{self.prefix}LEAVE0x"

    def _link(self, value: str) -> None:
        if not value or is_broken(value):
            self.say(_("The link “%(link)s” is not complete.") % {"link": value[:80]}, value)

    def _picture(self, value: str) -> None:
        if not value or own_host(value):
            return
        if value.startswith(_ICONS):
            name = value.rsplit("/", 1)[-1].partition(".")[0]
            words = _(
                "The icon of <mj-social-element> “%(name)s” comes from another host. Upload an icon and "
                'name it there (src="…"), or write an ordinary link instead.'
            )
            self.say(words % {"name": name[:40]}, "<mj-social-element")
            return
        if value not in self.foreign and is_web(value):
            self.foreign.append(value)
        words = _("The picture “%(address)s” is on another host; upload it here instead.")
        self.say(words % {"address": value[:80]}, value)

    def _css(self, value: str) -> None:
        for found in _CSS_ADDRESS.finditer(value):
            if found[1] is None:
                self.say(_("@import does not belong in a mail."), "@import")
            else:
                self._picture(found[1].strip())

    @override
    def handle_endtag(self, tag: str) -> None:
        self.style = False

    def handle_data(self, data: str) -> None:
        if self.style:
            self._css(data)
            if self.prefix in data:
                self.say(_("A merge field cannot stand inside a style."), "<mj-style")

    def handle_comment(self, data: str) -> None:
        """Outlook reads what others skip: the same rules hold inside its conditional comments."""
        if "<" in data:
            inside = _Walk(self.prefix)
            inside.feed(data.partition(">")[2])
            inside.close()
            for sentence, about in inside.found.items():
                self.say(sentence, about)
            self.foreign += [one for one in inside.foreign if one not in self.foreign]

    def say(self, sentence: str, about: str) -> None:
        self.found.setdefault(sentence, about)


def field_may_stand(address: str, prefix: str) -> bool:
    """Behind the host, or among what a mail begins with: never in what decides where a link leads."""
    if address.startswith("mailto:"):
        return prefix not in address.partition("?")[0]
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return is_web(address) and not is_broken(address) and prefix not in parts.netloc


def audited(html: str, prefix: str, source: str) -> Audit:
    """``source`` is what was typed: each sentence says where in it, as far as that can be found."""
    walk = _Walk(prefix)
    walk.feed(html)
    walk.close()
    said = tuple(_placed(sentence, about, source) for sentence, about in walk.found.items())
    return Audit(said, tuple(walk.foreign[:_MOST_FOREIGN]))


def _placed(sentence: str, about: str, source: str) -> str:
    lowered = source.lower()
    for one in (about, escape(about), about.replace("&", "&amp;")):
        place = lowered.find(one.lower()) if len(one) > 2 else -1
        if place >= 0:
            return str(problem_at(source, place, sentence))
    return sentence


class _Pictures(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "img":
            self.found.append((values.get("src") or "", values.get("alt") or ""))


def images(html: str) -> Iterator[tuple[str, str]]:
    """(address, alternative text) of every picture."""
    walk = _Pictures()
    walk.feed(html)
    walk.close()
    yield from walk.found
