from django.apps import AppConfig


class AudienceConfig(AppConfig):
    name = "tradepost.audience"
    label = "audience"
