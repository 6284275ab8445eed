"""Reading the XML of a sheet piece by piece, within limits."""

from array import array
from typing import override
from xml.parsers import expat

from tradepost.lib.sheets.limits import Limits
from tradepost.lib.sheets.refusals import SheetRefusal, SheetRefused

_DEEPEST = 64


def local_name(name: str) -> str:
    return name.rpartition(":")[2]


class PartReader:
    """Walks through one part; knows how deep it is, and refuses what no spreadsheet holds."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.depth = 0
        self.characters = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = False
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins; ``name`` without its prefix."""

    def closed(self, name: str) -> None:
        """An element ends."""

    def read(self, text: str) -> None:
        """A piece of the text between tags."""

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise SheetRefused(SheetRefusal.FOREIGN_PARTS)
        self.opened(local_name(name), attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.closed(local_name(name))

    def _text(self, text: str) -> None:
        self.characters += len(text)
        if self.characters > self.limits.cell_characters and text.strip():
            raise SheetRefused(SheetRefusal.LONG_CELL)
        self.read(text)

    def _doctype(self, *_args: object) -> None:
        raise SheetRefused(SheetRefusal.FOREIGN_PARTS)


class Attributes(PartReader):
    """The attributes of every element of one name."""

    def __init__(self, limits: Limits, element: str) -> None:
        super().__init__(limits)
        self.element = element
        self.found: list[dict[str, str]] = []

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        self.characters = 0
        if name == self.element and len(self.found) < self.limits.parts:
            self.found.append(attributes)


class SharedStrings(PartReader):
    """How long each text is that cells refer to by its number."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.lengths = array("L")

    @override
    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self.characters = 0

    def closed(self, name: str) -> None:
        if name == "si":
            self.lengths.append(self.characters)
