from django.apps import AppConfig


class OperatorConfig(AppConfig):
    name = "tradepost.operator"
    label = "operator"
