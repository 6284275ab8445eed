"""Addresses of the notices, their versions, and the processing agreement."""

from django.urls import path

from tradepost.notice.views import notice

app_name = "notice"

# No shop may be called so: its notice would be hidden behind these and the portal's addresses.
RESERVED_HANDLES = frozenset({"my-data", "link", "visit", "versions", "processing-agreement"})

urlpatterns = [
    path("privacy/", notice.notice, name="notice"),
    path("privacy/processing-agreement/", notice.agreement, name="agreement"),
    path("privacy/versions/<int:number>/", notice.version, name="version"),
    path("privacy/<slug:handle>/", notice.notice, name="notice-merchant"),
    path("privacy/<slug:handle>/versions/<int:number>/", notice.version, name="version-merchant"),
]
