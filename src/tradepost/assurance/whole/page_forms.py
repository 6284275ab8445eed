"""Reads the forms of a page as a browser does, and says what may be typed into them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_NO_WORDS = {
    "hidden", "password", "checkbox", "radio", "file", "submit", "button", "image", "reset", "email", "url",
    "number", "date", "datetime-local", "time", "color", "month",
}  # fmt: skip


@dataclass
class PageForm:
    """``values``: what the page would send untouched; ``words``: the fields for free text; ``offered``: what
    can be chosen, and what is hidden."""

    method: str
    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    needed: dict[str, str] = field(default_factory=dict)  # still empty → the kind of field
    offered: dict[str, list[str]] = field(default_factory=dict)

    def filled(self, **typed: str) -> dict[str, list[str]]:
        """What is sent when the needed fields hold something sensible, and ``typed`` besides."""
        made = {
            name: [_BY_NAME.get(name, _EXAMPLES.get(kind, "Sample"))]
            for name, kind in self.needed.items()
        }
        return self.values | made | {name: [text] for name, text in typed.items()}


_EXAMPLES = {"email": "someone@example.org", "url": "https://www.example.org/", "number": "1"}
_BY_NAME = {
    "price": "12.50",
    "price_minor": "12.50",
    "iban": "DE89370400440532013000",
    "code": "SAMPLE",
}


def forms_of(page: str) -> list[PageForm]:
    reader = _FormReader()
    reader.feed(page)
    return reader.forms


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._open: PageForm | None = None
        self._area = ""
        self._select: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = PageForm(said.get("method", "get").lower(), said.get("action", ""))
            self.forms.append(self._open)
        form, name = self._open, said.get("name", "")
        if form is None or not name or "disabled" in said:
            if tag == "option" and self._select and form is not None:
                self._option(said)
            return
        if tag == "input":
            self._input(form, name, said)
        elif tag == "textarea":
            self._area = name
            form.words.append(name)
            form.values[name] = [""]
        elif tag == "select":
            self._select = (name, [])

    def _input(self, form: PageForm, name: str, said: dict[str, str]) -> None:
        kind = said.get("type", "text")
        if kind in {"submit", "button", "image", "file", "reset"}:
            return
        if kind in {"checkbox", "radio", "hidden"}:
            form.offered.setdefault(name, []).append(said.get("value", "on"))
        if kind in {"checkbox", "radio"}:
            if "checked" in said:
                form.values.setdefault(name, []).append(said.get("value", "on"))
            elif "required" in said and name not in form.values:
                form.values[name] = [said.get("value", "on")]
            return
        form.values[name] = [said.get("value", "")]
        if kind not in _NO_WORDS:
            form.words.append(name)
        if "required" in said and not said.get("value"):
            form.needed[name] = kind

    def _option(self, said: dict[str, str]) -> None:
        assert self._select is not None
        assert self._open is not None
        name, values = self._select
        values.append(said.get("value", ""))
        self._open.offered.setdefault(name, []).append(said.get("value", ""))
        if "selected" in said:
            self._open.values[name] = [said.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select" and self._select and self._open is not None:
            name, values = self._select
            filled = [value for value in values if value]
            if not self._open.values.get(name, [""])[0] and filled:
                self._open.values[name] = filled[:1]
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area and self._open is not None:
            self._open.values[self._area] = [self._open.values[self._area][0] + data.lstrip("\n")]
