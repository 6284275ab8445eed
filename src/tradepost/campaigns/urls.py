"""Addresses of the campaigns room. ``/o/…`` and ``/c/…`` never reach Django: see ``tracking.handler``."""

from django.urls import path, re_path

from tradepost.campaigns.views import leaving, reading, sending, showing, writing

app_name = "campaigns"
urlpatterns = [
    path("u/<str:token>", leaving.unsubscribe, name="unsubscribe"),
    re_path(
        r"^letters/(?P<shop>[a-z2-7]{26})/(?P<name>[0-9a-f]{24}\.(?:jpg|png))$",
        showing.picture,
        name="picture",
    ),
]

office_urlpatterns = [
    path("campaigns/", writing.index, name="list"),
    path("campaigns/new/", writing.new, name="new"),
    path("campaigns/pictures/", writing.pictures, name="pictures"),
    path(
        "campaigns/pictures/<str:picture_id>/delete/",
        writing.remove_picture,
        name="remove_picture",
    ),
    path("campaigns/settings/", writing.settings, name="settings"),
    path("campaigns/<str:campaign_id>/", writing.edit, name="edit"),
    path("campaigns/<str:campaign_id>/copy/", writing.copy, name="copy"),
    path("campaigns/<str:campaign_id>/delete/", writing.delete, name="delete"),
    path("campaigns/<str:campaign_id>/preview/", sending.preview, name="preview"),
    path("campaigns/<str:campaign_id>/preview/letter/", sending.preview_letter, name="letter"),
    path("campaigns/<str:campaign_id>/test/", sending.trial, name="trial"),
    path("campaigns/<str:campaign_id>/send/", sending.send, name="send"),
    path("campaigns/<str:campaign_id>/report/", reading.report, name="report"),
    path("campaigns/<str:campaign_id>/recipients/", sending.recipients, name="recipients"),
    *(
        path(f"campaigns/<str:campaign_id>/{verb}/", sending.steer, {"verb": verb}, name=verb)
        for verb in sending.STEERING
    ),
]
