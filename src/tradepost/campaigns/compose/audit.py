"""What must not stand in a mail, and where a person's data must not stand."""

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

_FORBIDDEN = {
    *("script", "iframe", "frame", "object", "embed", "applet", "form", "input", "button"),
    *("textarea", "select", "link", "base", "audio", "video", "svg", "math"),
}
# Where a mark may stand inside a tag: in words that are read out, never in an address or a style.
_WORDED = {"alt", "title", "aria-label"}
_CSS_ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import", re.IGNORECASE)
_IMAGE_ATTRIBUTES = {"src", "background", "srcset", "poster"}
_META = {"", "x-ua-compatible", "content-type"}


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


class _Walk(HTMLParser):
    def __init__(self, prefix: str) -> None:
        super().__init__(convert_charrefs=True)
        self.prefix = prefix
        self.found: list[str] = []
        self.style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.style = tag == "style"
        if tag in _FORBIDDEN or (
            tag == "meta" and (dict(attrs).get("http-equiv") or "").lower() not in _META
        ):
            self.say(_("<%(tag)s> does not belong in a mail.") % {"tag": tag})
        for name, value in attrs:
            self._attribute(tag, name, (value or "").strip())

    handle_startendtag = handle_starttag

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on"):
            self.say(_("“%(name)s” does not belong in a mail.") % {"name": name})
        if self.prefix in value and name not in _WORDED:
            ways_out = {f"{self.prefix}UNSUBSCRIBEx", f"mailto:{self.prefix}LEAVEx"}
            if value not in ways_out or name != "href":
                self.say(
                    _("A merge field cannot stand inside a link, a picture's address or a colour.")
                )
        elif name == "href" and tag in {"a", "area"}:
            self._link(value)
        elif name in _IMAGE_ATTRIBUTES:
            self._picture(value)
        elif name == "style":
            self._css(value)

    def _link(self, value: str) -> None:
        if not value or is_broken(value):
            self.say(_("The link “%(link)s” is not complete.") % {"link": value[:80]})

    def _picture(self, value: str) -> None:
        if value and not own_host(value):
            self.say(
                _("The picture “%(address)s” is on another host; upload it here instead.")
                % {"address": value[:80]}
            )

    def _css(self, value: str) -> None:
        for found in _CSS_ADDRESS.finditer(value):
            if found[1] is None:
                self.say(_("@import does not belong in a mail."))
            else:
                self._picture(found[1].strip())

    def handle_endtag(self, tag: str) -> None:
        self.style = False

    def handle_data(self, data: str) -> None:
        if self.style:
            self._css(data)
            if self.prefix in data:
                self.say(_("A merge field cannot stand inside a style."))

    def handle_comment(self, data: str) -> None:
        """Outlook reads what others skip: the same rules hold inside its conditional comments."""
        if "<" in data:
            inside = _Walk(self.prefix)
            inside.feed(data.partition(">")[2])
            inside.close()
            for sentence in inside.found:
                self.say(sentence)

    def say(self, sentence: str) -> None:
        if sentence not in self.found:
            self.found.append(sentence)


def problems(
    html: str, prefix: str, known: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """What stands in the way of sending, added to the body's known problems."""
    walk = _Walk(prefix)
    walk.feed(html)
    walk.close()
    found = (*known.get("body", ()), *walk.found)
    return {"body": found} if found else {}


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
