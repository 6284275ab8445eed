from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "tradepost.rights"
    label = "rights"
