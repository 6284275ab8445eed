"""How the letters of a text file were written: what is certain, what is possible, what is likely.

Only a byte order mark, or bytes that are right UTF-8, are certain. Everything else is a proposal, made by
how much the decoded letters look like words of some language; a person chooses.
"""

import codecs
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

# In the order in which they are offered where nothing speaks for one of them.
CHARSETS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16 (big-endian)",
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "cp1253": "Windows-1253",
    "cp1254": "Windows-1254",
    "cp1255": "Windows-1255",
    "cp1256": "Windows-1256",
    "cp1257": "Windows-1257",
    "cp1258": "Windows-1258",
    "iso8859-1": "ISO-8859-1",
    "iso8859-2": "ISO-8859-2",
    "iso8859-5": "ISO-8859-5",
    "iso8859-7": "ISO-8859-7",
    "iso8859-9": "ISO-8859-9",
    "iso8859-15": "ISO-8859-15",
    "mac-roman": "Mac Roman",
    "mac-latin2": "Mac Central European",
    "cp850": "DOS 850",
    "cp437": "DOS 437",
    "koi8-r": "KOI8-R",
    "koi8-u": "KOI8-U",
    "shift_jis": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "iso2022_jp": "ISO-2022-JP",
    "gb18030": "GB18030",
    "big5": "Big5",
    "euc_kr": "EUC-KR",
    "cp874": "Windows-874",
}
_WIDE = ("utf-16-le", "utf-16-be")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PIECE = 1 << 20
_SAMPLE = 64 * 1024
_MOST_PARTS = 400
_LOOKED_AT = 16  # pieces


@dataclass(frozen=True)
class Detected:
    """``certain``: no other way of reading makes sense; otherwise ``charset`` is a proposal."""

    charset: str
    certain: bool


class NotText(ValueError):
    """Holds zero bytes, and is not UTF-16."""


def detect(stream: IO[bytes]) -> Detected:
    """Reads the whole stream, a piece at a time.

    Raises:
        NotText
    """
    sample = stream.read(_SAMPLE)
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return Detected(name, certain=True)
    if b"\0" in sample:
        return Detected(_wide(sample), certain=True)
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    telling: list[bytes] = []
    fits, is_stateful, held = True, False, b""
    while piece := stream.read(_PIECE):
        held, bad = _collect(held + piece, telling)
        is_stateful |= b"\x1b$" in piece
        if bad:
            raise NotText
        if fits:
            fits = _decodes(decoder, piece, final=False)
    if fits and _decodes(decoder, b"", final=True):
        return Detected("iso2022_jp" if is_stateful else "utf-8", certain=True)
    if not held.isascii():
        telling.append(held[:2_000])
    return Detected(likely(telling)[0], certain=False)


def _collect(data: bytes, telling: list[bytes]) -> tuple[bytes, bool]:
    """Keeps cells with letters beyond ASCII; returns the beginning of a line, and whether zeros came."""
    if b"\0" in data:
        return b"", True
    if len(telling) >= _MOST_PARTS or data.isascii():
        return b"", False
    lines = data.splitlines()
    rest = lines.pop()[-10_000:]
    for line in lines:
        if len(telling) < _MOST_PARTS and not line.isascii():
            telling.append(line[:2_000])
    return rest, False


def lines_beyond_ascii(stream: IO[bytes]) -> list[bytes]:
    """The first lines by which charsets can be told apart, looked for in the first megabytes."""
    telling: list[bytes] = []
    held = b""
    for _piece in range(_LOOKED_AT):
        if not (piece := stream.read(_PIECE)):
            break
        held, _bad = _collect(held + piece, telling)
    if not held.isascii():
        telling.append(held[:2_000])
    return telling


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _wide(sample: bytes) -> str:
    """UTF-16 without its mark: the zeros stand on one side of each pair."""
    zeros = sample.count(0)
    odd = sample[1::2].count(0)
    if zeros * 50 < len(sample):
        raise NotText
    if odd > zeros * 0.95:
        return "utf-16-le"
    if odd < zeros * 0.05:
        return "utf-16-be"
    raise NotText


def likely(parts: Iterable[bytes]) -> list[str]:
    """Charsets in which these lines can be read, the likeliest first; never empty."""
    lines = list(parts)
    scored = []
    for place, name in enumerate(CHARSETS):
        if name in _WIDE or name == "iso2022_jp":
            continue
        wrong, score = _score(lines, name)
        scored.append((wrong, -score, place, name))
    return [name for _wrong, _score, _place, name in sorted(scored)]


def _score(lines: list[bytes], name: str) -> tuple[int, float]:
    """How many lines cannot be read, and how usual the letters of the others look."""
    wrong, total, letters = 0, 0.0, 0
    for line in lines:
        try:
            text = line.decode(name)
        except UnicodeDecodeError:
            wrong += 1
            continue
        total += _usual(text)
        letters += sum(not character.isascii() for character in text)
    return wrong, total / max(letters, 1)


# Letters that languages of each single-byte charset really use, by how telling they are.
_COMMON = {
    **dict.fromkeys("äöüßéèêàâçñáíóúãõåæøëïîôûùœÄÖÜÉÅØÆÑÇÓÁ", 1.0),
    **dict.fromkeys("ąćęłńśźżěščřžýůďťňőűășțřŁŚŻŹČŠŽŘĐđ", 1.0),
    **dict.fromkeys("ğışİŞĞ", 1.0),
    **dict.fromkeys("абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ", 1.0),
    **dict.fromkeys("АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯІЇЄ", 0.9),
    **dict.fromkeys("αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώ", 1.0),
    **dict.fromkeys("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", 0.9),
    **dict.fromkeys("–—’‘“”„…€", 0.6),
}


def _usual(text: str) -> float:
    """The sum over letters beyond ASCII; what stands oddly between other letters counts against."""
    total, before = 0.0, " "
    for place, character in enumerate(text):
        if not character.isascii():
            after = text[place + 1 : place + 2] or " "
            total += _weight(character) + _fitting(before, character, after)
        before = character
    return total


def _weight(character: str) -> float:
    if character in _COMMON:
        return _COMMON[character]
    code = ord(character)
    if 0x3040 <= code <= 0x30FF:  # kana
        return 1.2
    if 0x4E00 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7A3:  # Chinese characters, Hangul
        return 0.9
    if 0x0590 <= code <= 0x06FF or 0x0E00 <= code <= 0x0E7F:  # Hebrew, Arabic, Thai
        return 0.8
    if 0xFF61 <= code <= 0xFF9F:  # half-width kana: what single bytes become in Shift-JIS
        return -0.8
    category = unicodedata.category(character)
    if category.startswith("L"):
        return 0.2
    return -1.5 if category in {"Cc", "Co", "Cn", "So", "Sm", "Sk"} else -0.6


def _fitting(before: str, character: str, after: str) -> float:
    """A capital inside a word, two alphabets in one word, or a sign between letters is unusual."""
    if not character.isalpha():
        return -0.8 if before.isalpha() and after.isalpha() and character not in "’–" else 0.0
    total = 0.0
    if character.isupper() and before.islower():
        total -= 1.0
    if character.islower() and before.isupper() and after.isupper():
        total -= 0.5
    for beside in (before, after):
        if beside.isalpha():
            total += 0.2 if _alphabet(beside) == _alphabet(character) else -0.9
    return total


def _alphabet(letter: str) -> str:
    code = ord(letter)
    bounds = ((0x250, "latin"), (0x400, "greek"), (0x530, "cyrillic"), (0x600, "hebrew"))
    return next((name for end, name in bounds if code < end), "other")
