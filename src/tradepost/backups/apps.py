from django.apps import AppConfig


class BackupsConfig(AppConfig):
    name = "tradepost.backups"
    label = "backups"
