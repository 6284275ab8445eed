"""Papers as PDF: invoices, packing slips, reports. A paper holds all it shows and loads nothing."""

from django.contrib.staticfiles import finders

from tradepost.lib.pdf import as_pdf

_SHEETS = ("ui/css/fonts.css", "ui/paper.css")


def paper_pdf(html: str) -> bytes:
    """PDF/A-3b of a page with one ``article.paper``."""
    return as_pdf(html, *(str(finders.find(name)) for name in _SHEETS))
