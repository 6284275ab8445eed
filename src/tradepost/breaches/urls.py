"""Addresses of the breach desk; the operator's own desk is the console's."""

from django.urls import path

from tradepost.breaches.views import mine, office

app_name = "breaches"

urlpatterns = [path("privacy/visit/incidents/", mine.mine, name="mine")]

_ONE = "privacy/incidents/<str:incident_id>/"

office_urlpatterns = [
    path("privacy/incidents/", office.incidents, name="list"),
    path("privacy/incidents/new/", office.new, name="new"),
    path(_ONE, office.incident, name="incident"),
    path(f"{_ONE}facts/", office.facts, name="facts"),
    path(f"{_ONE}scope/", office.scope, name="scope"),
    path(f"{_ONE}freeze/", office.freeze, name="freeze"),
    path(f"{_ONE}people/", office.people, name="people"),
    path(f"{_ONE}severity/", office.severity, name="severity"),
    path(f"{_ONE}letter/", office.letter, name="letter"),
    path(f"{_ONE}test/", office.send_test, name="test"),
    path(f"{_ONE}send/", office.send, name="send"),
    path(f"{_ONE}report/", office.report, name="report"),
    path(f"{_ONE}authority/", office.authority, name="authority"),
    path(f"{_ONE}decide/", office.decide, name="decide"),
    path(f"{_ONE}close/", office.close, name="close"),
]
