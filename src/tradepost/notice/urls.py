"""Addresses of the notices, their versions, and the processing agreement."""

from django.urls import URLPattern, path

from tradepost.notice.types import NoticeVariant
from tradepost.notice.views import notice, transition

app_name = "notice"

# No shop may be called so: its notice would be hidden behind these and the portal's addresses.
RESERVED_HANDLES = frozenset({"my-data", "link", "visit", "versions", "processing-agreement", "in"})


def _pages(prefix: str, of: str, variant: NoticeVariant) -> list[URLPattern]:
    """The pages of one notice in one variant: as a page, on paper, for programs, and as it was."""
    name = "" if variant is NoticeVariant.WORLD else f"-{variant.value}"
    said = {"variant": variant}
    return [
        path(prefix, notice.notice, said, name=f"notice{of}{name}"),
        path(f"{prefix}notice.pdf", notice.paper, said, name=f"paper{of}{name}"),
        path(f"{prefix}versions/<int:number>/", notice.version, said, name=f"version{of}{name}"),
    ]


urlpatterns = [
    path("privacy/processing-agreement/", notice.agreement, name="agreement"),
    path("privacy/notice.jsonld", notice.for_programs, name="programs"),
    path("privacy/<slug:handle>/notice.jsonld", notice.for_programs, name="programs-merchant"),
    *_pages("privacy/", "", NoticeVariant.WORLD),
    *_pages("privacy/in/eu/", "", NoticeVariant.EUROPE),
    *_pages("privacy/in/california/", "", NoticeVariant.CALIFORNIA),
    *_pages("privacy/<slug:handle>/", "-merchant", NoticeVariant.WORLD),
    *_pages("privacy/<slug:handle>/in/eu/", "-merchant", NoticeVariant.EUROPE),
    *_pages("privacy/<slug:handle>/in/california/", "-merchant", NoticeVariant.CALIFORNIA),
]

office_urlpatterns = [
    path("privacy/owner/", transition.transition, name="transition"),
    path("privacy/owner/announce/", transition.announce, name="announce"),
    path("privacy/owner/withdraw/", transition.withdraw, name="withdraw"),
]
