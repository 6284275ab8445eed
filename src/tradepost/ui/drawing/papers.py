"""Papers as PDF: invoices, packing slips, reports. A paper holds all it shows and loads nothing."""

import atexit
import threading
from functools import cache

from django.contrib.staticfiles import finders

_SHEETS = ("ui/css/fonts.css", "ui/paper.css")


class _Kept(threading.local):
    """Read once a thread, which takes longer than a paper does; fonts are for one thread alone."""

    def __init__(self) -> None:
        from weasyprint import CSS  # noqa: PLC0415  slow to load, and rarely needed
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415  as above
        from weasyprint.urls import URLFetcher  # noqa: PLC0415  as above

        self.nothing_from_outside = URLFetcher(allowed_protocols=("data",))
        self.fonts = FontConfiguration()
        self.sheets = [CSS(filename=finders.find(name), font_config=self.fonts) for name in _SHEETS]


@cache
def _kept() -> _Kept:
    return _Kept()


atexit.register(_kept.cache_clear)  # while there is still a way to delete its folders


def paper_pdf(html: str) -> bytes:
    """PDF/A-3b of a page with one ``article.paper``. Loads nothing from anywhere."""
    from weasyprint import HTML  # noqa: PLC0415  slow to load, and rarely needed

    kept = _kept()
    page = HTML(string=html, url_fetcher=kept.nothing_from_outside)
    return bytes(
        page.write_pdf(stylesheets=kept.sheets, font_config=kept.fonts, pdf_variant="pdf/a-3b")
    )
