from enum import StrEnum


class SheetRefusal(StrEnum):
    """Why a sheet is not read. The caller has the words."""

    COLUMNS = "columns"  # ``number``: how many the sheet reaches to
    CELLS = "cells"  # ``number``: rows times columns
    LONG_CELL = "long-cell"
    UNPACKED = "unpacked"
    ARCHIVE = "archive"
    DAMAGED = "damaged"
    FOREIGN_PARTS = "foreign-parts"
    PROTECTED = "protected"
    TOO_MUCH_WORK = "too-much-work"  # the child was stopped by a limit


class SheetRefused(ValueError):
    def __init__(self, why: SheetRefusal, number: int = 0) -> None:
        super().__init__(f"{why} {number}")
        self.why = why
        self.number = number
