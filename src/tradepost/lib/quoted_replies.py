"""Tells what an answer by mail says from what it quotes below. Line by line, so the time grows with the text alone.

Nothing that somebody wrote is put among the quotes: where words stand between or below quoted lines, all of
it is taken as said, but for the quoted lines at the very end.
"""

import re

_QUOTED = re.compile(r"[ \t]{0,4}>")
# "On Monday, Ann wrote:", "Am 1.12.2026 schrieb Ann:", in the languages that people write to shops in.
_WROTE = re.compile(
    r"^(?:on|am|le|el|il|op|em|w dniu|den|dne)\b.{3,300}"
    r"\b(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|napisał(?:\(a\))?|skrev|napsal)\b.{0,120}:$"
    r"|^.{3,200}\b(?:wrote|schrieb)\s?:$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"^-{3,20} ?(?:original(?:nachricht| message| mail)?|ursprüngliche nachricht|message d'origine|mensaje original"
    r"|messaggio originale|oorspronkelijk bericht|forwarded message|weitergeleitete nachricht) ?-{3,20}$",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"^[*]?(?:from|von|de|da|van|sent|gesendet|envoyé|enviado|inviato|to|an|à|para|a|date|datum|subject|betreff"
    r"|objet|asunto|oggetto|cc)[*]?:[*]? ?\S",
    re.IGNORECASE,
)
_HEADS = 3  # lines of a quoted head that stand together
_LINES = 5000


def said_and_quoted(text: str) -> tuple[str, str]:
    """What somebody says, and what they quote. A text that is all quotation is said."""
    lines = text.split("\n", _LINES)
    at = _start_of_quotation(lines)
    said, quoted = "\n".join(lines[:at]).strip(), "\n".join(lines[at:]).strip()
    return (said, quoted) if said else (text.strip(), "")


def _start_of_quotation(lines: list[str]) -> int:
    """Number of the first line that only quotes; how many lines there are, where none does."""
    for number, line in enumerate(lines):
        bare = line.strip()[:400]
        if _SEPARATOR.match(bare) or _is_head(lines, number):
            return number
    return _start_of_quoted_lines(lines)


def _is_head(lines: list[str], number: int) -> bool:
    """``From:``, ``Sent:`` and ``Subject:`` one below the other, as Outlook begins what it quotes."""
    some = lines[number : number + _HEADS]
    return len(some) == _HEADS and all(_HEAD.match(line.strip()[:200]) for line in some)


def _start_of_quoted_lines(lines: list[str]) -> int:
    """Of the quoted lines at the end, with the line above that says whose words they are."""
    start = len(lines)
    while start and (not lines[start - 1].strip() or _QUOTED.match(lines[start - 1])):
        start -= 1
    if not any(_QUOTED.match(line) for line in lines[start:]):
        return len(lines)
    for above in (1, 2):  # mail programs break the line in two
        told = " ".join(line.strip() for line in lines[max(start - above, 0) : start])[:400]
        if _WROTE.match(told):
            return max(start - above, 0)
    return start
