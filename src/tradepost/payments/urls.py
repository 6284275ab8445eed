"""Addresses of the payments room."""

from django.urls import URLPattern, URLResolver, path

from tradepost.payments import office, views

app_name = "payments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("pay/<str:intent_id>/", views.pay, name="pay"),
    path("pay/<str:intent_id>/back/", views.back, name="back"),
    path("payments/<slug:gateway>/<str:account_id>/webhook/", views.webhook, name="webhook"),
]
office_urlpatterns: list[URLPattern | URLResolver] = [
    path("payments/", office.gateways, name="gateways"),
    path("payments/<slug:name>/", office.gateway, name="gateway"),
    path("payments/<slug:name>/test/", office.test, name="test"),
]
