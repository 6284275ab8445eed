"""Addresses of the privacy room."""

from django.urls import path

from tradepost.privacy.views import desk, notice, portal

app_name = "privacy"

# No shop may be called so: its notice would be hidden behind these.
RESERVED_HANDLES = frozenset({"my-data", "link", "visit", "versions", "processing-agreement"})

urlpatterns = [
    path("privacy/", notice.notice, name="notice"),
    path("privacy/processing-agreement/", notice.agreement, name="agreement"),
    path("privacy/my-data/", portal.ask, name="ask"),
    path("privacy/link/<str:secret>/", portal.open_link, name="open"),
    path("privacy/visit/", portal.visit, name="visit"),
    path("privacy/visit/download/<str:form>/", portal.download, name="download"),
    path("privacy/visit/correct/", portal.correct, name="correct"),
    path("privacy/visit/restrict/", portal.restrict, name="restrict"),
    path("privacy/visit/lift/", portal.lift, name="lift"),
    path("privacy/visit/object/", portal.object_to, name="object"),
    path("privacy/visit/withdraw/", portal.withdraw, name="withdraw"),
    path("privacy/visit/message/", portal.message, name="message"),
    path("privacy/visit/erase/", portal.erase, name="erase"),
    path("privacy/visit/leave/", portal.leave, name="leave"),
    path("privacy/versions/<int:number>/", notice.version, name="version"),
    path("privacy/<slug:handle>/", notice.notice, name="notice-merchant"),
    path("privacy/<slug:handle>/versions/<int:number>/", notice.version, name="version-merchant"),
    path("privacy/<slug:handle>/my-data/", portal.ask, name="ask-merchant"),
    path("promises/", notice.proof, name="proof"),
]

office_urlpatterns = [
    path("privacy/requests/", desk.requests, name="requests"),
    path("privacy/requests/new/", desk.new_request, name="new-request"),
    path("privacy/requests/<str:request_id>/", desk.request_page, name="request"),
    path("privacy/requests/<str:request_id>/data/", desk.request_data, name="request-data"),
    path("privacy/data-map/", desk.data_map, name="data-map"),
    path("privacy/retention/", desk.retention, name="retention"),
    path("privacy/retention/choose/", desk.choose, name="choose"),
    path("privacy/access-log/", desk.access_log, name="access-log"),
    path("privacy/processors/", desk.processors, name="processors"),
]
