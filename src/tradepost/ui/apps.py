from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "tradepost.ui"
    label = "ui"
