"""Addresses where a shop reads what the operator announced; writing is the console's."""

from django.urls import path

from tradepost.bulletins.views import office

app_name = "bulletins"

office_urlpatterns = [
    path("settings/announcements/", office.bulletins, name="list"),
    path("settings/announcements/<str:bulletin_id>/", office.bulletin, name="one"),
    path("settings/announcements/<str:bulletin_id>/read/", office.read, name="read"),
]
