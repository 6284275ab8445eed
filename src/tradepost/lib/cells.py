"""Cells of files that people open in a spreadsheet."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unguarded(text: str) -> str:
    """What :func:`safe_cell` was given: our own files come back as they left."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
