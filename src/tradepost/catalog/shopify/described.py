"""Pictures inside a description. Our descriptions hold words, so these become photos."""

from html.parser import HTMLParser


def pictures_in(html: str) -> list[tuple[str, str]]:
    """Address and description of each picture, in order, each address once.

    Shopify's editor writes addresses without their scheme, and themes put the true one into
    ``data-src`` to load it late.
    """
    finder = _Finder()
    finder.feed(html)
    return list(finder.found.items())


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "img":
            return
        values = {name: (value or "").strip() for name, value in attrs}
        late, src = values.get("data-src", ""), values.get("src", "")
        url = late or src
        if url.startswith("//"):
            url = f"https:{url}"
        if url:
            self.found.setdefault(url, values.get("alt", ""))
