from django.apps import AppConfig


class ProcessingConfig(AppConfig):
    name = "tradepost.processing"
    label = "processing"
