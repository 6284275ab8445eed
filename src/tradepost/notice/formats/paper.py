"""The notice on paper."""

import hashlib
from collections.abc import Mapping

from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.template.loader import render_to_string

from tradepost.lib.pdf import as_pdf
from tradepost.notice.document import PrivacyNotice
from tradepost.notice.versions import posted_versions

_SHEETS = ("ui/css/fonts.css", "notice/paper.css")
_SECONDS_KEPT = 3_600


def notice_pdf(notice: PrivacyNotice, who: Mapping[str, object]) -> bytes:
    """PDF/A-3b in the reader's language; printed once an hour at most for each text."""
    in_force = posted_versions(notice.merchant, notice.variant).in_force
    html = render_to_string(
        "notice/print/notice.html", {**who, "notice": notice, "in_force": in_force}
    )
    key = f"notice-pdf:{hashlib.sha256(html.encode()).hexdigest()}"
    kept = cache.get(key)
    if isinstance(kept, bytes):
        return kept
    pdf = as_pdf(html, *(str(finders.find(name)) for name in _SHEETS))
    cache.set(key, pdf, _SECONDS_KEPT)
    return pdf
