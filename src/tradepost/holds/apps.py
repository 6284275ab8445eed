from django.apps import AppConfig


class HoldsConfig(AppConfig):
    name = "tradepost.holds"
    label = "holds"
