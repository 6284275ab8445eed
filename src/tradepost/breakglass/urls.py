"""Addresses of breakglass."""

from django.urls import URLPattern

app_name = "breakglass"

urlpatterns: list[URLPattern] = []

office_urlpatterns: list[URLPattern] = []
