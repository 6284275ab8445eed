"""The routes of the API, loaded at its first call."""

from tradepost.config.api import api

urlpatterns = api.urls[0]
