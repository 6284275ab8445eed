"""The Content-Security-Policy of one letter: its own styles by their hashes, pictures of this host."""

import base64
import hashlib
from html.parser import HTMLParser
from typing import override

from django.conf import settings


class _Styles(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.attributes: set[str] = set()
        self.sheets: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "style"
        if self.inside:
            self.sheets.append("")
        self.attributes |= {value for name, value in attrs if name == "style" and value}

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.inside = False

    @override
    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.sheets[-1] += data


def content_policy(html: str) -> str:
    """No script, no form, no frame, nothing from elsewhere, and no style that is not the letter's own."""
    styles = _Styles()
    styles.feed(html)
    styles.close()
    hashes = " ".join(sorted({_hash(text) for text in (*styles.attributes, *styles.sheets)}))
    return "; ".join(
        (
            "default-src 'none'",
            f"img-src 'self' {settings.TRADEPOST.base_url} data:",
            f"style-src 'unsafe-hashes' {hashes}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
            "sandbox",
        )
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
