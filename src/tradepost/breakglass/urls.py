"""Addresses where a shop reads who looked into its mail; the operators' own desk is the console's."""

from django.urls import path

from tradepost.breakglass.views import office

app_name = "breakglass"

office_urlpatterns = [
    path("privacy/mail-reviews/", office.reviews, name="list"),
    path("privacy/mail-reviews/<str:review_id>/", office.review, name="review"),
]
