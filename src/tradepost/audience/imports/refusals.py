"""Why a file cannot be read, in words."""

from django.utils.translation import gettext as _

from tradepost.lib.sheets import Limits, SheetRefusal, SheetRefused


def not_a_table(kind: str) -> str:
    text = _(
        "This is a file of the kind %(kind)s. Unpack it, or save the table as CSV, XLSX, XLS or ODS."
    )
    return text % {"kind": kind}


def in_words(refused: SheetRefused) -> str:
    limits = Limits()
    words = {
        SheetRefusal.COLUMNS: _("At most %(number)d columns, please. In this sheet, cells reach to column"
                           " %(reached)d: delete what stands far to the right, or save it as CSV."),
        SheetRefusal.CELLS: _("The cells of this sheet reach too far down: delete what stands below the last"
                         " person, or save it as CSV."),
        SheetRefusal.LONG_CELL: _("A cell of this sheet holds far more text than a list of people needs."),
        SheetRefusal.UNPACKED: _("The file unpacks to far more than it holds; save it as CSV."),
        SheetRefusal.ARCHIVE: _("This is a ZIP archive. Unpack it, and upload the table that is in it."),
        SheetRefusal.DAMAGED: _("The sheet cannot be read. Save it as CSV and try again."),
        SheetRefusal.FOREIGN_PARTS: _("The file holds parts that no spreadsheet has."),
        SheetRefusal.PROTECTED: _("The sheet is protected by a password. Take the password off, or save it as"
                             " CSV."),
        SheetRefusal.TOO_MUCH_WORK: _("This sheet needs more memory or time than one import may have. Save it"
                                 " as CSV, which has no such limit."),
    }  # fmt: skip
    return words[refused.why] % {"number": limits.columns, "reached": refused.number}
