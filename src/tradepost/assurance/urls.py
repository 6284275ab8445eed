"""The address of the proof page."""

from django.urls import path

from tradepost.assurance.views import proof

app_name = "assurance"

urlpatterns = [path("promises/", proof, name="proof")]
