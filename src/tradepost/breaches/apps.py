from django.apps import AppConfig


class BreachesConfig(AppConfig):
    name = "tradepost.breaches"
    label = "breaches"
