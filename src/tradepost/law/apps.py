from django.apps import AppConfig


class LawConfig(AppConfig):
    name = "tradepost.law"
    label = "law"
