"""The addresses of the proof page and of the sources."""

from django.urls import path

from tradepost.assurance.views import proof, sources

app_name = "assurance"

urlpatterns = [
    path("promises/", proof, name="proof"),
    path("promises/sources/", sources, name="sources"),
]
