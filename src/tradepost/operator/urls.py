from django.urls import path

from tradepost.operator import views

app_name = "operator"

urlpatterns = [
    path("", views.merchants, name="merchants"),
    path("second-factor/", views.second_factor, name="second-factor"),
    path("health/", views.health, name="health"),
    path("disclosures/", views.disclosures, name="disclosures"),
    path("requests/", views.requests, name="requests"),
    path("requests/<str:request_id>/", views.request_page, name="request"),
]
