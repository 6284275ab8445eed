from django.apps import AppConfig


class AssuranceConfig(AppConfig):
    name = "tradepost.assurance"
    label = "assurance"
