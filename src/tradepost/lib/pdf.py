"""HTML and style sheets of this machine as PDF/A-3b."""

import atexit
import threading
from functools import cache


class _Kept(threading.local):
    """Read once a thread, which takes longer than a paper does; fonts are for one thread alone."""

    def __init__(self, sheets: tuple[str, ...]) -> None:
        from weasyprint import CSS  # noqa: PLC0415  slow to load, and rarely needed
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415  as above
        from weasyprint.urls import URLFetcher  # noqa: PLC0415  as above

        self.nothing_from_outside = URLFetcher(allowed_protocols=("data",))
        self.fonts = FontConfiguration()
        self.sheets = [CSS(filename=name, font_config=self.fonts) for name in sheets]


@cache
def _kept(sheets: tuple[str, ...]) -> _Kept:
    return _Kept(sheets)


atexit.register(_kept.cache_clear)  # while there is still a way to delete its folders


def as_pdf(html: str, *sheets: str) -> bytes:
    """``sheets``: files. Loads nothing from anywhere: a paper holds all it shows."""
    from weasyprint import HTML  # noqa: PLC0415  slow to load, and rarely needed

    kept = _kept(sheets)
    page = HTML(string=html, url_fetcher=kept.nothing_from_outside)
    return bytes(
        page.write_pdf(stylesheets=kept.sheets, font_config=kept.fonts, pdf_variant="pdf/a-3b")
    )
