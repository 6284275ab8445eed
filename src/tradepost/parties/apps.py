from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "tradepost.parties"
    label = "parties"
