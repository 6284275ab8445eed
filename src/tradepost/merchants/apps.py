from django.apps import AppConfig


class MerchantsConfig(AppConfig):
    name = "tradepost.merchants"
    label = "merchants"
