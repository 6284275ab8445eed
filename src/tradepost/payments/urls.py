"""Addresses of the payments room."""

from django.urls import URLPattern, URLResolver

app_name = "payments"
urlpatterns: list[URLPattern | URLResolver] = []
office_urlpatterns: list[URLPattern | URLResolver] = []
