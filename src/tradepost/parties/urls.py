"""Addresses of a shop's register of outside parties; the operator's own is the console's."""

from django.urls import path

from tradepost.parties.views import office

app_name = "parties"

_ONE = "privacy/processors/<str:party_id>/"

office_urlpatterns = [
    path("privacy/processors/", office.parties, name="list"),
    path("privacy/processors/new/", office.new, name="new"),
    path(_ONE, office.one, name="one"),
    path(f"{_ONE}change/", office.change, name="change"),
    path(f"{_ONE}end/", office.end, name="end"),
    path(f"{_ONE}contract/", office.contract, name="contract"),
]
