"""Addresses of processing."""

from django.urls import URLPattern

app_name = "processing"

urlpatterns: list[URLPattern] = []

office_urlpatterns: list[URLPattern] = []
