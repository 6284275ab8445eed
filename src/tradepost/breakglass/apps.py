from django.apps import AppConfig


class BreakglassConfig(AppConfig):
    name = "tradepost.breakglass"
    label = "breakglass"
