"""Spreadsheets of strangers: judged by a streamed look, then written out as CSV by a child process.

Readers of spreadsheets build a dense table in memory, as large as the furthest cell says. So the real
extent of the cells is measured first, whatever the sheet declares, and the reading itself happens in a
process of its own that may not take more memory, time or disk than it is given.
"""

from tradepost.lib.sheets.convert import sheet_to_csv
from tradepost.lib.sheets.limits import Limits
from tradepost.lib.sheets.refusals import SheetRefusal, SheetRefused

__all__ = ["Limits", "SheetRefusal", "SheetRefused", "sheet_to_csv"]
