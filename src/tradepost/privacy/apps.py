from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "tradepost.privacy"
    label = "privacy"
