"""Addresses of people's own data, and of a shop's desk for requests."""

from django.urls import path

from tradepost.rights.views import desk, portal

app_name = "rights"

urlpatterns = [
    path("privacy/my-data/", portal.ask, name="ask"),
    path("privacy/link/<str:secret>/", portal.open_link, name="open"),
    path("privacy/visit/", portal.visit, name="visit"),
    path("privacy/visit/picture/", portal.picture, name="picture"),
    path("privacy/visit/download/<str:form>/", portal.download, name="download"),
    path("privacy/visit/correct/", portal.correct, name="correct"),
    path("privacy/visit/restrict/", portal.restrict, name="restrict"),
    path("privacy/visit/lift/", portal.lift, name="lift"),
    path("privacy/visit/object/", portal.object_to, name="object"),
    path("privacy/visit/withdraw/", portal.withdraw, name="withdraw"),
    path("privacy/visit/message/", portal.message, name="message"),
    path("privacy/visit/erase/", portal.erase, name="erase"),
    path("privacy/visit/leave/", portal.leave, name="leave"),
    path("privacy/<slug:handle>/my-data/", portal.ask, name="ask-merchant"),
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
]
