"""Addresses of the orders room."""

from django.urls import URLPattern, URLResolver

app_name = "orders"
urlpatterns: list[URLPattern | URLResolver] = []
office_urlpatterns: list[URLPattern | URLResolver] = []
