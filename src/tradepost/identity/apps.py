from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "tradepost.identity"
    label = "identity"
